"""The site and the servers people trust, measured by turns in one run.

``python -m tests.servers env PAPERPLANE_TEST_ENGINE=postgres python -m benchmarks.peers`` runs the site on SQLite and
on PostgreSQL with Redis, the bare channel layer, and those of ejabberd, Prosody and Synapse that are installed (by
root). Each window of one is followed by one of the next, so that an hour in which the machine is slow is
slow for all. Then each is asked for 10,000 messages that somebody missed. It prints a table of medians, and the ratios
to ejabberd; ``--svg`` writes them as bars.
"""

import argparse
import asyncio
import os
import shutil
import statistics
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks import echo, matrix, plot, processes, sending, xmpp
from benchmarks.load import Load, Window, median, show
from benchmarks.sending import CEILINGS, Tab
from benchmarks.wire import Client
from tests import settings
from tests.live_server import live_server

ON_SQLITE = {"PAPERPLANE_TEST_ENGINE": "sqlite", "REDIS_URL": "", "S3_BUCKET": ""}


@dataclass
class Subject:
    """What is measured, and its windows."""

    name: str
    roots: list[int]
    connect: Callable[[Load], Awaitable[None]]
    saturated: list[Window] = field(default_factory=list)
    steady: list[Window] = field(default_factory=list)
    idle_kib: float = 0
    missed: list[float] = field(default_factory=list)  # seconds
    slows_to: int | None = None  # messages a second, of one that can't do as many as the others do
    load: Load = field(init=False)


def subjects(stack: ExitStack) -> list[Subject]:
    """Start all that can be started here."""
    folder = settings.RUN_FOLDER
    found: list[Subject] = []
    common = {**CEILINGS, "TRUSTED_PROXY_COUNT": "1", "SQLITE_SYNCHRONOUS": "FULL"}
    for name, environment in (
        ("Paperplane, SQLite", {**ON_SQLITE, "DATABASE_URL": f"sqlite:///{folder / 'peers.sqlite3'}"}),
        ("Paperplane, PostgreSQL + Redis", {}),
    ):
        server = stack.enter_context(live_server(**common, **environment))
        found.append(Subject(name, sending.roots_of([server]), partial(sending.connect, servers=[server])))
    for name, environment in (("channel layer in memory, alone", ON_SQLITE), ("channel layer in Redis, alone", {})):
        port, pid = stack.enter_context(echo.server(environment, folder))
        redis = [] if environment else processes.serving(os.environ["REDIS_URL"])
        found.append(Subject(name, [pid, *redis], partial(connect_echo, port=port)))
    if _is_here("ejabberdctl", "apt-get install ejabberd erlang-p1-pgsql"):
        port, pid = stack.enter_context(xmpp.ejabberd(os.environ["DATABASE_URL"]))
        roots = [pid, *processes.serving(os.environ["DATABASE_URL"])]
        found.append(Subject("ejabberd, PostgreSQL", roots, partial(connect_xmpp, port=port)))
    if _is_here("prosody", "apt-get install prosody lua-dbi-sqlite3"):
        port, pid = stack.enter_context(xmpp.prosody())
        found.append(Subject("Prosody, SQLite", [pid], partial(connect_xmpp, port=port)))
    if _is_here(matrix.PROGRAM, "pip install matrix-synapse psycopg2-binary, in an environment of its own on the PATH"):
        port, pid = stack.enter_context(matrix.synapse(os.environ["DATABASE_URL"]))
        roots = [pid, *processes.serving(os.environ["DATABASE_URL"])]
        found.append(Subject("Synapse, PostgreSQL", roots, partial(connect_matrix, port=port), slows_to=20))
    return found


def _is_here(program: str, how: str) -> bool:
    if shutil.which(program) and os.geteuid() == 0:
        return True
    print(f"Not measured, since it takes root and the program {program}: {how}")
    return False


async def connect_echo(load: Load, port: int) -> None:
    """Open the sockets of the bare channel layer."""
    writers = []

    async def open_tab(name: str, heard: Callable[[bytes], None]) -> Tab:
        opening = Client(port, "none=1", "198.51.100.1").opening().replace(b"/ws/inbox/", f"/{name}".encode())
        return await sending.open_tab(port, opening, heard)

    for number in range(load.pairs):
        writers.append(await open_tab(f"writer{number}", lambda _payload: None))
        await open_tab(f"reader{number}", load.arrived)
    load.send = lambda pair, text: writers[pair].send(f"reader{pair} {text}".encode())
    load.open_idle = lambda number: open_tab(f"idle{number}", lambda _payload: None)


async def connect_xmpp(load: Load, port: int) -> None:
    """Register and sign in everybody."""
    writers = []
    for number in range(load.pairs + 1):
        writers.append(await xmpp.connect(port, f"writer{number}", lambda _payload: None))
        reader = await xmpp.connect(port, f"reader{number}", load.arrived)
    load.send = lambda pair, text: writers[pair].send(f"reader{pair}", text)
    load.open_idle = lambda number: xmpp.connect(port, f"idle{number}", lambda _payload: None)
    load.catch_up = reader.fetch


