"""PostgreSQL with a standby, which takes over when the primary dies: ``python -m tests.faults.standby --faults 5``.

What is acknowledged lies in both (``synchronous_standby_names``), and the site is told of both in ``DATABASE_URL``, so
that it finds the one that can be written to. After each change a new standby is made of the new primary.
"""

import argparse
import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg

from tests.faults.run import PROGRESS, play, site
from tests.faults.scene import Scene
from tests.servers import accepts, copy_programs, free_port, postgres_identity, private_folder, stop, wait_until

SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "100",
    "synchronous_commit": "on",
    "wal_keep_size": "256MB",
}
DEADLINE_S = 30


class Cluster:
    """Two servers on two ports: one that is written to, and one that follows."""

    def __init__(self, folder: Path, identity: dict[str, Any]) -> None:
        self.folder, self.identity = folder, identity
        self.programs = copy_programs(folder)
        self.ports = [free_port(), free_port()]
        self.running: dict[int, subprocess.Popen[bytes]] = {}
        self.primary = 0

    @property
    def address(self) -> str:
        """Return where the one that can be written to is found, whichever it is."""
        ports = ",".join(map(str, self.ports))
        return f"postgresql://postgres@/postgres?host=127.0.0.1,127.0.0.1&port={ports}&target_session_attrs=read-write"

    def begin(self) -> None:
        """Make the first primary, and its standby."""
        self._run("initdb", "-D", self._data(0), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
        self._start(0)
        self._follow(1)

    def fail_over(self) -> None:
        """Kill the primary with all its connections; let the standby take over, and make it another one."""
        dead, self.primary = self.primary, 1 - self.primary
        process = self.running.pop(dead)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self._run("pg_ctl", "promote", "-w", "-D", self._data(self.primary))
        # There is nobody to wait for until there is a new one.
        self._execute("ALTER SYSTEM SET synchronous_standby_names = ''")
        self._execute("SELECT pg_reload_conf()")
        shutil.rmtree(self._data(dead))
        self._follow(dead)

    def end(self) -> None:
        """Stop both."""
        for process in self.running.values():
            stop(process, signal.SIGQUIT)

    def _data(self, place: int) -> str:
        return str(self.folder / f"data{place}")

    def _follow(self, place: int) -> None:
        """Make ``place`` follow the primary, and have the primary wait for it from then on."""
        source = f"host=127.0.0.1 port={self.ports[self.primary]} user=postgres application_name=standby"
        self._run(
            "pg_basebackup", "-D", self._data(place), "-R", "-X", "stream", "-c", "fast", "--no-sync", "-d", source
        )
        self._start(place)
        self._execute("ALTER SYSTEM SET synchronous_standby_names = 'standby'")
        self._execute("SELECT pg_reload_conf()")
        end = time.monotonic() + DEADLINE_S
        while self._execute("SELECT sync_state FROM pg_stat_replication") != [("sync",)]:
            if time.monotonic() > end:
                raise TimeoutError("the standby doesn't follow")
            time.sleep(0.05)

    def _start(self, place: int) -> None:
        log, port = self.folder / f"log{place}", self.ports[place]
        settings = {**SETTINGS, "port": str(port)}
        with log.open("ab") as output:
            process = self.running[place] = subprocess.Popen(
                [str(self.programs / "postgres"), "-D", self._data(place)]
                + [part for name, value in settings.items() for part in ("-c", f"{name}={value}")],
                cwd=self.folder,
                stdout=output,
                stderr=output,
                start_new_session=True,
                **self.identity,
            )

        wait_until(lambda: accepts(f"postgresql://postgres@127.0.0.1:{port}/postgres"), process, log)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(self.programs / program), *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            **self.identity,
        )
        if done.returncode:
            raise RuntimeError(f"{program} failed:\n{done.stdout}{done.stderr}")

    def _execute(self, statement: str) -> list[tuple[Any, ...]]:
        address = f"postgresql://postgres@127.0.0.1:{self.ports[self.primary]}/postgres"
        with psycopg.connect(address, autocommit=True) as connection:
            found = connection.execute(statement)  # type: ignore[call-overload]
            return found.fetchall() if found.description else []


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Run a primary and its standby."""
    identity = postgres_identity()
    with private_folder(owner=identity.get("user")) as folder:
        both = Cluster(folder, identity)
        try:
            both.begin()
            yield both
        finally:
            both.end()


class SceneWithStandby(Scene):
    """A scene whose database has a standby."""

    both: Cluster

    async def fail_over(self) -> None:
        """The primary dies with its machine, and the standby takes over."""
        await asyncio.to_thread(self.both.fail_over)


def main() -> None:
    """Read the options, run, print; the status says whether the promise held."""
    parser = argparse.ArgumentParser(prog="tests.faults.standby", description=str(__doc__).splitlines()[0])
    parser.add_argument("--faults", type=int, default=5)
    parser.add_argument("--pairs", type=int, default=8)
    parser.add_argument("--progress", type=int, default=PROGRESS, help=f"messages between two faults ({PROGRESS})")
    options = parser.parse_args()
    with cluster() as both, site(DATABASE_URL=both.address) as one:
        SceneWithStandby.both = both
        report = asyncio.run(
            play(
                one,
                faults=options.faults,
                pairs=options.pairs,
                progress=options.progress,
                kinds=("fail_over",),
                scene_of=SceneWithStandby,
            )
        )
    print(f"a primary and its standby, {len(one.servers)} processes, {os.cpu_count()} cores: {report}")
    sys.exit(bool(report.problems))


if __name__ == "__main__":
    main()
