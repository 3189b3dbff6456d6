"""The site and the servers people trust, measured by turns in one run.

``python -m tests.servers env PAPERPLANE_TEST_ENGINE=postgres python -m benchmarks.peers`` runs the site on SQLite and
on PostgreSQL with Redis, the bare channel layer, and those of ejabberd and Prosody that are installed (by root). Each
window of one is followed by one of the next, so that an hour in which the machine is slow is slow for all. It prints a
table of medians, and the ratios to ejabberd; ``--svg`` writes them as bars.
"""

import argparse
import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks import echo, plot, processes, sending, xmpp
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
    if _is_here("ejabberdctl", "ejabberd erlang-p1-pgsql"):
        port, pid = stack.enter_context(xmpp.ejabberd(os.environ["DATABASE_URL"]))
        roots = [pid, *processes.serving(os.environ["DATABASE_URL"])]
        found.append(Subject("ejabberd, PostgreSQL", roots, partial(connect_xmpp, port=port)))
    if _is_here("prosody", "prosody lua-dbi-sqlite3"):
        port, pid = stack.enter_context(xmpp.prosody())
        found.append(Subject("Prosody, SQLite", [pid], partial(connect_xmpp, port=port)))
    return found


def _is_here(program: str, packages: str) -> bool:
    if shutil.which(program) and os.geteuid() == 0:
        return True
    print(f"Not measured, since it takes root and the program {program}: apt-get install {packages}")
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
    for number in range(load.pairs):
        writers.append(await xmpp.connect(port, f"writer{number}", lambda _payload: None))
        await xmpp.connect(port, f"reader{number}", load.arrived)
    load.send = lambda pair, text: writers[pair].send(f"reader{pair}", text)
    load.open_idle = lambda number: xmpp.connect(port, f"idle{number}", lambda _payload: None)


async def measure(options: argparse.Namespace, found: list[Subject]) -> None:
    """Take the windows of all by turns."""
    for subject in found:
        subject.load = Load(options.pairs, options.in_flight, subject.roots)
        await subject.connect(subject.load)
    for _number in range(options.windows):
        for subject in found:
            subject.saturated.append(await subject.load.saturate(options.seconds, options.warm))
        for subject in found:
            subject.steady.append(await subject.load.pace(options.rate, options.seconds, options.warm))
    for subject in found:
        subject.idle_kib = await subject.load.idle_kib(options.idle)


def report(options: argparse.Namespace, found: list[Subject]) -> None:
    """Print the tables and the ratios, and write the plot."""
    print(f"{os.cpu_count()} cores, {options.pairs} pairs, {options.in_flight} on their way, {options.windows} windows")
    for title, of in (("at saturation", "saturated"), (f"at {options.rate} a second", "steady")):
        print(title)
        for subject in found:
            show(subject.name, getattr(subject, of))
    for subject in found:
        print(f"{subject.name:32} {subject.idle_kib:.1f} KiB a connection that nobody uses ({options.idle} opened)")
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
            keeps_up = median(one.steady, lambda window: window.rate) > options.rate * 0.95
            rows.append((one.name, delay if keeps_up else 0, f"{delay:.1f} ms" if keeps_up else "doesn't keep up"))
        return rows

    idle = [(one.name, one.idle_kib, f"{one.idle_kib:.0f} KiB") for one in found]
    groups = [
        ("Messages a second at saturation (more is better)", saturated(lambda one: one.rate, "{:,.0f}")),
        ("CPU-seconds for 1,000 of them, database included", saturated(lambda one: one.cost, "{:.2f}")),
        (f"Half of them arrive within, at {options.rate} a second", steady(0.5)),
        (f"99 of 100 arrive within, at {options.rate} a second", steady(0.99)),
        ("Memory of a connection that nobody uses", idle),
    ]
    below = f"{os.cpu_count()} cores shared with the load client, medians of {options.windows} windows by turns."
    return plot.drawing(groups, below)


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="benchmarks.peers", description=str(__doc__).splitlines()[0])
    sending.windows_wanted(parser)
    parser.add_argument("--idle", type=int, default=300, help="connections opened to see what one takes (300)")
    parser.add_argument("--svg", default="", help="file for the plot")
    options = parser.parse_args()
    with ExitStack() as stack:
        found = subjects(stack)
        asyncio.run(measure(options, found))
        report(options, found)


if __name__ == "__main__":
    main()
