"""A load of messages that go from one of a pair to the other, whatever the server is, and what came of it.

The text of a message carries the moment it was due and the number of its pair, so whoever reads it knows how long it
took. At saturation each that arrives has the next sent; at a rate a late one counts from when it was due.
"""

import asyncio
import math
import re
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks import processes

TOKEN = re.compile(rb"(\d{12,}):(\d+):x")
BYTES = 100  # of a message
PAUSE_S, LONG_PAUSE_S = 0.5, 5  # after which nothing more comes


@dataclass
class Window:
    """What a window came to; delays in milliseconds from the writer's send to the reader's frame."""

    seconds: float
    cpu_seconds: float
    delays: list[float]
    acknowledged: int
    refused: int

    @property
    def rate(self) -> float:
        """Messages a second."""
        return len(self.delays) / self.seconds

    @property
    def cost(self) -> float:
        """CPU-seconds for 1,000 messages, database and Redis included."""
        return self.cpu_seconds / max(1, len(self.delays)) * 1000

    def percentile(self, part: float) -> float:
        """Return a percentile of the delays, in milliseconds."""
        ordered = sorted(self.delays) or [float("nan")]
        return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


def text(moment: int, pair: int) -> str:
    """Return a message that carries its ``moment``, in nanoseconds, and its pair."""
    return f"{moment}:{pair}:".ljust(BYTES, "x")


@dataclass
class Load:
    """Pairs who write, by ``send`` (a pair's number and the text), and whose readers tell ``arrived`` what they got."""

    pairs: int
    in_flight: int
    roots: Sequence[int]  # the processes whose work counts, with those below them
    send: Callable[[int, str], None] = field(init=False)
    open_idle: Callable[[int], Awaitable[Any]] = field(init=False)  # one more connection, which nobody uses
    catch_up: Callable[[], Awaitable[int]] | None = None  # fetch all that the pair after the last one wrote: how much
    left: float = 0  # messages that are still to follow those that arrive
    delays: list[float] = field(default_factory=list)
    acknowledged: int = 0
    refused: int = 0

    async def saturate(self, seconds: float, warm: float) -> Window:
        """Keep ``in_flight`` messages on their way, shared by the pairs; the first ``warm`` seconds don't count."""
        self.left = math.inf
        for number in range(self.in_flight):
            self._send(number % self.pairs, _now())
        await asyncio.sleep(warm)
        window = await self._measure(asyncio.sleep(seconds))
        self.left = 0
        await self._settle()
        return window

    async def pace(self, rate: float, seconds: float, warm: float) -> Window:
        """Send ``rate`` messages a second, whatever the server does: a late one counts from when it was due."""
        await self._paced(rate, warm)
        window = await self._measure(self._paced(rate, seconds))
        await self._settle()
        return window

    async def idle_kib(self, count: int) -> float:
        """Open ``count`` more connections, and return what each takes in memory, in KiB."""
        before = processes.memory_bytes(self.roots)
        for number in range(count):
            await self.open_idle(number)
        await asyncio.sleep(1)  # for what opening them left to do
        return (processes.memory_bytes(self.roots) - before) / count / 1024

    async def missed(self, count: int, times: int) -> list[float]:
        """Have one more pair write ``count`` messages; return how many seconds it took to fetch them all, each time."""
        if self.catch_up is None:
            return []
        at_once = min(self.in_flight, count)
        self.delays, self.left = [], count - at_once
        for _number in range(at_once):
            self._send(self.pairs, _now())
        await self._settle(LONG_PAUSE_S)
        found = []
        for _number in range(times):
            begun = time.perf_counter()
            fetched = await self.catch_up()
            found.append(time.perf_counter() - begun)
            if fetched != count:
                raise RuntimeError(f"{fetched} messages were fetched of {count}")
        return found

    def arrived(self, payload: bytes) -> None:
        """Note the messages in what a reader got."""
        for moment, pair in TOKEN.findall(payload):
            now = _now()
            self.delays.append((now - int(moment)) / 1e6)
            if self.left > 0:
                self.left -= 1
                self._send(int(pair), now)

    def _send(self, pair: int, moment: int) -> None:
        self.send(pair, text(moment, pair))

    async def _paced(self, rate: float, seconds: float) -> None:
        start = time.perf_counter()
        for number in range(int(rate * seconds)):
            due = start + number / rate
            if (left := due - time.perf_counter()) > 0:
                await asyncio.sleep(left)
            self._send(number % self.pairs, int(due * 1e9))

    async def _measure(self, doing: Any) -> Window:
        self.delays, self.acknowledged, self.refused = [], 0, 0
        begun, used = time.perf_counter(), processes.cpu_seconds(self.roots)
        await doing
        seconds, used = time.perf_counter() - begun, processes.cpu_seconds(self.roots) - used
        return Window(seconds, used, list(self.delays), self.acknowledged, self.refused)  # more come after it

    async def _settle(self, pause: float = PAUSE_S) -> None:
        """Wait until nothing more comes."""
        before = -1
        while before != len(self.delays):
            before = len(self.delays)
            await asyncio.sleep(pause)


def _now() -> int:
    return time.perf_counter_ns()


def median(windows: Sequence[Window], of: Callable[[Window], float]) -> float:
    """Return the median of what ``of`` says of each."""
    return statistics.median(of(window) for window in windows)


def show(name: str, windows: Sequence[Window]) -> None:
    """Print what windows came to: medians, and the spread of the rate."""
    rates = [window.rate for window in windows]
    p50, p95, p99 = (median(windows, lambda one, part=part: one.percentile(part)) for part in (0.5, 0.95, 0.99))  # type: ignore[misc]
    print(
        f"{name:28} {median(windows, lambda one: one.rate):7.0f}/s ({min(rates):.0f}-{max(rates):.0f})  "
        f"{median(windows, lambda one: one.cost):6.3f} CPU-s per 1,000  "
        f"p50 {p50:6.1f} ms  p95 {p95:6.1f}  p99 {p99:6.1f}  "
        f"acknowledged {sum(one.acknowledged for one in windows)}  refused {sum(one.refused for one in windows)}",
        flush=True,
    )
