"""The layer of a single process: what threads send is put into the queues by the loop that reads them."""

import asyncio
import threading

from asgiref.sync import async_to_sync

from dm_site.memory_layer import MemoryLayer

EVENT = {"type": "event", "frames": []}


class Watched(asyncio.Queue):
    """A queue that remembers which threads filled it."""

    filled_by: list[int] = []

    def put_nowait(self, item):
        self.filled_by.append(threading.get_ident())
        super().put_nowait(item)


async def test_what_another_thread_sends_is_delivered_by_the_loop_that_reads(monkeypatch):
    monkeypatch.setattr(asyncio, "Queue", Watched)
    Watched.filled_by = []
    layer = MemoryLayer()
    channel = await layer.new_channel()
    await layer.group_add("group", channel)
    reading = asyncio.ensure_future(layer.receive(channel))
    await asyncio.sleep(0)
    thread = threading.Thread(target=async_to_sync(layer.group_send), args=("group", EVENT))
    thread.start()
    assert await reading == EVENT
    await asyncio.to_thread(thread.join)
    assert Watched.filled_by == [threading.get_ident()]


def test_a_loop_that_has_ended_is_no_home():
    layer = MemoryLayer()

    async def hear():
        channel = await layer.new_channel()
        await layer.group_add("group", channel)
        await layer.group_send("group", EVENT)
        return await layer.receive(channel)

    for _once_more in range(2):
        assert async_to_sync(hear)() == EVENT
