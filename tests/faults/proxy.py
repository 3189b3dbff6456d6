"""A line that breaks: passes bytes on, and at will holds them back or cuts everybody off."""

import asyncio
from contextlib import suppress

CHUNK = 65_536


class Proxy:
    """Listens on a port of its own, on the way to ``target`` of this machine."""

    def __init__(self, target: int) -> None:
        self.target = target
        self.port = 0
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    async def start(self) -> None:
        """Begin to listen."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]

    def freeze(self) -> None:
        """Let nothing through in either direction; connections stay, half open for all that anybody can tell."""
        self._flowing.clear()

    def thaw(self) -> None:
        """Let it all through again, what was held back first."""
        self._flowing.set()

    def cut(self) -> None:
        """End every connection there is, without a word; what was held back is lost."""
        for writer in self._writers:
            writer.transport.abort()
        self._flowing.set()

    async def close(self) -> None:
        """Listen no more."""
        self.cut()
        if self._server:
            self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        try:
            beyond, onward = await asyncio.open_connection("127.0.0.1", self.target)
        except ConnectionError:
            writer.transport.abort()
            self._writers.discard(writer)
            return
        self._writers.add(onward)
        try:
            with suppress(asyncio.CancelledError):  # the end of it all
                await asyncio.gather(self._carry(reader, onward), self._carry(beyond, writer))
        finally:
            for one in (writer, onward):
                one.transport.abort()
                self._writers.discard(one)

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while chunk := await reader.read(CHUNK):
                await self._flowing.wait()
                writer.write(chunk)
                await writer.drain()
        writer.transport.abort()
