"""Let people write while the site is hurt, then have the checker look: ``python -m tests.faults.run --faults 20``.

On SQLite with one process; with PostgreSQL, Redis and two by
``python -m tests.servers env PAPERPLANE_TEST_ENGINE=postgres python -m tests.faults.run``.
"""

import argparse
import asyncio
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

import psycopg

from tests import settings
from tests.faults.checker import Operation, Row, check
from tests.faults.person import Person
from tests.faults.scene import Scene, Site
from tests.live_server import LiveServer, live_server
from tests.servers import Redis, postgres, private_folder

ROWS = """
import json
from messaging.models import Deletion, Like, Message
def by_message(model):
    found = {}
    for message, user in model.objects.values_list("message", "user"):
        found.setdefault(message, []).append(user)
    return found
likes, deletions = by_message(Like), by_message(Deletion)
print(json.dumps([
    [str(conversation), str(pk), seq, sender, words, likes.get(pk, []), unsent is not None, deletions.get(pk, [])]
    for conversation, pk, seq, sender, words, unsent in Message.objects.order_by("conversation", "seq").values_list(
        "conversation", "pk", "seq", "sender", "body", "unsent_at"
    )
]))
"""
CEILINGS = {
    "MESSAGE_LIMITS": "1000000/10,1000000/3600",
    "RECIPIENT_LIMITS": "1000000/60,1000000/3600",
    "SOCKET_FRAMES_PER_SECOND": "1000000",
    "SOCKET_FRAMES_BURST": "1000000",
    "TRUSTED_PROXY_COUNT": "1",
    "SQLITE_SYNCHRONOUS": "FULL",
}
PROGRESS = 30  # messages between one fault and the next


@dataclass
class Report:
    """What came of a run."""

    problems: list[str]
    faults: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)  # of messages; of a refused one, why
    acts: Counter[str] = field(default_factory=Counter)
    catch_ups: int = 0
    seconds: float = 0

    def __str__(self) -> str:
        """Return it in a few lines."""
        shown = "\n".join(f"  {problem}" for problem in self.problems[:20])
        return (
            f"{dict(self.outcomes)} messages, {dict(self.acts)}, {self.faults.total()} faults {dict(self.faults)}, "
            f"{self.catch_ups} catch-ups, {self.seconds:.0f} s: {len(self.problems)} problems\n{shown}"
        )


@contextmanager
def site(**environment: str) -> Iterator[Site]:
    """Run the site: one process on SQLite, two on a PostgreSQL and a Redis of their own."""
    with ExitStack() as stack:
        shared = None
        if settings.ENGINE != "sqlite":
            shared = Redis(stack.enter_context(private_folder()))
            stack.callback(shared.end)
            shared.start()
            environment["REDIS_URL"] = shared.address
            if "DATABASE_URL" not in environment:  # of its own: what is done to it would hurt the tests beside this one
                environment["DATABASE_URL"] = stack.enter_context(postgres())
        clock = stack.enter_context(private_folder()) / "seconds"
        clock.write_text("0")
        first = stack.enter_context(live_server(**CEILINGS, **environment, PAPERPLANE_TEST_CLOCK=str(clock)))
        servers = [first]
        if shared:
            _make_durable(first.environment["DATABASE_URL"])
            first.restart()
            second = LiveServer(first.environment, first.folder)
            stack.callback(second.close)
            second.start()
            servers.append(second)
        yield Site(servers, clock, shared)


def _make_durable(address: str) -> None:
    """Have the database keep what it acknowledges: the tests' own need not outlive it."""
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f'ALTER DATABASE "{connection.info.dbname}" SET synchronous_commit = on')  # type: ignore[arg-type]


async def play(
    site: Site,
    *,
    faults: int,
    pairs: int = 8,
    most_waiting: int = 3,
    seed: int = 1,
    progress: int = PROGRESS,
    kinds: tuple[str, ...] = (),
    change: Callable[[Person], None] | None = None,
    ports: Sequence[int] = (),
    beside: Callable[[Scene], Coroutine[Any, Any, None]] | None = None,
    scene_of: type[Scene] = Scene,
) -> Report:
    """Hurt the site so many times under load; when all is well again, compare."""
    begun = time.monotonic()
    kinds = kinds or site.kinds
    scene = scene_of(site, random.Random(seed), ports)
    await scene.gather(pairs)
    for person in scene.people:
        if change:
            change(person)
    pages = [asyncio.create_task(person.run()) for person in scene.people]
    if beside:
        pages.append(asyncio.create_task(beside(scene)))
    writing = asyncio.create_task(scene.write(most_waiting))
    try:
        for number in range(faults):
            reached = scene.answered + progress
            await scene.until(lambda reached=reached: scene.answered >= reached, f"no progress before fault {number}")  # type: ignore[misc]
            kind = kinds[number % len(kinds)]
            fault: Callable[[], Awaitable[None]] = getattr(scene, kind)
            await fault()
            scene.faults[kind] += 1
        writing.cancel()
        site.clock.write_text("0")
        await scene.until(lambda: not any(person.waiting for person in scene.people), "what waits isn't answered")
        for person in scene.people:
            person.is_settled.clear()
        await scene.until(lambda: all(person.is_settled.is_set() for person in scene.people), "pages don't settle")
    finally:
        for task in (writing, *pages):
            task.cancel()
        await asyncio.gather(writing, *pages, return_exceptions=True)
        for proxy in scene.proxies:
            await proxy.close()
    operations = [one for person in scene.people for one in person.operations]
    rows = list(_rows(json.loads(site.servers[0].shell(ROWS)), operations))
    views = {(person.account, person.conversation): person.view for person in scene.people}
    return Report(
        problems=check(operations, rows, views),
        faults=scene.faults,
        outcomes=Counter(one.why or one.outcome for one in operations),
        acts=sum((person.acts for person in scene.people), Counter()),
        catch_ups=sum(person.caught_up for person in scene.people),
        seconds=time.monotonic() - begun,
    )


def _rows(kept: list[list[Any]], operations: Sequence[Operation]) -> Iterator[Row]:
    """Return what is in the database; what was taken back there is known by its id, as it has no words any more."""
    words_of = {one.id: one.words for one in operations}
    for conversation, id_, seq, sender, words, likes, gone, deleted_by in kept:
        words = words_of.get(id_, words) if gone else words
        yield Row(conversation, id_, seq, sender, words, frozenset(likes), gone, frozenset(deleted_by))


def main() -> None:
    """Read the options, run, print; the status says whether the promise held."""
    parser = argparse.ArgumentParser(prog="tests.faults.run", description=str(__doc__).splitlines()[0])
    parser.add_argument("--faults", type=int, default=20)
    parser.add_argument("--pairs", type=int, default=8)
    parser.add_argument("--waiting", type=int, default=3, help="messages each has on their way at most (3)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--kinds", nargs="*", default=(), help="what goes wrong, by turns (everything)")
    parser.add_argument("--progress", type=int, default=PROGRESS, help=f"messages between two faults ({PROGRESS})")
    options = parser.parse_args()
    with site() as one:
        report = asyncio.run(
            play(
                one,
                faults=options.faults,
                pairs=options.pairs,
                most_waiting=options.waiting,
                seed=options.seed,
                progress=options.progress,
                kinds=tuple(options.kinds),
            )
        )
    print(f"{settings.ENGINE}, {len(one.servers)} processes, {os.cpu_count()} cores, seed {options.seed}: {report}")
    with suppress(BrokenPipeError):
        sys.stdout.flush()
    sys.exit(bool(report.problems))


if __name__ == "__main__":
    main()
