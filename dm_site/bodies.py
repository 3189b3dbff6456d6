"""The bodies of requests, as daphne gets them: read piece by piece, as they are wanted.

Twisted reads every form by itself before anybody asks, one with files as if it were a mail; and daphne puts all of a
body into a queue. Both happen in the loop of the sockets: with a video of 95 MB nobody was heard for 2.6 seconds, and
1.3 GB of memory were taken.
"""

from collections.abc import Awaitable, Callable
from typing import IO, Any

import daphne.http_protocol
from daphne.http_protocol import WebRequest
from twisted.web.http import Request

from dm_site.body_limits import MOST_BODY_BYTES

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]
PIECE_BYTES = 64 * 1024
_TOO_LARGE = b"HTTP/1.1 413 Content Too Large\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"


class BodyRequest(WebRequest):
    """Daphne's request, whose body ``Bodies`` reads from ``body``."""

    body: IO[bytes]
    content: Any

    def __init__(self, *args: Any, **options: Any) -> None:
        """Have Twisted leave the form alone."""
        super().__init__(*args, **options, parsePOSTFormSubmission=False)

    def gotLength(self, length: int | None) -> None:  # noqa: N802  (Twisted's name)
        """Hear how much is to come; more than is allowed anywhere isn't taken, lest it fill the disk."""
        super().gotLength(length)
        if length is not None and length > MOST_BODY_BYTES:
            self.channel.transport.write(_TOO_LARGE)
            self.channel.transport.loseConnection()

    def handleContentChunk(self, data: bytes) -> None:  # noqa: N802
        """Keep a piece, also of what didn't say how much it is."""
        super().handleContentChunk(data)
        if self.content.tell() > MOST_BODY_BYTES:
            self.channel.transport.abortConnection()

    def process(self) -> Any:
        """Begin to answer, with a body that daphne finds empty; a handshake, which isn't a request, has its own."""
        if not self.requestHeaders.hasHeader(b"Upgrade"):
            self.body = self.content
            self.content = _Unread(self.content)
        return super().process()


class _Unread:
    """A file that is kept and closed like another, and in which there is nothing to read."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    @property
    def closed(self) -> bool:
        return self._file.closed

    def seek(self, place: int, whence: int = 0) -> int:
        return self._file.seek(place, whence)

    def read(self, _size: int = -1) -> bytes:
        return b""

    def close(self) -> None:
        self._file.close()


class Bodies:
    """Gives requests that daphne serves their bodies piece by piece."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass the request on."""
        request = request_behind(send)
        if isinstance(request, BodyRequest) and hasattr(request, "body"):
            receive = _Body(request.body, receive).receive
        await self.application(scope, receive, send)


class _Body:
    """One body."""

    def __init__(self, file: IO[bytes], receive: Callable[[], Awaitable[dict[str, Any]]]) -> None:
        self._file, self._receive = file, receive
        self._is_begun = self._is_over = False

    async def receive(self) -> dict[str, Any]:
        """Return the next piece, or that the client has gone."""
        if not self._is_begun:
            self._is_begun = True
            message = await self._receive()  # daphne's own, which says that it has all of it
            self._is_over = message["type"] != "http.request"
            if self._is_over:
                return message
        if self._is_over or self._file.closed:
            return await self._receive()
        piece = self._file.read(PIECE_BYTES)
        self._is_over = len(piece) < PIECE_BYTES
        return {"type": "http.request", "body": piece, "more_body": not self._is_over}


def request_behind(send: Any) -> Request | None:
    """Return daphne's request that ``send`` belongs to; None under another server."""
    arguments = getattr(send, "args", ())
    return arguments[0] if arguments and isinstance(arguments[0], Request) else None


def install() -> None:
    """Have daphne make its requests of ours from now on."""
    daphne.http_protocol.WebRequest = BodyRequest
