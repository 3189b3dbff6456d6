"""What an open tab that nobody uses costs one process, and whether each is heard.

``python -m benchmarks.idle --sockets 5000`` opens them (of 100 accounts), lets each send a heartbeat within
``--heartbeat`` seconds, as pages do, and prints the memory per socket and how long the answers took.
"""

import argparse
import asyncio
import os
import time

from benchmarks import processes
from benchmarks.sending import CEILINGS, Tab, make_pairs
from benchmarks.wire import Client, Closed
from tests.live_server import LiveServer, live_server

AT_ONCE = 20  # handshakes
RETRY_S = 0.5
PONG = b'{"type":"pong"'
READY = b'{"type":"ready"'


class Idle:
    """One open tab, and when its heartbeat was answered."""

    def __init__(self) -> None:
        self.asked_at = 0.0
        self.waits: list[float] = []
        self.ready, self.answered = asyncio.Event(), asyncio.Event()

    def hear(self, payload: bytes) -> None:
        """Take a frame."""
        if payload.startswith(PONG):
            self.waits.append(time.perf_counter() - self.asked_at)
            self.answered.set()
        elif payload.startswith(READY):
            self.ready.set()


async def measure(options: argparse.Namespace, server: LiveServer) -> None:
    """Open the sockets, and print what they cost."""
    made = make_pairs(server, 50)
    cookies = [cookie for one, other, _conversation in made for cookie in (one, other)]
    loop, gate = asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)

    async def open_one(number: int) -> tuple[Idle, Tab]:
        async with gate:
            idle = Idle()
            # Each from an address of its own, as people are.
            address = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
            opening = Client(server.port, cookies[number % len(cookies)], address).opening()
            while True:
                _, tab = await loop.create_connection(lambda: Tab(opening, idle.hear), "127.0.0.1", server.port)
                try:
                    await tab.is_open
                except (Closed, OSError):  # too busy with the others
                    await asyncio.sleep(RETRY_S)
                    continue
                await idle.ready.wait()
                return idle, tab

    await asyncio.gather(*(open_one(number) for number in range(options.first)))
    before, begun = processes.memory_bytes([server.pid]), time.perf_counter()
    opened = await asyncio.gather(*(open_one(options.first + number) for number in range(options.sockets)))
    opening = time.perf_counter() - begun
    memory = (processes.memory_bytes([server.pid]) - before) / options.sockets / 1024
    used, begun = processes.cpu_seconds([server.pid]), time.perf_counter()
    for number, (idle, tab) in enumerate(opened):
        if (left := begun + number * options.heartbeat / options.sockets - time.perf_counter()) > 0:
            await asyncio.sleep(left)
        idle.asked_at = time.perf_counter()
        tab.send(b'{"type":"ping"}')
    async with asyncio.timeout(options.heartbeat * 2):
        await asyncio.gather(*(idle.answered.wait() for idle, _tab in opened))
    seconds, used = time.perf_counter() - begun, processes.cpu_seconds([server.pid]) - used
    waits = sorted(wait for idle, _tab in opened for wait in idle.waits)
    print(
        f"{options.sockets} sockets, {os.cpu_count()} cores: {memory:.1f} KiB each, opened in {opening:.0f} s; "
        f"{len(waits)} of {options.sockets} heard in {seconds:.0f} s ({used / seconds:.2f} cores), "
        f"p50 {waits[len(waits) // 2] * 1000:.0f} ms, p99 {waits[int(len(waits) * 0.99)] * 1000:.0f} ms, "
        f"slowest {waits[-1] * 1000:.0f} ms"
    )


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="benchmarks.idle", description=str(__doc__).splitlines()[0])
    parser.add_argument("--sockets", type=int, default=5000)
    parser.add_argument("--first", type=int, default=100, help="opened before, so that what all share doesn't count")
    parser.add_argument("--heartbeat", type=float, default=25, help="seconds in which each is heard once (25)")
    options = parser.parse_args()
    with live_server(**CEILINGS, TRUSTED_PROXY_COUNT="1") as server:
        asyncio.run(measure(options, server))


if __name__ == "__main__":
    main()
