"""Synapse, the server of Matrix people trust, on loopback with its data in PostgreSQL, and who talks to it.

It comes from PyPI, in an environment of its own: ``matrix-synapse`` with ``psycopg2-binary``. Its limits are raised so
that nobody reaches them. Who sends does so over HTTP; who reads waits in ``/sync``, as Matrix's clients do.
"""

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from benchmarks import processes
from benchmarks.load import TOKEN
from benchmarks.wire import Line
from tests.servers import free_port, private_folder

PROGRAM = "synapse_homeserver"
_going_on: set[asyncio.Task[Any]] = set()  # asyncio itself forgets tasks that nobody holds
_NO_LIMIT = {"per_second": 1_000_000, "burst_count": 1_000_000}
_PAGE = 1000  # messages; the most that Synapse gives at once
# What a client that shows conversations alone asks for.
_FILTER = json.dumps(
    {
        "presence": {"not_types": ["*"]},
        "account_data": {"not_types": ["*"]},
        "room": {
            "state": {"lazy_load_members": True},
            "ephemeral": {"not_types": ["*"]},
            "timeline": {"limit": 500},
        },
    }
)


@contextmanager
def synapse(database: str) -> Iterator[tuple[int, int]]:
    """Run it with a database of its own on the server of ``database``; yield its port and its process."""
    import psycopg

    port, address = free_port(), urlsplit(database)
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS synapse")
        connection.execute("CREATE DATABASE synapse ENCODING UTF8 LOCALE 'C' TEMPLATE template0")
    with private_folder() as folder:
        (folder / "log.yaml").write_text(json.dumps({"version": 1, "root": {"level": "ERROR"}}))
        (folder / "homeserver.yaml").write_text(json.dumps(_configuration(folder, port, address)))
        command = [PROGRAM, "-c", f"{folder}/homeserver.yaml"]
        subprocess.run([*command, "--generate-keys"], cwd=folder, check=True, capture_output=True)
        with processes.running(command, folder, port, dict(os.environ)) as pid:
            yield port, pid


def _configuration(folder: Path, port: int, database: Any) -> dict[str, Any]:
    limits = (
        "rc_message",
        "rc_registration",
        "rc_joins_per_room",
        "rc_room_creation",
        "rc_presence.per_user",
        "rc_login.address",
        "rc_login.account",
        "rc_login.failed_attempts",
        "rc_joins.local",
        "rc_joins.remote",
        "rc_invites.per_room",
        "rc_invites.per_user",
        "rc_invites.per_issuer",
    )
    found: dict[str, Any] = {
        "server_name": "localhost",
        "listeners": [
            {
                "port": port,
                "bind_addresses": ["127.0.0.1"],
                "type": "http",
                "tls": False,
                "resources": [{"names": ["client"]}],
            }
        ],
        "database": {
            "name": "psycopg2",
            "args": {
                "host": "127.0.0.1",
                "port": database.port,
                "user": database.username,
                "dbname": "synapse",
                "cp_min": 5,
                "cp_max": 10,
            },
        },
        "media_store_path": f"{folder}/media",
        "signing_key_path": f"{folder}/signing.key",
        "log_config": f"{folder}/log.yaml",
        "report_stats": False,
        "enable_registration": True,
        "enable_registration_without_verification": True,
        "macaroon_secret_key": "none",
        "form_secret": "none",
        "trusted_key_servers": [],
        "presence": {"enabled": False},
        "bcrypt_rounds": 4,
    }
    for name in limits:
        outer, _, inner = name.partition(".")
        if inner:
            found.setdefault(outer, {})[inner] = _NO_LIMIT
        else:
            found[outer] = _NO_LIMIT
    return found


@dataclass
class Person:
    """Somebody registered; ``ask`` opens as many connections as there are questions at once."""

    port: int
    user: str = ""
    token: str = ""
    _free: list[Line] = field(default_factory=list)
    _count: int = 0

    async def ask(self, method: str, path: str, data: Any = None, **query: str) -> bytes:
        """Return the body of an answer. Raises ``RuntimeError`` where it isn't 200."""
        line = self._free.pop() if self._free else Line(self.port)
        headers = f"Host: localhost\r\nAuthorization: Bearer {self.token}\r\n" if self.token else "Host: localhost\r\n"
        body = b"" if data is None else json.dumps(data).encode()
        answer = await line.ask(method, f"/_matrix/client/v3{path}?{urlencode(query)}", headers, body)
        self._free.append(line)
        if answer.status != 200:
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.body[:300]!r}")
        return answer.body

    def send(self, room: str, text: str) -> None:
        """Send a message, without waiting for the answer."""
        self._count += 1
        path = f"/rooms/{quote(room)}/send/m.room.message/{self._count}"
        _go_on(self.ask("PUT", path, {"msgtype": "m.text", "body": text}))

    def listen(self, since: str, heard: Callable[[bytes], None]) -> None:
        """Pass on what comes from now on."""

        async def waiting() -> None:
            nonlocal since
            while True:
                body = await self.ask("GET", "/sync", timeout="30000", since=since, filter=_FILTER)
                since = json.loads(body)["next_batch"]
                heard(body)

        _go_on(waiting())

    async def state(self) -> str:
        """Return where a ``/sync`` that wants what comes from now on begins."""
        return str(json.loads(await self.ask("GET", "/sync", timeout="0", filter=_FILTER))["next_batch"])

    async def fetch(self, room: str, since: str) -> int:
        """Fetch all messages of ``room`` after a state, as a client that was away does; return how many came."""
        body = await self.ask("GET", "/sync", timeout="0", since=since, filter=_FILTER)
        timeline = json.loads(body)["rooms"]["join"][room]["timeline"]
        count, back = _messages(timeline["events"]), timeline["prev_batch"] if timeline["limited"] else None
        while back:
            path = f"/rooms/{quote(room)}/messages"
            page = json.loads(await self.ask("GET", path, **{"from": back}, to=since, dir="b", limit=str(_PAGE)))
            count, back = count + _messages(page["chunk"]), page.get("end")
        return count


async def register(port: int, name: str) -> Person:
    """Return somebody new."""
    form = {"username": name, "password": "a word of their own", "auth": {"type": "m.login.dummy"}}
    made = json.loads(await Person(port).ask("POST", "/register", form))
    return Person(port, made["user_id"], made["access_token"])


async def room_of(one: Person, other: Person) -> str:
    """Return a room for two that both are in."""
    wanted = {"preset": "trusted_private_chat", "is_direct": True, "invite": [other.user]}
    room = str(json.loads(await one.ask("POST", "/createRoom", wanted))["room_id"])
    await other.ask("POST", f"/join/{quote(room)}", {})
    return room


def _messages(events: list[dict[str, Any]]) -> int:
    return sum(TOKEN.match(event["content"].get("body", "").encode()) is not None for event in events)


def _go_on(doing: Coroutine[Any, Any, Any]) -> None:
    task = asyncio.ensure_future(doing)
    _going_on.add(task)
    task.add_done_callback(_ended)


def _ended(task: asyncio.Task[Any]) -> None:
    _going_on.discard(task)
    if not task.cancelled() and (error := task.exception()):
        print(f"Synapse: {error}", file=sys.stderr)
