"""The channel layer of a single process, for events from every thread of it."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from channels.layers import InMemoryChannelLayer


class MemoryLayer(InMemoryChannelLayer):
    """Channels' in-memory layer, whose queues wake only readers of the loop that they are filled in.

    What a worker's thread sends from a loop of its own is handed to the loop of the sockets; else they would see it
    when something else wakes them, or two threads would change the same queue at once.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._home: asyncio.AbstractEventLoop | None = None

    async def receive(self, channel: str) -> Any:
        """Return the next message of ``channel``; where it is waited for is where all are delivered."""
        self._home = asyncio.get_running_loop()
        return await super().receive(channel)

    async def send(self, channel: str, message: dict[str, Any]) -> None:
        """Put ``message`` onto ``channel``, from whatever loop. Raises ``ChannelFull``."""
        await self._at_home(super().send(channel, message))

    async def group_send(self, group: str, message: dict[str, Any]) -> None:
        """Put ``message`` onto the channels of ``group``, from whatever loop."""
        await self._at_home(super().group_send(group, message))

    async def _at_home(self, sending: Coroutine[Any, Any, None]) -> None:
        home = self._home
        if home is None or home is asyncio.get_running_loop() or not home.is_running():
            await sending
        else:
            await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(sending, home))
