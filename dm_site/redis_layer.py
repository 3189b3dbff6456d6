"""The channel layer of several processes, on one Redis or on several."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer


class RedisLayer(RedisPubSubChannelLayer):
    """Channels' pub/sub layer, with many groups told at once, and only those that another process listens to.

    With one process, or where both sides of a conversation are at the same, nothing is published at all. It reaches
    into what Channels keeps to itself: the connections; ``tests/messaging/test_redis_layer.py`` tells when that moves.
    """

    async def groups_send(self, messages: Mapping[str, Callable[[], Any]]) -> None:
        """Send each group its message, which is asked for where anybody listens.

        Two round trips a Redis, however many there are.
        """
        layer = self._get_layer()
        by_shard: defaultdict[Any, dict[str, Callable[[], Any]]] = defaultdict(dict)
        for group, message in messages.items():
            channel = layer._get_group_channel_name(group)
            by_shard[layer._get_shard(channel)][channel] = message
        for shard, wanted in by_shard.items():
            async with shard._lock:
                shard._ensure_redis()
                listening = dict(await shard._redis.pubsub_numsub(*wanted))
                pipeline = shard._redis.pipeline(transaction=False)
                for channel, message in wanted.items():
                    # Who begins to listen only now looks at the database after that, and what this tells is there.
                    if listening[channel.encode()] > (channel in shard._subscribed_to):
                        pipeline.publish(channel, self.serialize(message()))
                if len(pipeline):
                    await pipeline.execute()
