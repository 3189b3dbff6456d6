"""The site, the people at it, and what goes wrong."""

import asyncio
import json
import os
import random
import resource
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import redis

from benchmarks.sending import make_pairs
from benchmarks.wire import Client
from tests.faults.person import Person
from tests.faults.proxy import Proxy
from tests.live_server import LiveServer
from tests.servers import Redis

PATIENCE_S = 120
FREEZE_S = 2.0
FULL_S = 1.0
HOUR_S = 3600
MISSED = 20  # messages, by who sleeps
EVERYWHERE = ("kill", "restart", "stand_still", "cut", "half_open", "clock_moved", "asleep", "block")
ON_SQLITE = ("disk_full",)
SHARED = ("redis_gone", "redis_empty", "connections_gone", "database_killed")


@dataclass
class Site:
    """Processes on one database, and the Redis between them where there are several."""

    servers: list[LiveServer]
    clock: Path  # by how many seconds their clocks are wrong
    redis: Redis | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """What can happen to it."""
        return (*EVERYWHERE, *(SHARED if self.redis else ON_SQLITE))


class Scene:
    """The site, the lines to it and the people at them."""

    def __init__(self, site: Site, dice: random.Random, ports: Sequence[int] = ()) -> None:
        """Take the site, and the ports where people go to, which by default are those of its processes."""
        self.servers, self.redis, self.clock, self.dice = site.servers, site.redis, site.clock, dice
        self.proxies = [Proxy(port) for port in ports or [server.port for server in self.servers]]
        self.people: list[Person] = []
        self.faults: Counter[str] = Counter()

    async def gather(self, pairs: int) -> None:
        """Make the accounts and open their pages, the two of a pair at different processes where there are several."""
        for proxy in self.proxies:
            await proxy.start()
        made = make_pairs(self.servers[0], pairs)
        ids = json.loads(self.servers[0].shell(_ACCOUNTS))
        for number, (one, other, conversation) in enumerate(made):
            for place, cookie in enumerate((one, other)):
                proxy = self.proxies[(number + place) % len(self.proxies)]
                account = ids[2 * number + place]
                other = f"pair.{2 * number + 1 - place}"
                self.people.append(Person(account, other, conversation, _client(proxy, cookie)))

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
        """Have everybody write, as long as little of theirs waits, and do what else one does with messages."""
        while True:
            for person in self.people:
                if person.waiting < most_waiting:
                    person.write()
                    person.act()
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

    async def restart_next(self) -> None:
        """Every process is restarted in its turn."""
        await asyncio.to_thread(self.servers[self.faults.total() % len(self.servers)].restart)

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

    async def connections_gone(self) -> None:
        """Every connection to PostgreSQL breaks."""
        with self._database() as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )

    async def database_killed(self) -> None:
        """PostgreSQL crashes in the middle of what it does, and recovers from its log."""
        with self._database() as connection:
            os.kill(connection.info.backend_pid, signal.SIGKILL)  # at which it ends all others too

    async def disk_full(self) -> None:
        """For a while nothing more can be written, neither the database nor a log."""
        pid = self.servers[0].pid
        _soft, hard = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, hard))
        await asyncio.sleep(FULL_S)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (hard, hard))

    async def clock_moved(self) -> None:
        """Somebody sets the clock forward or back by an hour, or right."""
        self.clock.write_text(str(self.dice.choice((-HOUR_S, 0, HOUR_S))))

    async def asleep(self) -> None:
        """Somebody closes the page, and comes back when much was written."""
        person = self.dice.choice(self.people)
        person.sleep()
        reached = self.answered + MISSED * len(self.people) // 2
        await self.until(lambda: self.answered >= reached, "nobody writes while one sleeps")
        person.is_awake.set()

    async def block(self) -> None:
        """Somebody blocks the other while both write, and thinks better of it."""
        person = self.dice.choice(self.people)
        await person.block(on=True)
        reached = self.answered + MISSED
        await self.until(lambda: self.answered >= reached, "nobody writes while one is blocked")
        await person.block(on=False)

    def _database(self) -> "psycopg.Connection[tuple[Any, ...]]":
        return psycopg.connect(self.servers[0].environment["DATABASE_URL"], autocommit=True)


_ACCOUNTS = """
import json
print(json.dumps(list(User.objects.filter(username__startswith="pair.").order_by("pk").values_list("pk", flat=True))))
"""


def _client(proxy: Proxy, cookie: str) -> Callable[[], Client]:
    return lambda: Client(proxy.port, cookie, "198.51.100.1")
