"""Restart the processes behind nginx one after the other, as ``deploy/restart.sh`` does, while people write and read.

Needs nginx; its configuration is ``deploy/nginx.conf`` without TLS and with other ports. With PostgreSQL and Redis:
``python -m tests.servers env PAPERPLANE_TEST_ENGINE=postgres python -m tests.faults.behind_nginx --restarts 10``.
"""

import argparse
import asyncio
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.wire import Client, Closed
from tests.faults.run import play, site
from tests.faults.scene import Scene
from tests.live_server import ROOT, LiveServer
from tests.servers import free_port, private_folder, stop

READERS = 4
PROGRESS = 300  # messages between one restart and the next


def configuration(servers: list[LiveServer], port: int, folder: Path) -> str:
    """Return what nginx is started with."""
    text = (ROOT / "deploy/nginx.conf").read_text()
    text = re.sub(r"server \{\n    listen 80;.*?\n\}\n", "", text, flags=re.DOTALL)
    text = re.sub(r"    (listen \[::\]:443|ssl_).*\n", "", text)
    text = text.replace("listen 443 ssl http2;", f"listen 127.0.0.1:{port};")
    upstream = "".join(f"    server 127.0.0.1:{one.port} max_fails=0;\n" for one in servers)
    text, count = re.subn(r"(    server 127\.0\.0\.1:\d+ .*\n)+", upstream, text)
    assert count == 1
    # All of this test's people come from one address.
    text = text.replace("rate=100r/s", "rate=100000r/s")
    temporary = "".join(
        f"    {name}_temp_path {folder / name};\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    return (
        f"daemon off;\npid {folder / 'pid'};\nerror_log {folder / 'error.log'};\nevents {{}}\n"
        f"http {{\n    include /etc/nginx/mime.types;\n    access_log off;\n{temporary}{text}}}\n"
    )


@contextmanager
def nginx(servers: list[LiveServer]) -> Iterator[int]:
    """Run it before ``servers``; give its port."""
    with private_folder() as folder:
        port, file = free_port(), folder / "nginx.conf"
        file.write_text(configuration(servers, port, folder))
        process = subprocess.Popen(["nginx", "-c", str(file)])
        try:
            yield port
        finally:
            stop(process)


class Reader:
    """Somebody who looks at pages, one after the other; counts what they get."""

    def __init__(self, client: Client, path: str) -> None:
        self.client, self.path = client, path
        self.answers: Counter[str] = Counter()

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            try:
                self.answers[str((await self.client.get(self.path)).status)] += 1
            except (Closed, OSError):
                self.answers["none"] += 1
            await asyncio.sleep(0.02)


def main() -> None:
    """Read the options, run, print."""
    parser = argparse.ArgumentParser(prog="tests.faults.behind_nginx", description=str(__doc__).splitlines()[0])
    parser.add_argument("--restarts", type=int, default=10, help="how many, by turns (10)")
    options = parser.parse_args()
    readers: list[Reader] = []

    async def read(scene: Scene) -> None:
        readers.extend(Reader(one.client(), f"/inbox/{one.conversation}/") for one in scene.people[:READERS])
        await asyncio.gather(*(reader.run() for reader in readers))

    with site() as one, nginx(one.servers) as port:
        doing = play(
            one, faults=options.restarts, kinds=("restart_next",), progress=PROGRESS, ports=[port], beside=read
        )
        report = asyncio.run(doing)
    print(report)
    print(f"pages answered: {dict(sum((reader.answers for reader in readers), Counter()))}")
    sys.exit(bool(report.problems))


if __name__ == "__main__":
    main()
