"""What goes out over one socket: in order, as fast as its reader takes it, and never more than fits."""

import asyncio
import itertools
import logging
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextvars import copy_context
from typing import Any

import orjson

from messaging import metrics

Frame = dict[str, Any]
Written = tuple[Hashable, bytes]
"""A frame as JSON in UTF-8, and what it is about where a later one about the same takes its place."""

# Waiting for one reader: an inbox's worth of rows, a page of messages and more.
MOST_FRAMES, MOST_BYTES = 1_000, 1 << 20
BEHIND = orjson.dumps({"type": "stale", "conversation": None})
# Of these, only the last about a conversation is worth telling.
_LAST_COUNTS = frozenset({"inbox.row", "conversation.typing", "conversation.read", "policy.changed", "list.changed"})
_numbers = itertools.count()
logger = logging.getLogger(__name__)


def written(frame: Frame) -> Written:
    """Return ``frame`` as it goes out, with what it is about; None there where every one of its kind counts."""
    kind = frame["type"]
    about = (kind, frame.get("conversation"), frame.get("user")) if kind in _LAST_COUNTS else None
    return about, orjson.dumps(frame)


class Outgoing:
    """Frames on their way to one reader, from when it is open. Belongs to one event loop.

    ``write_now`` writes frames if it can, and says whether it did; ``write`` may take its time.
    Who is too far behind isn't told what was missed, only that something was (``stale``): the database knows the rest.
    """

    def __init__(
        self,
        write: Callable[[bytes], Awaitable[None]],
        write_now: Callable[[Sequence[Written]], bool] = lambda frames: False,
    ) -> None:
        self._write = write
        self._write_now = write_now
        self._is_open = False
        self._waiting: dict[Hashable, bytes] = {}
        self._bytes = 0
        self._writing: asyncio.Task[None] | None = None
        self._context = copy_context()  # of the socket, whoever's event it is that is written
        self.is_behind = False

    def open(self) -> None:
        """Begin to write what was put here."""
        self._is_open = True
        self._begin()

    def put(self, frames: Sequence[Written]) -> None:
        """Have ``frames`` written after what waits already."""
        if self._is_open and self._writing is None and self._write_now(frames):
            return
        for about, text in frames:
            if self.is_behind:
                break
            key = next(_numbers) if about is None else about
            self._bytes += len(text) - len(self._waiting.pop(key, b""))
            self._waiting[key] = text
            if len(self._waiting) > MOST_FRAMES or self._bytes > MOST_BYTES:
                self._waiting, self._bytes, self.is_behind = {"behind": BEHIND}, 0, True
                metrics.BEHIND.inc()
        self._begin()

    def _begin(self) -> None:
        if self._is_open and self._writing is None and self._waiting:
            self._writing = asyncio.create_task(self._write_all(), context=self._context)

    async def flush(self) -> None:
        """Wait until all of it is written, or can't be any more."""
        while self._writing is not None:
            await asyncio.wait([self._writing])

    def close(self) -> None:
        """Write nothing more."""
        self._waiting = {}
        if self._writing not in (None, asyncio.current_task()):  # which may be what found out that it is over
            self._writing.cancel()

    async def _write_all(self) -> None:
        try:
            while self._waiting:
                frames, self._waiting, self._bytes, self.is_behind = self._waiting, {}, 0, False
                for text in frames.values():
                    await self._write(text)
        except Exception:
            logger.exception("A socket can't be written to.")
        finally:
            self._writing = None
