"""The layer between processes: only what another process listens to is published, on one Redis or several."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from functools import partial
from typing import Any

import pytest
import redis

from dm_site import redis_layer
from dm_site.redis_layer import RedisLayer
from tests import servers

PATIENCE_S = 20
GROUPS = [f"user.{number}" for number in range(40)]


@pytest.fixture(scope="module")
def redises() -> Iterator[list[str]]:
    with servers.redis() as first, servers.redis() as second, servers.redis() as third:
        yield [first, second, third]


@pytest.fixture(params=[1, 2, 3])
def hosts(request, redises) -> list[str]:
    return redises[: request.param]


class Process:
    """A process with a layer of its own. In tests several share a loop."""

    def __init__(self, hosts: list[str]) -> None:
        self.layer = RedisLayer(hosts=hosts)

    async def listen(self, *groups: str) -> "Process":
        """Be in ``groups``."""
        self.channel = await self.layer.new_channel()
        for group in groups:
            await self.layer.group_add(group, self.channel)
        return self

    async def tell(self, *groups: str, word: str = "") -> None:
        """Tell each of ``groups`` its name and ``word``."""
        await self.layer.groups_send({group: partial(dict, to=group, word=word) for group in groups})

    async def hears(self, count: int) -> list[Mapping[str, Any]]:
        """Return the next ``count`` messages, wherever they come from."""
        heard: list[Mapping[str, Any]] = []
        async with asyncio.timeout(PATIENCE_S):
            while len(heard) < count:
                message = await self.layer.receive(self.channel)
                heard += message.get("several", [message])
        assert len(heard) == count
        return heard


@pytest.fixture
async def start(hosts) -> AsyncIterator[Callable[[], Process]]:
    processes: list[Process] = []

    def start() -> Process:
        processes.append(Process(hosts))
        return processes[-1]

    yield start
    for process in processes:
        await process.layer.flush()


def published(hosts: list[str]) -> int:
    return sum(
        redis.Redis.from_url(host).info("commandstats").get("cmdstat_publish", {"calls": 0})["calls"] for host in hosts
    )


async def test_other_processes_hear_and_nothing_is_published_for_nobody(hosts, start):
    here, elsewhere = await start().listen(*GROUPS[:4]), await start().listen(GROUPS[3])
    before = published(hosts)
    await here.tell(*GROUPS[:6])
    assert await elsewhere.hears(1) == [{"to": GROUPS[3], "word": ""}]
    # What is listened to on both sides comes back to its own, which knows it by its mark.
    assert await here.hears(1) == [{"to": GROUPS[3], "word": ""}]
    assert published(hosts) - before == 1


async def test_what_is_for_many_groups_goes_to_few_processes_as_one_message(hosts, start):
    here, elsewhere = await start().listen(), await start().listen(*GROUPS)
    before = published(hosts)
    await here.tell(*GROUPS)
    assert sorted(message["to"] for message in await elsewhere.hears(len(GROUPS))) == sorted(GROUPS)
    assert published(hosts) - before == len(hosts)


async def test_what_would_be_too_much_for_one_message_goes_as_several(hosts, start, monkeypatch):
    monkeypatch.setattr(redis_layer, "MOST_TOGETHER", 2)
    here, elsewhere = await start().listen(), await start().listen(*GROUPS)
    before = published(hosts)
    await here.tell(*GROUPS)
    assert sorted(message["to"] for message in await elsewhere.hears(len(GROUPS))) == sorted(GROUPS)
    assert published(hosts) - before >= len(GROUPS) / 2


async def test_where_many_processes_would_skip_it_each_group_gets_its_own(hosts, start):
    here = await start().listen()
    others = [await start().listen(*(f"{group}.{place}" for group in GROUPS[:20])) for place in range(6)]
    told = {place: {f"{group}.{place}" for group in GROUPS[:2]} for place in range(2)}
    before = published(hosts)
    await here.tell(*told[0], *told[1], "user.nobody")
    for place in (0, 1):
        assert {message["to"] for message in await others[place].hears(2)} == told[place]
    assert published(hosts) - before == 4


async def test_who_is_not_in_the_group_of_everybody_hears_too(hosts, start):
    """As a process of the version before, which doesn't know it."""
    here, elsewhere = await start().listen(), await start().listen()
    for group in GROUPS:
        await elsewhere.layer._get_layer().group_add(group, elsewhere.channel)
    await here.tell(*GROUPS)
    assert sorted(message["to"] for message in await elsewhere.hears(len(GROUPS))) == sorted(GROUPS)


async def test_a_group_hears_in_order_whether_alone_or_with_others(hosts, start):
    here, elsewhere = await start().listen(), await start().listen(*GROUPS)
    words = [str(number) for number in range(12)]
    for number, word in enumerate(words):
        await here.tell(*(GROUPS if number % 2 else GROUPS[:1]), word=word)
    heard = await elsewhere.hears(6 + 6 * len(GROUPS))
    assert [message["word"] for message in heard if message["to"] == GROUPS[0]] == words
