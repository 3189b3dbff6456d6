"""Let people write while the site is hurt, then have the checker look: ``python -m tests.faults.run --faults 20``.

On SQLite with one process; with PostgreSQL, Redis and two by
``python -m tests.servers env PAPERPLANE_TEST_ENGINE=postgres python -m tests.faults.run``.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field

import psycopg
import redis

from benchmarks.sending import MAKE
from benchmarks.wire import Client
from tests import settings
from tests.faults.checker import Row, check
from tests.faults.person import Person
from tests.faults.proxy import Proxy
from tests.live_server import LiveServer, live_server
from tests.servers import Redis, private_folder

ROWS = """
import json
from messaging.models import Message
print(json.dumps([
    [str(conversation), str(pk), seq, sender, words] for conversation, pk, seq, sender, words in
    Message.objects.order_by("conversation", "seq").values_list("conversation", "pk", "seq", "sender", "body")
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
PATIENCE_S = 120
FREEZE_S = 2.0
KINDS = ("kill", "restart", "stand_still", "cut", "half_open")
SHARED_KINDS = ("redis_gone", "redis_empty", "database_gone")
PROGRESS = 30  # messages between one fault and the next


@dataclass
class Report:
    """What came of a run."""

    problems: list[str]
    faults: Counter[str] = field(default_factory=Counter)
    outcomes: Counter[str] = field(default_factory=Counter)
    catch_ups: int = 0
    seconds: float = 0

    def __str__(self) -> str:
        """Return it in a few lines."""
        shown = "\n".join(f"  {problem}" for problem in self.problems[:20])
        return (
            f"{dict(self.outcomes)} messages, {self.faults.total()} faults {dict(self.faults)}, "
            f"{self.catch_ups} catch-ups, {self.seconds:.0f} s: {len(self.problems)} problems\n{shown}"
        )


@dataclass
class Site:
    """Processes on one database, and the Redis between them where there are several."""

    servers: list[LiveServer]
    redis: Redis | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """What can happen to it."""
        return (*KINDS, *(SHARED_KINDS if self.redis else ()))


class Scene:
    """The site, the lines to it and the people at them."""

    def __init__(self, site: Site, dice: random.Random) -> None:
        self.servers, self.redis, self.dice = site.servers, site.redis, dice
        self.proxies = [Proxy(server.port) for server in self.servers]
        self.people: list[Person] = []
        self.faults: Counter[str] = Counter()

    async def gather(self, pairs: int) -> None:
        """Make the accounts and open their pages, the two of a pair at different processes where there are several."""
        for proxy in self.proxies:
            await proxy.start()
        made = json.loads(self.servers[0].shell(MAKE.format(pairs=pairs)))
        ids = json.loads(self.servers[0].shell(_ACCOUNTS))
        for number, (one, other, conversation) in enumerate(made):
            for place, cookie in enumerate((one, other)):
                proxy = self.proxies[(number + place) % len(self.proxies)]
                account = ids[2 * number + place]
                self.people.append(Person(account, conversation, _client(proxy, cookie)))

    @property
    def answered(self) -> int:
        """How many messages were acknowledged or refused."""
        return sum(len(person.operations) - person.waiting for person in self.people)

    async def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for it. Raises ``TimeoutError``, and says how things stand."""
        end = time.monotonic() + PATIENCE_S
        while not condition():
            if time.monotonic() > end:
                waiting = [person.waiting for person in self.people]
                raise TimeoutError(f"{what}: {waiting} wait\n{self.servers[0].log[-3000:]}")
            await asyncio.sleep(0.01)

    async def write(self, most_waiting: int) -> None:
        """Have everybody write, as long as little of theirs waits."""
        while True:
            for person in self.people:
                if person.waiting < most_waiting:
                    person.write()
            await asyncio.sleep(0.005)

    # --- What goes wrong -----------------------------------------------------

    async def kill(self) -> None:
        """A process dies in the middle of what it does."""
        server = self.dice.choice(self.servers)
        await asyncio.to_thread(server.kill)
        await asyncio.to_thread(server.start)

    async def restart(self) -> None:
        """A process is restarted in an orderly way, under load."""
        await asyncio.to_thread(self.dice.choice(self.servers).restart)

    async def stand_still(self) -> None:
        """A process stops for longer than people wait, and goes on as if nothing had been."""
        pid = self.dice.choice(self.servers).pid
        os.kill(pid, signal.SIGSTOP)
        await asyncio.sleep(FREEZE_S)
        os.kill(pid, signal.SIGCONT)

    async def cut(self) -> None:
        """Every connection breaks."""
        self.dice.choice(self.proxies).cut()

    async def half_open(self) -> None:
        """Nothing gets through, and nobody is told; then what was on its way is lost, or comes after all."""
        proxy = self.dice.choice(self.proxies)
        proxy.freeze()
        await asyncio.sleep(FREEZE_S)
        if self.dice.random() < 0.5:
            proxy.cut()
        proxy.thaw()

    async def redis_gone(self) -> None:
        """Redis dies, and comes back knowing nothing: neither the limits' counts nor who listens to what."""
        assert self.redis
        await asyncio.to_thread(self.redis.end, signal.SIGKILL)
        await asyncio.sleep(self.dice.random())
        await asyncio.to_thread(self.redis.start)

    async def redis_empty(self) -> None:
        """Somebody flushes Redis."""
        assert self.redis
        with redis.Redis(port=self.redis.port) as connection:
            connection.flushall()

    async def database_gone(self) -> None:
        """Every connection to PostgreSQL breaks, as when it is restarted."""
        with psycopg.connect(self.servers[0].environment["DATABASE_URL"], autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


_ACCOUNTS = """
import json
print(json.dumps(list(User.objects.filter(username__startswith="pair.").order_by("pk").values_list("pk", flat=True))))
"""


def _client(proxy: Proxy, cookie: str) -> Callable[[], Client]:
    return lambda: Client(proxy.port, cookie, "198.51.100.1")


@contextmanager
def site(**environment: str) -> Iterator[Site]:
    """Run the site: one process on SQLite, two on PostgreSQL with a Redis of their own."""
    with ExitStack() as stack:
        shared = None
        if settings.ENGINE != "sqlite":
            shared = Redis(stack.enter_context(private_folder()))
            stack.callback(shared.end)
            shared.start()
            environment["REDIS_URL"] = shared.address
        first = stack.enter_context(live_server(**CEILINGS, **environment))
        servers = [first]
        if shared:
            second = LiveServer(first.environment, first.folder)
            stack.callback(second.close)
            second.start()
            servers.append(second)
        yield Site(servers, shared)


async def play(
    site: Site,
    *,
    faults: int,
    pairs: int = 8,
    most_waiting: int = 3,
    seed: int = 1,
    kinds: tuple[str, ...] = (),
    change: Callable[[Person], None] | None = None,
) -> Report:
    """Hurt the site so many times under load; when all is well again, compare."""
    begun = time.monotonic()
    kinds = kinds or site.kinds
    scene = Scene(site, random.Random(seed))
    await scene.gather(pairs)
    for person in scene.people:
        if change:
            change(person)
    pages = [asyncio.create_task(person.run()) for person in scene.people]
    writing = asyncio.create_task(scene.write(most_waiting))
    try:
        for number in range(faults):
            reached = scene.answered + PROGRESS
            await scene.until(lambda reached=reached: scene.answered >= reached, f"no progress before fault {number}")  # type: ignore[misc]
            kind = kinds[number % len(kinds)]
            fault: Callable[[], Awaitable[None]] = getattr(scene, kind)
            await fault()
            scene.faults[kind] += 1
        writing.cancel()
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
    rows = [Row(*row) for row in json.loads(site.servers[0].shell(ROWS))]
    views = {(person.account, person.conversation): person.view for person in scene.people}
    return Report(
        problems=check(operations, rows, views),
        faults=scene.faults,
        outcomes=Counter(one.outcome for one in operations),
        catch_ups=sum(person.caught_up for person in scene.people),
        seconds=time.monotonic() - begun,
    )


def main() -> None:
    """Read the options, run, print; the status says whether the promise held."""
    parser = argparse.ArgumentParser(prog="tests.faults.run", description=str(__doc__).splitlines()[0])
    parser.add_argument("--faults", type=int, default=20)
    parser.add_argument("--pairs", type=int, default=8)
    parser.add_argument("--waiting", type=int, default=3, help="messages each has on their way at most (3)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with site() as one:
        report = asyncio.run(
            play(one, faults=options.faults, pairs=options.pairs, most_waiting=options.waiting, seed=options.seed)
        )
    print(f"{settings.ENGINE}, {len(one.servers)} processes, {os.cpu_count()} cores, seed {options.seed}: {report}")
    with suppress(BrokenPipeError):
        sys.stdout.flush()
    sys.exit(bool(report.problems))


if __name__ == "__main__":
    main()
