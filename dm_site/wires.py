"""The sockets of daphne, read and written with no more between than they need.

ASGI's ``send`` is a coroutine, which daphne lets go on when a frame lies in its own memory, whether or not the reader
takes any; for one who doesn't, that grows without end. Twisted's transport, below, says when it is full. And on its way
in and out the library looks at each frame as the first of many parts, and describes it in colours for a debug log that
nobody reads, which takes longer than all the rest.
"""

import asyncio
import struct
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from daphne.server import Server
from twisted.internet.tcp import Connection

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
_SHORT, _MEDIUM = 125, 0xFFFF  # bytes: payloads whose length takes one byte of the header, and three (RFC 6455, 5.2)
_WHOLE_TEXT, _MASKED = 0x81, 0x80


class Wired:
    """Gives sockets that daphne serves their ``Wire``, in ``scope["paperplane.wire"]``, and has them closed as asked.

    Daphne's library leaves only 1000 and what is above 2999 to applications, and raises at 1008, 1011 and 1013.
    """

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass the connection on."""
        if isinstance(send, partial) and getattr(send.func, "__func__", None) is Server.handle_reply:
            wire = scope["paperplane.wire"] = Wire(send.args[0])
            await self.application(scope, receive, partial(_send_or_close, wire, send))
        else:
            await self.application(scope, receive, send)


async def _send_or_close(wire: "Wire", send: Callable[[Any], Awaitable[None]], message: dict[str, Any]) -> None:
    wire.flush()  # what was written before goes first
    if message["type"] != "websocket.close" or not wire.close(message.get("code", 1000)):
        await send(message)


class Wire:
    """One socket. To Twisted's transport it is a push producer.

    ``hear`` is asked to take each text at once, and says whether it did; what it doesn't take waits for ASGI's
    ``receive``.
    """

    def __init__(self, protocol: Any) -> None:
        """Take the place of what may have been asked to pause: the HTTP request before."""
        self.hear: Callable[[str], bool] | None = None
        self._protocol = protocol
        self._transport = protocol.transport
        # Else something is between it and the network, TLS perhaps.
        self._is_bare = isinstance(self._transport, Connection) and not self._transport.TLS
        self._written: list[bytes] = []
        self._drained: asyncio.Event | None = None
        self._transport.unregisterProducer()
        self._transport.registerProducer(self, True)
        self._read_by_library = protocol.dataReceived
        protocol.dataReceived = self._read

    @property
    def is_full(self) -> bool:
        """Whether the reader has to take something before more is written."""
        return self._drained is not None

    def write(self, payload: bytes) -> None:
        """Write one text frame, with those that follow in the same moment; nothing, where the socket is closing."""
        if self._protocol.state != self._protocol.STATE_OPEN:
            return
        size = len(payload)
        if size <= _SHORT:
            header = bytes((_WHOLE_TEXT, size))
        elif size <= _MEDIUM:
            header = struct.pack("!BBH", _WHOLE_TEXT, 126, size)
        else:
            header = struct.pack("!BBQ", _WHOLE_TEXT, 127, size)
        if not self._written:
            if not _unsent:
                asyncio.get_running_loop().call_soon(_flush_all)
            _unsent.append(self)
        self._written += header, payload

    def flush(self) -> None:
        """Hand over what was written: to the network as far as it takes it, else to the transport, which keeps it."""
        data, self._written = b"".join(self._written), []
        transport = self._transport
        is_free = self._is_bare and transport.connected and not (transport.dataBuffer or transport._tempDataBuffer)
        if data and is_free and not transport.disconnecting:
            sent = transport.writeSomeData(data)
            data = data[sent:] if isinstance(sent, int) else data  # it finds out by itself why it can't
        if data:
            transport.write(data)

    def close(self, code: int) -> bool:
        """Close an open socket; False where it isn't open."""
        if self._protocol.state != self._protocol.STATE_OPEN:
            return False
        self._protocol.sendCloseFrame(code=code)
        return True

    async def drained(self) -> None:
        """Wait until there is room again."""
        while self._drained is not None:
            await self._drained.wait()

    def pauseProducing(self) -> None:  # noqa: N802  (Twisted's name)
        """Twisted's buffer is full."""
        if self._drained is None:
            self._drained = asyncio.Event()

    def resumeProducing(self) -> None:  # noqa: N802
        """There is room again."""
        self.stopProducing()

    def stopProducing(self) -> None:  # noqa: N802
        """Nobody is there any more, or there is room."""
        if self._drained is not None:
            self._drained.set()
            self._drained = None
        if self._transport.disconnecting:
            self._transport.unregisterProducer()  # else it would wait for more before it ends

    def _read(self, data: bytes) -> None:
        """Read the texts that are here whole, as nearly all are; anything else is the library's, and what follows."""
        at = 0
        while at < len(data) and self._is_between_frames() and (found := whole_text(data, at)):
            text, at = found
            self._take(text)
        if at < len(data):
            self._read_by_library(data[at:])

    def _is_between_frames(self) -> bool:
        """Whether the library waits for nothing: the rest of a frame or of a message, or a sign of life."""
        protocol = self._protocol
        return (
            protocol.state == protocol.STATE_OPEN
            and not protocol.data
            and protocol.current_frame is None
            and not protocol.inside_message
            and not protocol.autoPingTimeoutCall
        )

    def _take(self, text: str) -> None:
        protocol = self._protocol
        if protocol.muted:
            return
        protocol.last_ping = time.time()
        if self.hear is None or not protocol.application_queue.empty() or not self.hear(text):
            protocol.application_queue.put_nowait({"type": "websocket.receive", "text": text})


_unsent: list[Wire] = []  # with frames that were written in this round of the loop


def _flush_all() -> None:
    unsent = _unsent.copy()
    _unsent.clear()
    for wire in unsent:
        wire.flush()


def whole_text(data: bytes, at: int) -> tuple[str, int] | None:
    """Return the text whose frame begins ``at``, and where it ends (RFC 6455, 5.2); None where there is none such.

    A frame that is all of a text, complete, masked, shorter than 64 KiB and in UTF-8.
    """
    if len(data) - at < 6 or data[at] != _WHOLE_TEXT or data[at + 1] < _MASKED:
        return None
    size, start = data[at + 1] - _MASKED, at + 2
    if size > _SHORT:
        wide, start = data[start : start + 2], start + 2
        if size > 126 or (size := int.from_bytes(wide, "big")) <= _SHORT:
            return None
    end = start + 4 + size
    if len(data) < end:
        return None
    mask = (data[start : start + 4] * (size // 4 + 1))[:size]
    number = int.from_bytes(data[start + 4 : end], "little") ^ int.from_bytes(mask, "little")
    try:
        return number.to_bytes(size, "little").decode(), end
    except UnicodeDecodeError:
        return None
