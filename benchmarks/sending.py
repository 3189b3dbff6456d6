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
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import cast

from benchmarks import processes
from benchmarks.load import Load, Window, show
from benchmarks.wire import Client, Closed
from tests.live_server import LiveServer, live_server

_MAKE = """
import datetime, json, logging
from django.contrib.auth.hashers import make_password
from django.test import Client as TestClient
from django.utils import timezone
from messaging import actions
logging.getLogger("security").setLevel(logging.WARNING)
then = timezone.now() - datetime.timedelta(days=400)
people = User.objects.bulk_create([User(
    username=f"{name}.{{number}}", email=f"{name}.{{number}}@example.org", password=make_password(None),
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
ACK = b'{"type":"ack"'
CREATED = b'{"type":"message.created"'
REFUSED = b'{"type":"refused"'


def make_pairs(server: LiveServer, count: int, name: str = "pair") -> list[tuple[str, str, str]]:
    """Make pairs of friends, ``name.0`` and ``name.1`` and so on; return the cookies of both and their conversation."""
    return [(one, other, pk) for one, other, pk in json.loads(server.shell(_MAKE.format(pairs=count, name=name)))]


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


async def open_tab(port: int, opening: bytes, heard: Callable[[bytes], None]) -> Tab:
    """Return an open socket at ``port``. Raises ``Closed`` where it is turned down."""
    _transport, tab = await asyncio.get_running_loop().create_connection(lambda: Tab(opening, heard), "127.0.0.1", port)
    await tab.is_open
    return tab


async def connect(load: Load, servers: Sequence[LiveServer]) -> None:
    """Make the people of ``load`` and open their sockets; the two of a pair at different processes, if there are."""
    made = make_pairs(servers[0], load.pairs + 1)
    writers: list[Tab] = []

    def at_writer(payload: bytes) -> None:
        if payload.startswith(ACK):
            load.acknowledged += 1
        elif payload.startswith(REFUSED):
            load.refused += 1

    def at_reader(payload: bytes) -> None:
        if payload.startswith(CREATED):
            load.arrived(payload)

    async def open_one(number: int, cookie: str, heard: Callable[[bytes], None]) -> Tab:
        port = servers[number % len(servers)].port
        opening = Client(port, cookie, "198.51.100.1").opening()
        return await open_tab(port, opening, heard)

    for number, (writer, reader, _conversation) in enumerate(made):
        writers.append(await open_one(number, writer, at_writer))
        await open_one(number + 1, reader, at_reader)

    def send(pair: int, text: str) -> None:
        frame = {"type": "message.send", "client_id": str(uuid.uuid4()), "conversation": made[pair][2]}
        writers[pair].send(json.dumps(frame | {"kind": "text", "body": text}).encode())

    load.send = send
    load.open_idle = lambda number: open_one(number, made[number % load.pairs][number % 2], lambda _payload: None)
    load.catch_up = lambda: caught_up(Client(servers[0].port, made[-1][1], "198.51.100.1"), made[-1][2], "0.0")


async def caught_up(client: Client, conversation: str, since: str) -> int:
    """Fetch all that happened in a conversation since a state; return how many messages came."""
    count, more = 0, True
    while more:
        changes = (await client.get(f"/inbox/{conversation}/changes/?since={since}")).json()
        since, more = changes["state"], changes["more"]
        count += len(changes["messages"])
    return count


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
    for name in ("DATABASE_URL", "REDIS_URL"):
        pids += processes.serving(servers[0].environment.get(name, ""))
    return pids


async def measure(options: argparse.Namespace, servers: Sequence[LiveServer]) -> dict[str, list[Window]]:
    """Return the windows at saturation and at the steady rate, by name, taken by turns."""
    load = Load(options.pairs, options.in_flight, roots_of(servers))
    await connect(load, servers)
    found: dict[str, list[Window]] = {"saturated": [], f"at {options.rate}/s": []}
    for _number in range(options.windows):
        found["saturated"].append(await load.saturate(options.seconds, options.warm))
        found[f"at {options.rate}/s"].append(await load.pace(options.rate, options.seconds, options.warm))
    return found


def windows_wanted(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how much is measured."""
    parser.add_argument("--pairs", type=int, default=50)
    parser.add_argument("--in-flight", type=int, default=200, help="messages on their way at saturation (200)")
    parser.add_argument("--rate", type=int, default=200, help="messages a second of the steady windows (200)")
    parser.add_argument("--seconds", type=float, default=5, help="length of a window (5)")
    parser.add_argument("--warm", type=float, default=1, help="seconds before each that don't count (1)")
    parser.add_argument("--windows", type=int, default=5, help="windows of each kind (5)")


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="benchmarks.sending", description=str(__doc__).splitlines()[0])
    windows_wanted(parser)
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
