"""Whose request is carried out next: a few at a time, and first those who asked for least lately.

A process that begins everything at once has as many threads as there are requests, and all of them crawl; then a
few hundred clients that never pause stand in everybody's way. Here each of them stands in its own.
"""

import asyncio
import heapq
import math
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cached_property

# After so many seconds half of what somebody used is forgotten.
HALF_LIFE_S = 15.0
# What counts for a client nobody has seen: else a new name on each request would always be first.
UNKNOWN_S = 1.0
# What something counts for beside its work: refused because it was too much; done to people one doesn't know.
REFUSED_S = 60.0
STRANGER_S = 18.0
# How much somebody may have used before what they ask for is rationed: more than one who waits for each answer, nine
# photos at once among them, can use in the work itself. And how many times as long as the work of one of these is the
# rest after it.
FREE_S = 30.0
RESTS = 4
# Behind one address there may be a whole school.
CLIENTS_AN_ADDRESS = 10
LONG_S = 0.25
_MANY = 10_000


class Busy(Exception):
    """The turn doesn't come in time."""


@dataclass(frozen=True)
class Client:
    """Who asks: a session and the network address it comes from, either empty where there is none."""

    session: str
    address: str

    @cached_property
    def names(self) -> tuple[tuple[str, int], ...]:
        """What is counted, and among how many it is shared."""
        session = [(f"session {self.session}", 1)] if self.session else []
        # Who isn't signed in has nothing to show but the address.
        address = [(f"address {self.address}", CLIENTS_AN_ADDRESS if session else 1)] if self.address else []
        return (*session, *address) or (("nobody known", CLIENTS_AN_ADDRESS),)


@dataclass
class Bill:
    """What one request counts for beside the seconds it takes."""

    seconds: float = 0


current_bill: ContextVar[Bill | None] = ContextVar("current_bill", default=None)


def charge(bill: Bill | None, seconds: float) -> None:
    """Let what ``bill`` is of count for ``seconds`` more; without one nothing happens."""
    if bill:
        bill.seconds += seconds


class Ledger:
    """Seconds of work that clients made lately, each forgotten by halves."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._used: dict[str, tuple[float, float]] = {}

    def used(self, client: Client) -> float:
        """Return what counts against ``client``: its own share of an address, or all of its session."""
        now = self._clock()
        return max([self._left(name, now) / share for name, share in client.names])

    def charge(self, client: Client, seconds: float) -> None:
        """Count ``seconds`` of work."""
        now = self._clock()
        if len(self._used) > _MANY:
            self._forget(now)
        for name, _share in client.names:
            self._used[name] = (self._left(name, now) + seconds, now)

    def _left(self, name: str, now: float) -> float:
        if not (known := self._used.get(name)):
            return UNKNOWN_S
        seconds, at = known
        return seconds * math.exp2((at - now) / HALF_LIFE_S)

    def _forget(self, now: float) -> None:
        kept = heapq.nlargest(_MANY // 2, self._used, key=lambda name: self._used[name][1])
        self._used = {name: self._used[name] for name in kept}


class Turns:
    """So many at a time; who waits longer than ``patience_s`` is turned away. Belongs to one event loop.

    What takes longer than ``LONG_S`` most likely waits for something or computes outside of Python, so it makes room
    for others, until ``most`` are at work. Those who used more than ``FREE_S`` go one at a time, with a rest after
    each: together they get a part of this process, however many they are.
    """

    def __init__(self, ledger: Ledger, places: int, most: int, patience_s: float) -> None:
        self._ledger = ledger
        self._free = places
        self._spare = most - places
        self._patience_s = patience_s
        self._waiting: dict[asyncio.Future[Turn], tuple[Client, Bill]] = {}
        self._rests_until = -math.inf

    async def take(self, client: Client, bill: Bill) -> "Turn":
        """Return when it is ``client``'s turn. Raises ``Busy``."""
        granted: asyncio.Future[Turn] = asyncio.get_running_loop().create_future()
        self._waiting[granted] = (client, bill)
        self._fill()
        try:
            async with asyncio.timeout(self._patience_s):
                return await granted
        except BaseException as error:
            # It may have been granted at the very moment that this gave up.
            if self._waiting.pop(granted, None) is None:
                granted.result().end()
            if isinstance(error, TimeoutError):
                raise Busy from None
            raise

    def lend(self) -> bool:
        """Open one place more, if there may be one."""
        if not self._spare:
            return False
        self._spare -= 1
        self._free += 1
        self._fill()
        return True

    def give_back(self, turn: "Turn", took: float) -> None:
        """Take a place back after so many seconds, and let the next one begin."""
        if turn.has_lent:
            self._spare += 1
        else:
            self._free += 1
        if turn.is_rationed:
            rest = took * RESTS
            self._rests_until = time.monotonic() + rest
            asyncio.get_running_loop().call_later(rest, self._fill)
        self._fill()

    def _fill(self) -> None:
        while self._free and (granted := self._next()):
            client, bill = self._waiting.pop(granted)
            turn = Turn(self, self._ledger, client, bill)
            if turn.is_rationed:
                self._rests_until = math.inf
            self._free -= 1
            granted.set_result(turn)

    def _next(self) -> "asyncio.Future[Turn] | None":
        waiting = [granted for granted in self._waiting if not granted.done()]
        if not waiting:
            return None
        used = {granted: self._ledger.used(self._waiting[granted][0]) for granted in waiting}
        first = min(waiting, key=used.__getitem__)
        return None if used[first] > FREE_S and time.monotonic() < self._rests_until else first


class Turn:
    """A place that somebody has until they ``end`` it; what it took is counted."""

    def __init__(self, turns: Turns, ledger: Ledger, client: Client, bill: Bill) -> None:
        self.is_rationed = ledger.used(client) > FREE_S
        self.has_lent = False
        self._turns = turns
        self._ledger = ledger
        self._client = client
        self._bill = bill
        self._begun: float | None = time.monotonic()
        self._long = asyncio.get_running_loop().call_later(LONG_S, self._lend)

    def end(self) -> None:
        """Give the place to the next; more than once does nothing."""
        if self._begun is None:
            return
        took = time.monotonic() - self._begun
        self._begun = None
        self._long.cancel()
        self._ledger.charge(self._client, took + self._bill.seconds)
        self._turns.give_back(self, took)

    def _lend(self) -> None:
        self.has_lent = self._turns.lend()
