"""The real site in a process of its own, for tests that need sockets, a browser or a crash."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from http.cookies import SimpleCookie
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, cast

from tests import settings
from tests.servers import free_port, stop

if TYPE_CHECKING:
    from playwright._impl._api_structures import SetCookieParam

ROOT = Path(__file__).resolve().parent.parent
START_DEADLINE_S = 60
COMMAND_DEADLINE_S = 60
SIGN_IN = """
from django.test import Client
client = Client(REMOTE_ADDR="127.0.0.1")
client.force_login(User.objects.get(username={username!r}), "django.contrib.auth.backends.ModelBackend")
print(client.cookies.output(header=""))
"""
_numbers = count(1)


def _daphne(port: int) -> list[str]:
    return ["daphne", "-b", "127.0.0.1", "-p", str(port)]


class LiveServer:
    """Daphne with a freshly migrated database. Made by the `server` fixture or by `live_server`."""

    command = staticmethod(_daphne)

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        """Take the whole environment of its processes and the folder for its log, mail and files."""
        self.environment = environment
        self.folder = folder
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._daphne: subprocess.Popen[bytes] | None = None
        self._shell: subprocess.Popen[str] | None = None

    @property
    def log(self) -> str:
        """Return all that the server has written so far."""
        file = self.folder / "server.log"
        return file.read_text(errors="replace") if file.exists() else ""

    @property
    def pid(self) -> int:
        """Return the id of daphne's process."""
        assert self._daphne
        return self._daphne.pid

    @property
    def mails(self) -> list[str]:
        """Return the mails the site has sent, oldest first, as they would go over the wire."""
        return [file.read_text() for file in sorted((self.folder / "mail").glob("*.log"))]

    def start(self) -> None:
        """Start daphne, on the same port each time, and wait until it answers."""
        with (self.folder / "server.log").open("ab") as output:
            self._daphne = subprocess.Popen(
                [sys.executable, "-m", *self.command(self.port), "dm_site.asgi:application"],
                cwd=ROOT,
                env=self.environment,
                stdout=output,
                stderr=output,
            )
        deadline = time.monotonic() + START_DEADLINE_S
        while not self._answers():
            if self._daphne.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise RuntimeError(f"The site did not start:\n{self.log}")
            time.sleep(0.05)

    def stop(self) -> None:
        """End it as a deployment does, with SIGTERM."""
        if self._daphne:
            stop(self._daphne)

    def kill(self) -> None:
        """End it as a crash does, with SIGKILL."""
        if self._daphne:
            self._daphne.kill()
            self._daphne.wait()

    def restart(self) -> None:
        """Stop it and start it again, on the same port and database."""
        self.stop()
        self.start()

    def manage(self, *command: str, stdin: str | None = None) -> str:
        """Run a management command beside the server; return what it printed."""
        result = subprocess.run(
            [sys.executable, "manage.py", *command],
            cwd=ROOT,
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=COMMAND_DEADLINE_S,
        )
        if result.returncode:
            raise RuntimeError(f"manage.py {' '.join(command)} failed:\n{result.stdout}{result.stderr}")
        return result.stdout

    @contextmanager
    def running(self, *command: str) -> Iterator[None]:
        """Have a management command run beside the server for a while."""
        process = subprocess.Popen([sys.executable, "manage.py", *command], cwd=ROOT, env=self.environment)
        try:
            yield
        finally:
            stop(process)

    def shell(self, code: str) -> str:
        """Run Python on the server's database, every model at hand by name; return what it printed.

        On SQLite the layer is in memory: what such code broadcasts stays in its own process.
        """
        if self._shell is None or self._shell.poll() is not None:
            self._shell = subprocess.Popen(
                [sys.executable, "-m", "tests.server_shell"],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        assert self._shell.stdin
        assert self._shell.stdout
        print(json.dumps(code), file=self._shell.stdin, flush=True)
        answer = self._shell.stdout.readline()
        printed, raised = json.loads(answer) if answer else ("", "its process ended")
        if raised:
            raise RuntimeError(f"On the live server:\n{code}\n{raised}")
        return cast("str", printed).strip()

    def sign_in(self, username: str) -> list["SetCookieParam"]:
        """Sign an account in without its password; return cookies for `context.add_cookies`."""
        cookies = SimpleCookie(self.shell(SIGN_IN.format(username=username)))
        return [{"name": name, "value": cookie.value, "url": self.url} for name, cookie in cookies.items()]

    def close(self) -> None:
        """End everything that was started here."""
        self.stop()
        if self._shell:
            stop(self._shell)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/healthz", timeout=5) as response:  # noqa: S310
                return bool(response.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False


@contextmanager
def fresh_database(name: str, folder: Path) -> Iterator[str]:
    """Give the address of an empty database on the engine under test."""
    if settings.ENGINE == "sqlite":
        yield f"sqlite:///{folder / 'live.sqlite3'}"
        return
    import psycopg

    server = os.environ["DATABASE_URL"]

    def run(statement: str) -> None:  # on a connection of its own: a test may end those there are
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    run(f'CREATE DATABASE "{name}"')
    try:
        yield f"{server.partition('?')[0].rpartition('/')[0]}/{name}"
    finally:
        run(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextmanager
def live_server(**environment: str) -> Iterator[LiveServer]:
    """Run the site on the engine under test, with more of the environment if asked for."""
    name = f"{settings.SCOPE}-live-{next(_numbers)}"
    folder = settings.RUN_FOLDER / name
    folder.mkdir()
    inherited = {key: value for key, value in os.environ.items() if not key.startswith("PYTEST_")}
    with ExitStack() as stack:
        database = stack.enter_context(fresh_database(f"{settings.RUN_FOLDER.name}-{name}", folder))
        server = LiveServer(
            {
                **inherited,
                "DJANGO_SETTINGS_MODULE": "tests.settings",
                "PAPERPLANE_TEST_SERVER": name,
                "DATABASE_URL": database,
                "PYTHONUNBUFFERED": "1",
                **environment,
            },
            folder,
        )
        stack.callback(server.close)
        server.manage("migrate", "--verbosity=0")
        server.start()
        yield server