async def connect_matrix(load: Load, port: int) -> None:
    """Register everybody, and a room for each pair."""
    pairs = []
    for number in range(load.pairs + 1):
        writer, reader = [await matrix.register(port, f"{role}{number}") for role in ("writer", "reader")]
        room = await matrix.room_of(writer, reader)
        since = await reader.state()
        reader.listen(since, load.arrived)
        pairs.append((writer, room))
    load.send = lambda pair, text: pairs[pair][0].send(pairs[pair][1], text)
    load.catch_up = lambda: reader.fetch(room, since)

    async def open_idle(number: int) -> matrix.Person:
        idle = await matrix.register(port, f"idle{number}")
        idle.listen(await idle.state(), lambda _payload: None)
        return idle

    load.open_idle = open_idle


async def measure(options: argparse.Namespace, found: list[Subject]) -> None:
    """Take the windows of all by turns."""
    for subject in found:
        subject.load = Load(options.pairs, options.in_flight, subject.roots)
        await subject.connect(subject.load)
    for _number in range(options.windows):
        for subject in found:
            subject.saturated.append(await subject.load.saturate(options.seconds, options.warm))
        for subject in found:
            rate = subject.slows_to or options.rate
            subject.steady.append(await subject.load.pace(rate, options.seconds, options.warm))
    for subject in found:
        subject.idle_kib = await subject.load.idle_kib(options.idle)
    for subject in found:
        print(f"{subject.name}: {options.missed} messages are sent that are missed", flush=True)
        subject.missed = await subject.load.missed(options.missed, options.windows)


def report(options: argparse.Namespace, found: list[Subject]) -> None:
    """Print the tables and the ratios, and write the plot."""
    print(f"{os.cpu_count()} cores, {options.pairs} pairs, {options.in_flight} on their way, {options.windows} windows")
    for title, of in (("at saturation", "saturated"), (f"at {options.rate} a second", "steady")):
        print(title)
        for subject in found:
            slower = f" ({subject.slows_to}/s)" if subject.slows_to and of == "steady" else ""
            show(subject.name + slower, getattr(subject, of))
    for subject in found:
        print(f"{subject.name:32} {subject.idle_kib:.1f} KiB a connection that nobody uses ({options.idle} opened)")
    for subject in found:
        if subject.missed:
            spread = f"{min(subject.missed):.2f}-{max(subject.missed):.2f}"
            print(f"{subject.name:32} {statistics.median(subject.missed):.2f} s ({spread}) for {options.missed} missed")
    by_name = {subject.name.split(",")[0]: subject for subject in reversed(found)}
    if yardstick := by_name.get("ejabberd"):
        for subject in found:
            rate, cost = (
                median(subject.saturated, of) / median(yardstick.saturated, of)
                for of in (lambda one: one.rate, lambda one: one.cost)
            )
            print(f"{subject.name:32} to ejabberd: {rate:.2f} times as many, each at {cost:.2f} of its processor time")
    if options.svg:
        Path(options.svg).write_text(_drawing(options, found))


def _drawing(options: argparse.Namespace, found: list[Subject]) -> str:
    def saturated(value: Callable[[Window], float], words: str) -> list[tuple[str, float, str]]:
        medians = [(one.name, median(one.saturated, value)) for one in found]
        return [(name, number, words.format(number)) for name, number in medians]

    def steady(part: float) -> list[tuple[str, float, str]]:
        rows = []
        for one in found:
            delay = median(one.steady, lambda window: window.percentile(part))
            keeps_up = not one.slows_to and median(one.steady, lambda window: window.rate) > options.rate * 0.95
            rows.append((one.name, delay if keeps_up else 0, f"{delay:.1f} ms" if keeps_up else "doesn't keep up"))
        return rows

    idle = [(one.name, one.idle_kib, f"{one.idle_kib:.0f} KiB") for one in found]
    missed = [(one.name, statistics.median(one.missed)) for one in found if one.missed]
    groups = [
        ("Messages a second at saturation (more is better)", saturated(lambda one: one.rate, "{:,.0f}")),
        ("CPU-seconds for 1,000 of them, database included", saturated(lambda one: one.cost, "{:.2f}")),
        (f"Half of them arrive within, at {options.rate} a second", steady(0.5)),
        (f"99 of 100 arrive within, at {options.rate} a second", steady(0.99)),
        ("Memory of a connection that nobody uses", idle),
        (f"To catch up with {options.missed:,} messages", [(name, took, f"{took:.1f} s") for name, took in missed]),
    ]
    below = f"{os.cpu_count()} cores shared with the load client, medians of {options.windows} windows by turns."
    return plot.drawing(groups, below)


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="benchmarks.peers", description=str(__doc__).splitlines()[0])
    sending.windows_wanted(parser)
    parser.add_argument("--idle", type=int, default=300, help="connections opened to see what one takes (300)")
    parser.add_argument("--missed", type=int, default=10_000, help="messages that somebody missed (10000)")
    parser.add_argument("--svg", default="", help="file for the plot")
    options = parser.parse_args()
    with ExitStack() as stack:
        found = subjects(stack)
        asyncio.run(measure(options, found))
        report(options, found)


if __name__ == "__main__":
    main()
