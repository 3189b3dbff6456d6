"""The layer between processes: only what another process listens to is published, on one Redis or several."""

import asyncio
from collections.abc import Iterator
from functools import partial

import pytest
import redis

from dm_site.redis_layer import RedisLayer
from tests import servers

PATIENCE_S = 20
GROUPS = [f"user.{number}" for number in range(8)]


@pytest.fixture(scope="module")
def hosts() -> Iterator[list[str]]:
    with servers.redis() as first, servers.redis() as second, servers.redis() as third:
        yield [first, second, third]


def published(hosts: list[str]) -> int:
    return sum(
        redis.Redis.from_url(host).info("commandstats").get("cmdstat_publish", {"calls": 0})["calls"] for host in hosts
    )


@pytest.mark.parametrize("count", [1, 2, 3])
async def test_other_processes_hear_and_nothing_is_published_for_nobody(count, hosts):
    here, elsewhere = RedisLayer(hosts=hosts[:count]), RedisLayer(hosts=hosts[:count])
    # A process has a connection of its own; here two stand for two, in one loop.
    mine, theirs = await here.new_channel(), await elsewhere.new_channel()
    for group in GROUPS[:4]:
        await here.group_add(group, mine)
    for group in GROUPS[3:6]:
        await elsewhere.group_add(group, theirs)
    before = published(hosts)
    await here.groups_send({group: partial(dict, to=group) for group in GROUPS})
    async with asyncio.timeout(PATIENCE_S):
        heard = [(await elsewhere.receive(theirs))["to"] for _group in GROUPS[3:6]]
        assert sorted(heard) == GROUPS[3:6]
        # What is listened to on both sides comes back to its own, which knows it by its mark.
        assert (await here.receive(mine))["to"] == GROUPS[3]
    assert published(hosts) - before == 3
    await here.flush()
    await elsewhere.flush()
