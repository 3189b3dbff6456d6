"""The queue of sends: what arrives together, over sockets and requests of this process, shares one transaction.

One thread carries out all that waits, and while it does the next gather. So a commit, the hop to the thread and each
query are paid once a batch; and where nothing waits, nobody waits for anybody.
"""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from functools import partial
from typing import Generic, NamedTuple, TypeAlias, TypeVar, cast

from channels.db import database_sync_to_async
from django.db import connection

from accounts.turns import Bill

logger = logging.getLogger(__name__)
MOST_AT_ONCE = 100  # in a transaction: more make it longer, not cheaper
MOST_WAITING = 2_000
# A connection that was quiet for longer may have been cut by what is between, and is looked at before it is used.
QUIET_S = 10.0

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


class Full(Exception):
    """More waits than can be carried out in good time."""


Done: TypeAlias = Callable[[Answer | None, BaseException | None], None]


class _Waiting(NamedTuple, Generic[Asked, Answer]):
    asked: Asked
    bill: Bill
    done: Done[Answer]
    since: float
    loop: asyncio.AbstractEventLoop | None = None  # in which to call it; None: in whatever thread


@contextmanager
def _nothing_held() -> Iterator[Callable[[], None]]:
    yield lambda: None


class Together(Generic[Asked, Answer]):
    """A queue, and the one thread that has ``carry_out`` do all that waits, in the order it came.

    ``carry_out`` gets a batch and returns as many answers. Where it raises, each is tried alone, so that one that is
    broken takes nothing from its neighbours. ``observe`` hears of each batch how many it had, and of its first how many
    seconds it took in all. It runs in ``hold()``, whose result is called when all have their answer.
    What waits when the process ends is still carried out. While it isn't open, each is carried out alone, in the
    thread of who asks.
    """

    def __init__(
        self,
        carry_out: Callable[[Sequence[Asked]], Sequence[Answer]],
        *,
        hold: Callable[[], AbstractContextManager[Callable[[], None]]] = _nothing_held,
        observe: Callable[[int, float], None] = lambda size, seconds: None,
        is_open: bool = True,
    ) -> None:
        self.is_open = is_open
        self._carry_out = carry_out
        self._hold = hold
        self._observe = observe
        self._waiting: deque[_Waiting[Asked, Answer]] = deque()
        self._lock = threading.Lock()
        self._is_working = False
        self._quiet_since = 0.0
        # Python waits for it before it ends.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="together")

    def __len__(self) -> int:
        """Return how many wait."""
        return len(self._waiting)

    async def ask_soon(self, asked: Asked, bill: Bill, done: Done[Answer]) -> None:
        """Have it carried out, with its part of the work going onto ``bill``; ``done`` gets the answer, or the error.

        Raises ``Full``. Where the queue is open this waits for nothing.
        """
        if self.is_open:
            self.put(asked, bill, done)
            return
        answer, error, release = await database_sync_to_async(self._alone_held)(asked)
        done(answer, error)
        await database_sync_to_async(release)()

    def put(self, asked: Asked, bill: Bill, done: Done[Answer]) -> None:
        """Do so, from a running event loop and where the queue is open."""
        self._put(_Waiting(asked, bill, done, time.monotonic(), asyncio.get_running_loop()))

    def ask(self, asked: Asked) -> Answer:
        """Have it carried out and return the answer, in a thread that can wait. Raises ``Full``."""
        if not self.is_open:
            return self._alone(asked)
        future: Future[Answer] = Future()

        def done(answer: Answer | None, error: BaseException | None) -> None:
            if error is not None:
                future.set_exception(error)
            else:
                future.set_result(cast("Answer", answer))

        self._put(_Waiting(asked, Bill(), done, time.monotonic()))
        return future.result()

    def close(self) -> None:
        """Carry out what waits, and end the thread."""
        self._thread.shutdown()

    def _alone(self, asked: Asked) -> Answer:
        (answer,) = self._carry_out([asked])
        return answer

    def _alone_held(self, asked: Asked) -> tuple[Answer | None, BaseException | None, Callable[[], None]]:
        with self._hold() as release:
            return *self._try_alone(asked), release

    def _put(self, waiting: _Waiting[Asked, Answer]) -> None:
        with self._lock:
            if len(self._waiting) >= MOST_WAITING:
                raise Full
            self._waiting.append(waiting)
            if self._is_working:
                return
            self._is_working = True
        self._thread.submit(self._work)

    def _next(self) -> list[_Waiting[Asked, Answer]]:
        with self._lock:
            batch = [self._waiting.popleft() for _number in range(min(MOST_AT_ONCE, len(self._waiting)))]
            self._is_working = bool(batch)
            return batch

    def _work(self) -> None:
        """Carry out what waits. The thread keeps its connection: to ask for one would cost a single send as much."""
        while batch := self._next():
            try:
                self._carry(batch)
            except Exception:  # were it not caught, nothing would ever be carried out again
                logger.exception("%d were carried out together, and something went wrong about that", len(batch))
                with suppress(Exception):
                    connection.close()

    def _carry(self, batch: Sequence[_Waiting[Asked, Answer]]) -> None:
        """Carry out a batch, give everyone their answer, and let go."""
        begun = time.monotonic()
        try:
            if begun - self._quiet_since > QUIET_S:
                connection.close()
            with self._hold() as release:
                settled = self._try(batch)
        except Exception as error:
            _settle(batch, [(None, error)] * len(batch))
            raise
        share = (time.monotonic() - begun) / len(batch)
        for waiting in batch:
            waiting.bill.seconds += share
        _settle(batch, settled)
        release()
        self._quiet_since = time.monotonic()
        self._observe(len(batch), self._quiet_since - batch[0].since)

    def _try(self, batch: Sequence[_Waiting[Asked, Answer]]) -> "list[_Settled[Answer]]":
        try:
            return [(answer, None) for answer in self._carry_out([waiting.asked for waiting in batch])]
        except Exception as error:
            was_lost = connection.errors_occurred and not connection.is_usable()
            if was_lost:
                connection.close()
            if len(batch) == 1 and not was_lost:
                return [(None, error)]
            logger.exception("%d failed together; each is tried alone", len(batch))
            return [self._try_alone(waiting.asked) for waiting in batch]

    def _try_alone(self, asked: Asked) -> "_Settled[Answer]":
        try:
            return self._alone(asked), None
        except Exception as error:
            if connection.errors_occurred:
                connection.close()
            return None, error


_Settled: TypeAlias = tuple[Answer | None, BaseException | None]


def _settle(
    batch: Sequence[_Waiting[Asked, Answer]], settled: Sequence[tuple[Answer | None, BaseException | None]]
) -> None:
    """Give everyone their answer; a loop is woken once for all of its own."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Callable[[], None]]] = {}
    for waiting, (answer, error) in zip(batch, settled, strict=True):
        if waiting.loop is None:
            waiting.done(answer, error)
        else:
            by_loop.setdefault(waiting.loop, []).append(partial(waiting.done, answer, error))
    for loop, calls in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_call_all, calls)


def _call_all(calls: Sequence[Callable[[], None]]) -> None:
    for call in calls:
        call()
