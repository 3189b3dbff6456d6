"""How many messages a second go all the way, what they cost, and how long one takes.

Pairs of friends, each with an open tab: one writes, the other hears of it over the socket. The whole path is used
(session, policy, limits, transaction, counters, rendering, both sides told); only the ceilings of the limits are
raised. ``python -m benchmarks.sending`` measures on SQLite; with PostgreSQL and Redis by
``python -m tests.servers env PAPERPLANE_TEST_ENGINE=postgres python -m benchmarks.sending``.
"""

import argparse
import asyncio
import json
import os
import re
import statistics
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, cast
from urllib.parse import urlsplit

from benchmarks import processes
from benchmarks.wire import Client, Closed
from tests.live_server import LiveServer, live_server

MAKE = """
import datetime, json, logging
from django.contrib.auth.hashers import make_password
from django.test import Client as TestClient
from django.utils import timezone
from messaging import actions
logging.getLogger("security").setLevel(logging.WARNING)
then = timezone.now() - datetime.timedelta(days=400)
people = User.objects.bulk_create([User(
    username=f"pair.{{number}}", email=f"pair.{{number}}@example.org", password=make_password(None),
    birth_date=datetime.date(1990, 5, 1), date_joined=then,
) for number in range({pairs} * 2)])
def session(user):
    client = TestClient(REMOTE_ADDR="127.0.0.1")
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client.cookies.output(header="", sep=";").split(";")[0].strip()
pairs = list(zip(people[::2], people[1::2]))
Follow.objects.bulk_create(
    [Follow(follower=one, followed=other) for pair in pairs for one, other in (pair, pair[::-1])]
)
print(json.dumps([
    [session(one), session(other), str(actions.open_conversation(one, other).pk)] for one, other in pairs
]))
"""
# The limits are looked at and counted as always; nobody reaches them.
CEILINGS = {
    "MESSAGE_LIMITS": "1000000/10,1000000/3600",
    "RECIPIENT_LIMITS": "1000000/60,1000000/3600",
    "SOCKET_FRAMES_PER_SECOND": "1000000",
    "SOCKET_FRAMES_BURST": "1000000",
}
TOKEN = re.compile(rb"(\d{12,}):(\d+):x")
CREATED = b'{"type":"message.created"'
REFUSED = b'{"type":"refused"'
BYTES = 100  # of a message


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


@dataclass
class Pair:
    """Who writes and who reads."""

    number: int
    conversation: str
    writer: "Tab" = field(init=False)
    reader: "Tab" = field(init=False)

    def send(self, moment: int) -> None:
        """Send a message that carries the time it was due, in nanoseconds."""
        body = f"{moment}:{self.number}:".ljust(BYTES, "x")
        frame = {"type": "message.send", "client_id": str(uuid.uuid4()), "conversation": self.conversation}
        self.writer.send(json.dumps(frame | {"kind": "text", "body": body}).encode())


class Tab(asyncio.Protocol):
    """An open socket, with its frames unread but for what they begin with: the client must cost little."""

    def __init__(self, opening: bytes, heard: Callable[[bytes], None]) -> None:
        self.opening, self.heard = opening, heard
        self.kept = b""
        self.is_open: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin the handshake."""
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self.opening)

    def data_received(self, data: bytes) -> None:
        """Cut what came into frames."""
        data = self.kept + data
        if not self.is_open.done():
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self.kept = head
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                self.is_open.set_exception(Closed(int(head.split(b" ", 2)[1])))
                return
            self.is_open.set_result(None)
        at = 0
        while len(data) - at >= 2:
            size, start = data[at + 1], at + 2
            if size >= 126:
                wide = 2 if size == 126 else 8
                size, start = int.from_bytes(data[start : start + wide], "big"), start + wide
            if len(data) < start + size:
                break
            if data[at] & 15 == 9:
                self.send(data[start : start + size], opcode=10)
            else:
                self.heard(data[start : start + size])
            at = start + size
        self.kept = data[at:]

    def connection_lost(self, error: Exception | None) -> None:
        """Fail who still waits."""
        if not self.is_open.done():
            self.is_open.set_exception(error or Closed())

    def send(self, payload: bytes, opcode: int = 1) -> None:
        """Write a frame, masked with zeros."""
        size = len(payload)
        length = bytes([0x80 | size]) if size < 126 else b"\xfe" + size.to_bytes(2, "big")
        self.transport.write(bytes([0x80 | opcode]) + length + b"\0\0\0\0" + payload)


@dataclass
class Load:
    """All pairs on their sockets."""

    ports: Sequence[int]
    in_flight: int
    pairs: list[Pair]
    cookies: list[tuple[str, str]]
    saturating: bool = False
    delays: list[float] = field(default_factory=list)
    acknowledged: int = 0
    refused: int = 0

    async def connect(self) -> None:
        """Open every socket; the two of a pair at different processes, where there are several."""
        for pair, cookies in zip(self.pairs, self.cookies, strict=True):
            for place, (side, heard) in enumerate((("writer", self._at_writer), ("reader", self._at_reader))):
                port = self.ports[(pair.number + place) % len(self.ports)]
                opening = Client(port, cookies[place], "198.51.100.1").opening()
                _transport, tab = await asyncio.get_running_loop().create_connection(
                    lambda opening=opening, heard=heard: Tab(opening, heard),  # type: ignore[misc]
                    "127.0.0.1",
                    port,
                )
                await tab.is_open
                setattr(pair, side, tab)

    async def saturate(self, seconds: float, warm: float, roots: Sequence[int]) -> Window:
        """Keep ``in_flight`` messages on their way, shared by the pairs; the first ``warm`` seconds don't count."""
        self.saturating = True
        for number in range(self.in_flight):
            self.pairs[number % len(self.pairs)].send(_now())
        await asyncio.sleep(warm)
        window = await self._measure(asyncio.sleep(seconds), roots)
        self.saturating = False
        await self._settle()
        return window

    async def pace(self, rate: float, seconds: float, warm: float, roots: Sequence[int]) -> Window:
        """Send ``rate`` messages a second, whatever the server does: a late one counts from when it was due."""
        await self._paced(rate, warm)
        window = await self._measure(self._paced(rate, seconds), roots)
        await self._settle()
        return window

    async def _paced(self, rate: float, seconds: float) -> None:
        start = time.perf_counter()
        for number in range(int(rate * seconds)):
            due = start + number / rate
            if (left := due - time.perf_counter()) > 0:
                await asyncio.sleep(left)
            self.pairs[number % len(self.pairs)].send(int(due * 1e9))

    async def _measure(self, doing: Any, roots: Sequence[int]) -> Window:
        self.delays, self.acknowledged, self.refused = [], 0, 0
        begun, used = time.perf_counter(), processes.cpu_seconds(roots)
        await doing
        seconds, used = time.perf_counter() - begun, processes.cpu_seconds(roots) - used
        return Window(seconds, used, list(self.delays), self.acknowledged, self.refused)  # more come after it

    async def _settle(self) -> None:
        """Wait until nothing more comes."""
        before = -1
        while before != len(self.delays):
            before = len(self.delays)
            await asyncio.sleep(0.5)

    def _at_writer(self, payload: bytes) -> None:
        if payload.startswith(b'{"type":"ack"'):
            self.acknowledged += 1
        elif payload.startswith(REFUSED):
            self.refused += 1

    def _at_reader(self, payload: bytes) -> None:
        if payload.startswith(CREATED) and (found := TOKEN.search(payload)):
            now = _now()
            self.delays.append((now - int(found[1])) / 1e6)
            if self.saturating:
                self.pairs[int(found[2])].send(now)


