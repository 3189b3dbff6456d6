"""The channel layer of several processes, on one Redis or on several."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from itertools import count
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer

Say = Callable[[], Mapping[str, Any]]
MOST_TOGETHER = 200
# What a process takes to receive a message is about what it takes to skip that many in one that carries several.
SKIPPED_IN_TURN = 15


class RedisLayer(RedisPubSubChannelLayer):
    """Channels' pub/sub layer, with many groups told at once, and only those that another process listens to.

    With one process, or where both sides of a conversation are at the same, nothing is published at all. Where that
    costs less, all other processes get one message that carries ``several``, with those of groups they aren't in: for
    whoever is in a group is also in the one of everybody. It reaches into what Channels keeps to itself: the
    connections; ``tests/messaging/test_redis_layer.py`` tells when that moves.
    """

    async def group_add(self, group: str, channel: str) -> None:
        """Add a channel to a group, and to that of everybody before: what the group is told may come by either."""
        layer = self._get_layer()
        everybody = _everybody(layer, layer._get_shard(layer._get_group_channel_name(group)))
        await layer.group_add(everybody, channel)
        await layer.group_add(group, channel)

    async def groups_send(self, messages: Mapping[str, Say]) -> None:
        """Send each group its message, which is asked for where anybody listens.

        Two round trips a Redis, however many there are. Readers get a message, or one with ``several``.
        """
        layer = self._get_layer()
        by_shard: defaultdict[Any, dict[str, Say]] = defaultdict(dict)
        for group, say in messages.items():
            channel = layer._get_group_channel_name(group)
            by_shard[layer._get_shard(channel)][channel] = say
        for shard, asked in by_shard.items():
            everybody = layer._get_group_channel_name(_everybody(layer, shard))
            async with shard._lock:
                shard._ensure_redis()
                listening = dict(await shard._redis.pubsub_numsub(everybody, *asked))
                # Who begins to listen only now looks at the database after that, and what this tells is there.
                others = {
                    channel: listening[channel.encode()] - (channel in shard._subscribed_to)
                    for channel in (everybody, *asked)
                }
                processes = others.pop(everybody)
                wanted = [channel for channel in asked if others[channel] > 0]
                pipeline = shard._redis.pipeline(transaction=False)
                if _is_less_together(processes, [others[channel] for channel in wanted]):
                    for start in range(0, len(wanted), MOST_TOGETHER):
                        several = [asked[channel]() for channel in wanted[start : start + MOST_TOGETHER]]
                        pipeline.publish(everybody, self.serialize({"several": several}))
                else:
                    for channel in wanted:
                        pipeline.publish(channel, self.serialize(asked[channel]()))
                if len(pipeline):
                    await pipeline.execute()


def _everybody(layer: Any, shard: Any) -> str:
    """Return the group that all who are in a group of ``shard`` are in: at the same Redis, so that order is kept."""
    names = (f"everybody.{number}" for number in count())
    return next(name for name in names if layer._get_shard(layer._get_group_channel_name(name)) is shard)


def _is_less_together(processes: int, listening: Collection[int]) -> bool:
    """Whether a message to each of ``processes`` costs them less than one a group to those ``listening`` there.

    Where fewer processes are in the group of everybody than in one of the others, some don't know it yet.
    """
    wanted = len(listening)
    return max(listening, default=0) <= processes and processes * (SKIPPED_IN_TURN + wanted) < SKIPPED_IN_TURN * wanted
