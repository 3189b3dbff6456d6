"""One connection of a load client, no more than HTTP/1.1 kept alive and one WebSocket need; for asyncio."""

import asyncio
import base64
import json
import os
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

CSRF_TOKEN = "t" * 32
_HEAD_END = b"\r\n\r\n"


class Closed(Exception):
    """The other side ended the connection; ``code`` is that of the WebSocket, if there was one."""

    def __init__(self, code: int = 0) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Answer:
    """What came back: the status, the headers by their names in small letters, the body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


class Line:
    """A connection to ``port`` of this machine that is kept, opened where need be; one question at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, method: str, path: str, headers: str, body: bytes = b"") -> Answer:
        """Return the answer to a request with these header lines, each of which ends with CRLF. Raises ``Closed``."""
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        head = f"{method} {path} HTTP/1.1\r\n{headers}Content-Length: {len(body)}\r\n\r\n"
        writer.write(head.encode() + body)
        try:
            return await _answer(reader)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.close()
            raise Closed from None

    def close(self) -> None:
        """Let go of the connection."""
        if self._streams is not None:
            self._streams[1].close()
            self._streams = None


@dataclass
class Client:
    """Somebody signed in at ``port`` of this machine, who comes from ``address`` through a proxy."""

    port: int
    cookie: str
    address: str
    _line: Line = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Make the line, which opens by itself."""
        self._line = Line(self.port)

    async def post(self, path: str, data: Mapping[str, str]) -> Answer:
        """Send a form; the answer is asked for as JSON. Raises ``Closed``."""
        body = urlencode(data).encode()
        return await self._ask("POST", path, body, "Content-Type: application/x-www-form-urlencoded\r\n")

    async def upload(self, path: str, name: str, content: bytes) -> Answer:
        """Send a form with a file in the field ``name``; the answer is asked for as JSON. Raises ``Closed``."""
        edge = os.urandom(16).hex()
        head = f'--{edge}\r\nContent-Disposition: form-data; name="{name}"; filename="x"\r\n'
        head += "Content-Type: application/octet-stream\r\n\r\n"
        body = head.encode() + content + f"\r\n--{edge}--\r\n".encode()
        return await self._ask("POST", path, body, f"Content-Type: multipart/form-data; boundary={edge}\r\n")

    async def get(self, path: str) -> Answer:
        """Ask for a page. Raises ``Closed``."""
        return await self._ask("GET", path, b"", "")

    def opening(self) -> bytes:
        """Return what asks for the inbox's socket."""
        key = base64.b64encode(os.urandom(16)).decode()
        return (
            f"GET /ws/inbox/ HTTP/1.1\r\n{self._common()}Upgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n"
        ).encode()

    async def socket(self) -> "Socket":
        """Open the inbox's socket, on a connection of its own. Raises ``Closed`` where it is turned down."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(self.opening())
        try:
            head = await reader.readuntil(_HEAD_END)
        except (asyncio.IncompleteReadError, ConnectionError):
            raise Closed from None
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            writer.close()
            raise Closed(int(head.split(b" ", 2)[1]))
        return Socket(reader, writer)

    def close(self) -> None:
        """Let go of the connection."""
        self._line.close()

    async def _ask(self, method: str, path: str, body: bytes, more: str) -> Answer:
        headers = f"{self._common()}Accept: application/json\r\n{more}X-CSRFToken: {CSRF_TOKEN}\r\n"
        return await self._line.ask(method, path, headers, body)

    def _common(self) -> str:
        return (
            f"Host: 127.0.0.1:{self.port}\r\nOrigin: http://127.0.0.1:{self.port}\r\n"
            f"X-Forwarded-For: {self.address}\r\nCookie: {self.cookie}; csrftoken={CSRF_TOKEN}\r\n"
        )


class Socket:
    """An open WebSocket that carries JSON."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    def send(self, frame: Mapping[str, Any]) -> None:
        """Send a frame."""
        self._write(0x1, json.dumps(frame).encode())

    async def receive(self) -> dict[str, Any]:
        """Return the next frame. Raises ``Closed`` where the other side ends it."""
        try:
            while True:
                first, second = await self._reader.readexactly(2)
                length = second & 0x7F
                if length >= 126:
                    length = int.from_bytes(await self._reader.readexactly(2 if length == 126 else 8), "big")
                payload = await self._reader.readexactly(length)
                if first & 0x0F == 0x8:
                    raise Closed(int.from_bytes(payload[:2], "big"))
                if first & 0x0F == 0x9:
                    self._write(0xA, payload)  # a ping without its pong ends the connection
                if first & 0x0F == 0x1:
                    frame: dict[str, Any] = json.loads(payload)
                    return frame
        except (asyncio.IncompleteReadError, ConnectionError):
            raise Closed from None

    async def until(self, *kinds: str) -> dict[str, Any]:
        """Read on until a frame of one of these types, and return it."""
        while (frame := await self.receive())["type"] not in kinds:
            pass
        return frame

    def close(self) -> None:
        """Let go of the connection."""
        self._writer.close()

    def _write(self, opcode: int, payload: bytes) -> None:
        """Write a frame masked, as browsers do."""
        mask = os.urandom(4)
        key = int.from_bytes(mask * (len(payload) // 4 + 1), "big") >> 8 * (4 - len(payload) % 4)
        masked = (int.from_bytes(payload, "big") ^ key).to_bytes(len(payload), "big")
        short = len(payload) < 126
        size = struct.pack("!B", 0x80 | len(payload)) if short else struct.pack("!BH", 0x80 | 126, len(payload))
        self._writer.write(bytes([0x80 | opcode]) + size + mask + masked)


async def _answer(reader: asyncio.StreamReader) -> Answer:
    head = (await reader.readuntil(_HEAD_END)).decode("latin-1")
    first, *lines = head.strip().split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    status = int(first.split(" ", 2)[1])
    if headers.get("transfer-encoding") == "chunked":
        parts = []
        while size := int(await reader.readline(), 16):
            parts.append((await reader.readexactly(size + 2))[:-2])
        await reader.readline()
        body = b"".join(parts)
    else:
        body = await reader.readexactly(int(headers.get("content-length", 0)))
    return Answer(status, headers, body)
