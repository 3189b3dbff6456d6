"""Channel layers that lose events on purpose: what they carry is a hint, and pages must heal without it."""

import os
import random
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer

from dm_site.memory_layer import MemoryLayer

# Of each event, to each group; 0.2 loses every fifth.
DROPPED = float(os.environ.get("PAPERPLANE_TEST_DROPPED", "0"))
_dice = random.Random(20)


def is_dropped() -> bool:
    """Throw the dice for one event."""
    return _dice.random() < DROPPED


class DroppingInMemoryLayer(MemoryLayer):
    """The in-memory layer, less what the dice take."""

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Send to the group, or lose it."""
        if not is_dropped():
            await super().group_send(group, message)


class DroppingRedisLayer(RedisPubSubChannelLayer):
    """The Redis layer, less what the dice take."""

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Send to the group, or lose it."""
        if not is_dropped():
            await super().group_send(group, message)
