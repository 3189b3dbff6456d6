"""Writing to the sockets of daphne at once, for as long as their readers take it.

ASGI's ``send`` is a coroutine, which daphne lets go on when a frame lies in its own memory, whether or not the reader
takes any; for one who doesn't, that grows without end. And on its way there each frame is described in colours for a
debug log that nobody reads, which takes longer than all the rest. Twisted's transport, below, says when it is full.
"""

import asyncio
import struct
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from daphne.server import Server

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
_SHORT, _MEDIUM = 125, 0xFFFF  # bytes: payloads whose length takes one byte of the header, and three (RFC 6455, 5.2)
_WHOLE_TEXT = 0x81


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
    if message["type"] != "websocket.close" or not wire.close(message.get("code", 1000)):
        await send(message)


class Wire:
    """The way out of one socket, once it is accepted. To Twisted's transport it is a push producer."""

    def __init__(self, protocol: Any) -> None:
        """Take the place of what may have been asked to pause: the HTTP request before."""
        self._protocol = protocol
        self._transport = protocol.transport
        self._drained: asyncio.Event | None = None
        self._transport.unregisterProducer()
        self._transport.registerProducer(self, True)

    @property
    def is_full(self) -> bool:
        """Whether the reader has to take something before more is written."""
        return self._drained is not None

    def write(self, text: str) -> None:
        """Write one frame; nothing, where the socket is closing."""
        if self._protocol.state != self._protocol.STATE_OPEN:
            return
        payload = text.encode()
        size = len(payload)
        if size <= _SHORT:
            header = bytes((_WHOLE_TEXT, size))
        elif size <= _MEDIUM:
            header = struct.pack("!BBH", _WHOLE_TEXT, 126, size)
        else:
            header = struct.pack("!BBQ", _WHOLE_TEXT, 127, size)
        self._transport.writeSequence((header, payload))

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