def _now() -> int:
    return time.perf_counter_ns()


@contextmanager
def site(count: int) -> Iterator[list[LiveServer]]:
    """Run ``count`` processes of the site on one database, durable as a real one is."""
    with live_server(**CEILINGS, TRUSTED_PROXY_COUNT="1", SQLITE_SYNCHRONOUS="FULL") as first:
        servers = [first]
        try:
            for _number in range(count - 1):
                servers.append(LiveServer(first.environment, first.folder))
                servers[-1].start()
            yield servers
        finally:
            for server in servers[1:]:
                server.close()


def roots_of(servers: Sequence[LiveServer]) -> list[int]:
    """Return the processes that work for ``servers``: theirs, the database's and Redis's."""
    pids = [server.pid for server in servers]
    for name, word in (("DATABASE_URL", "port={}"), ("REDIS_URL", "{}")):
        port = urlsplit(servers[0].environment.get(name, "")).port
        if port and (pid := processes.listening(word.format(port))):
            pids.append(pid)
    return pids


async def measure(options: argparse.Namespace, servers: Sequence[LiveServer]) -> dict[str, list[Window]]:
    """Return the windows at saturation and at the steady rate, by name, taken by turns."""
    made = json.loads(servers[0].shell(MAKE.format(pairs=options.pairs)))
    pairs = [Pair(number, conversation) for number, (_one, _other, conversation) in enumerate(made)]
    load = Load([server.port for server in servers], options.in_flight, pairs, [(one, other) for one, other, _ in made])
    await load.connect()
    roots = roots_of(servers)
    found: dict[str, list[Window]] = {"saturated": [], f"at {options.rate}/s": []}
    for _number in range(options.windows):
        found["saturated"].append(await load.saturate(options.seconds, options.warm, roots))
        found[f"at {options.rate}/s"].append(await load.pace(options.rate, options.seconds, options.warm, roots))
    return found


def show(name: str, windows: Sequence[Window]) -> None:
    """Print what windows came to: medians, and the spread of the rate."""

    def median(of: Callable[[Window], float]) -> float:
        return statistics.median(of(window) for window in windows)

    rates = [window.rate for window in windows]
    print(
        f"{name:12} {median(lambda one: one.rate):7.0f}/s ({min(rates):.0f}-{max(rates):.0f})  "
        f"{median(lambda one: one.cost):6.3f} CPU-s per 1,000  "
        f"p50 {median(lambda one: one.percentile(0.5)):6.1f} ms  p95 {median(lambda one: one.percentile(0.95)):6.1f}  "
        f"p99 {median(lambda one: one.percentile(0.99)):6.1f}  "
        f"acknowledged {sum(one.acknowledged for one in windows)}  refused {sum(one.refused for one in windows)}",
        flush=True,
    )


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="benchmarks.sending", description=str(__doc__).splitlines()[0])
    parser.add_argument("--pairs", type=int, default=50)
    parser.add_argument("--in-flight", type=int, default=200, help="messages on their way at saturation (200)")
    parser.add_argument("--rate", type=int, default=200, help="messages a second of the steady windows (200)")
    parser.add_argument("--seconds", type=float, default=5, help="length of a window (5)")
    parser.add_argument("--warm", type=float, default=1, help="seconds before each that don't count (1)")
    parser.add_argument("--windows", type=int, default=5, help="windows of each kind (5)")
    parser.add_argument("--processes", type=int, default=1, help="of the site; more than one need Redis (1)")
    options = parser.parse_args()
    with site(options.processes) as servers:
        found = asyncio.run(measure(options, servers))
    engine = os.environ.get("PAPERPLANE_TEST_ENGINE", "sqlite")
    print(f"{engine}, {options.processes} processes, {os.cpu_count()} cores, {options.pairs} pairs")
    for name, windows in found.items():
        show(name, windows)


if __name__ == "__main__":
    main()
