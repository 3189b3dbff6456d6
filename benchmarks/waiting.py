"""Whether messages wait for what others do: ``python -m benchmarks.waiting``.

Ten pairs write at a steady pace, in windows of some seconds by turns: with nothing else going on, while eight people
ask for pages whose query takes two seconds, and while ten upload at once (phone videos of 1080 × 1920, photos of 48
megapixels, and files made to do harm). Printed is the time from the writer's frame to the reader's, of each kind, and
its percentiles against those alone. With PostgreSQL and Redis by ``python -m tests.servers env
PAPERPLANE_TEST_ENGINE=postgres python -m benchmarks.waiting``.
"""

import argparse
import asyncio
import multiprocessing
import os
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path

from benchmarks import sending
from benchmarks.load import Load, Window, median, show
from benchmarks.media import camera_clip
from benchmarks.sending import CEILINGS, make_pairs
from benchmarks.wire import Client, Closed
from tests.live_server import LiveServer, live_server
from tests.media.samples import SAMPLES

PAIRS, ASKING, UPLOADERS = 10, 8, 10
SLOW_S = 2
PAUSE_S = 4.0  # of an uploader, between an answer and the next file
HARMFUL = ("png-bomb.png", "gif-bomb.gif", "many-frames.gif", "large.png", "huge.jpg")
processes = multiprocessing.get_context("fork")
Disturbance = Callable[[], AbstractAsyncContextManager[None]]


@asynccontextmanager
async def nothing() -> AsyncIterator[None]:
    """Disturb nobody."""
    yield


def slow_queries(server: LiveServer, cookies: Iterator[str], answers: Counter[str]) -> Disturbance:
    """Return what has people ask for pages whose query is slow, one after the other."""

    async def ask(cookie: str, number: int) -> None:
        client = Client(server.port, cookie, f"203.0.113.{number}")
        while True:
            answer = await client.get(f"/settings/?slow={SLOW_S}")
            answers[f"slow page: {answer.status}"] += 1

    @asynccontextmanager
    async def asked() -> AsyncIterator[None]:
        tasks = [asyncio.create_task(ask(next(cookies), number)) for number in range(ASKING)]
        await asyncio.sleep(1)  # until all of them wait
        yield
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(SLOW_S)  # what was begun goes on without who asked

    return asked


def uploads(
    server: LiveServer, cookies: Iterator[str], answers: Counter[str], files: list[tuple[str, bytes]]
) -> Disturbance:
    """Return what has people upload, others each time: how much one account may upload is limited."""

    @asynccontextmanager
    async def uploaded() -> AsyncIterator[None]:
        ended, codes = processes.Event(), processes.Queue()
        running = [
            processes.Process(target=upload, args=(server.port, next(cookies), *file, ended, codes), daemon=True)
            for file in files
        ]
        for one in running:
            one.start()
        await asyncio.sleep(1)
        yield
        ended.set()
        for one in running:
            await asyncio.to_thread(one.join, 120)
        while not codes.empty():
            answers[f"upload: {codes.get()}"] += 1
        await asyncio.to_thread(wait_for_processing, server)

    return uploaded


def upload(port: int, cookie: str, kind: str, content: bytes, ended: Event, codes: "Queue[int]") -> None:
    """Upload the same file again and again, until it is ``ended``; tell the answers' codes, 0 for none."""
    field, path = ("photo", "/photos/") if kind == "photo" else ("file", "/videos/upload/")
    os.nice(15)  # who uploads has a machine of their own; here they only share ours
    while not ended.is_set():
        try:
            code = asyncio.run(Client(port, cookie, "192.0.2.1").upload(path, field, content)).status
        except (Closed, OSError):
            code = 0
        codes.put(code)
        ended.wait(PAUSE_S)


def wait_for_processing(server: LiveServer) -> None:
    """Wait until every video is made, so that the next window is quiet."""
    while int(server.shell("print(Video.objects.filter(state__in=['waiting', 'processing']).count())")):
        pass


async def measure(options: argparse.Namespace, server: LiveServer, clip: bytes) -> dict[str, list[Window]]:
    """Return the windows of each kind, taken by turns."""
    load = Load(PAIRS, 0, sending.roots_of([server]))
    await sending.connect(load, [server])
    many = options.windows * (ASKING + UPLOADERS) // 2 + 1
    cookies = (cookie for *both, _conversation in make_pairs(server, many, "other") for cookie in both)
    files = [("video", clip)] * 5 + [("photo", SAMPLES[name]()) for name in HARMFUL]
    answers: Counter[str] = Counter()
    kinds: dict[str, Disturbance] = {
        "alone": nothing,
        f"{ASKING} slow queries": slow_queries(server, cookies, answers),
        f"{UPLOADERS} uploads": uploads(server, cookies, answers, files),
    }
    found: dict[str, list[Window]] = {name: [] for name in kinds}
    for _number in range(options.windows):
        for name, disturbance in kinds.items():
            async with disturbance():
                found[name].append(await load.pace(options.rate, options.seconds, 1))
    print(dict(answers))
    return found


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(prog="benchmarks.waiting", description=str(__doc__).splitlines()[0])
    parser.add_argument("--rate", type=int, default=50, help="messages a second (50)")
    parser.add_argument("--seconds", type=float, default=10, help="length of a window (10)")
    parser.add_argument("--windows", type=int, default=3, help="windows of each kind (3)")
    options = parser.parse_args()
    environment = {**CEILINGS, "TRUSTED_PROXY_COUNT": "1", "SQLITE_SYNCHRONOUS": "FULL", "PAPERPLANE_TEST_SLOW": "1"}
    with tempfile.TemporaryDirectory() as folder, live_server(**environment) as server:
        clip = Path(folder, "phone.mp4")
        camera_clip(clip, 8, (1080, 1920), 14_000_000, "ultrafast")
        found = asyncio.run(measure(options, server, clip.read_bytes()))
    print(f"{os.environ.get('PAPERPLANE_TEST_ENGINE', 'sqlite')}, {os.cpu_count()} cores, {options.rate} a second")
    alone = found["alone"]
    for name, windows in found.items():
        show(name, windows)
        times = [f"p{part} {_percentile(windows, part) / _percentile(alone, part):.1f} times" for part in (50, 95, 99)]
        print(f"  against alone: {', '.join(times)}")


def _percentile(windows: list[Window], part: int) -> float:
    return median(windows, lambda one: one.percentile(part / 100))


if __name__ == "__main__":
    main()
