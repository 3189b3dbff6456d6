"""Servers people trust, on loopback: ejabberd with its archive in PostgreSQL, Prosody with its archive in SQLite.

They are Debian's packages (``ejabberd erlang-p1-pgsql``; ``prosody lua-dbi-sqlite3``), started on ports and folders of
their own by root, who may become their users. Without ``erlang-p1-pgsql`` ejabberd starts, and looks for its database
anew with each message, which makes it thirty times as slow.
"""

import asyncio
import base64
import os
import pwd
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from benchmarks import processes
from benchmarks.load import TOKEN
from tests.servers import free_port, private_folder

SIGN_IN_DEADLINE_S = 60
EJABBERD_TABLES = Path("/usr/share/ejabberd/sql/pg.sql")
EJABBERD = """
loglevel: error
hosts: [localhost]
listen:
  - {{port: {port}, ip: "127.0.0.1", module: ejabberd_c2s, starttls: false, access: all}}
auth_method: internal
registration_timeout: infinity
acl: {{local: {{user_regexp: ""}}}}
shaper_rules: {{max_user_sessions: 10, max_user_offline_messages: 100}}
sql_type: pgsql
sql_server: 127.0.0.1
sql_port: {database.port}
sql_database: ejabberd
sql_username: {database.username}
sql_password: none
sql_pool_size: 10
modules:
  mod_roster: {{}}
  mod_disco: {{}}
  mod_carboncopy: {{}}
  mod_blocking: {{}}
  mod_privacy: {{}}
  mod_offline: {{}}
  mod_ping: {{}}
  mod_stream_mgmt: {{}}
  mod_register: {{ip_access: all, access: all}}
  mod_mam: {{default: always, assume_mam_usage: true, db_type: sql}}
"""
PROSODY = """
pidfile = "{folder}/pid"; data_path = "{folder}/data"
interfaces = {{ "127.0.0.1" }}; c2s_ports = {{ {port} }}; http_ports = {{}}; https_ports = {{}}
modules_enabled = {{
    "roster", "saslauth", "disco", "carbons", "ping", "register", "mam", "offline", "smacks", "blocklist"
}}
modules_disabled = {{ "s2s", "tls", "limits" }}
allow_registration = true; registration_throttle_max = 1e9
allow_unencrypted_plain_auth = true; c2s_require_encryption = false
authentication = "internal_plain"; default_storage = "internal"; storage = {{ archive = "sql" }}
sql = {{ driver = "SQLite3", database = "{folder}/archive.sqlite3" }}
default_archive_policy = true; archive_expires_after = "never"
log = {{ error = "{folder}/log" }}; network_backend = "epoll"; certificates = "{folder}"
VirtualHost "localhost"
"""
# Pages as large as ejabberd gives them; Prosody gives 50 at most.
ARCHIVE = """<iq type='set' id='page'><query xmlns='urn:xmpp:mam:2'>
<set xmlns='http://jabber.org/protocol/rsm'><max>250</max>{after}</set></query></iq>"""


class Person(asyncio.Protocol):
    """Somebody who registers, signs in, and is there; what comes after it goes to ``heard``."""

    _OPEN = (
        b"<?xml version='1.0'?><stream:stream to='localhost' xmlns='jabber:client' "
        b"xmlns:stream='http://etherx.jabber.org/streams' version='1.0'>"
    )

    def __init__(self, name: str, heard: Callable[[bytes], None]) -> None:
        self.name, self.heard = name, heard
        self.kept = b""
        self.count = 0
        self._page: asyncio.Future[bytes] | None = None  # the end of a page of the archive
        self.is_there: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        word = base64.b64encode(f"\0{name}\0word".encode()).decode()
        self._steps = [  # what the server's answer has to hold, and what is sent then
            (
                b"</stream:features>",
                f"<iq type='set' id='r'><query xmlns='jabber:iq:register'><username>{name}</username>"
                "<password>word</password></query></iq>",
            ),
            (b"id='r'", f"<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>{word}</auth>"),
            (b"<success", self._OPEN.decode()),
            (
                b"</stream:features>",
                "<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><resource>r</resource>"
                "</bind></iq>",
            ),
            (b"</iq>", "<presence/>"),
        ]

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self.transport = cast("asyncio.Transport", transport)
        self.transport.write(self._OPEN)

    def data_received(self, data: bytes) -> None:
        """Go on with signing in, or pass messages on."""
        self.kept += data
        if self._steps:
            if b"stream:error" in self.kept or b"<failure" in self.kept:
                self.is_there.set_exception(RuntimeError(self.kept[-300:].decode(errors="replace")))
                self._steps = []
            elif self._steps[0][0] in self.kept.replace(b'"', b"'"):
                self.kept = b""
                self.transport.write(self._steps.pop(0)[1].encode())
                if not self._steps:
                    self.is_there.set_result(None)
            return
        whole, found, self.kept = self.kept.rpartition(b"</message>")
        if found:
            self.heard(whole)
        if self._page is not None and b"</iq>" in self.kept:
            self._page.set_result(self.kept)
            self._page, self.kept = None, b""

    def connection_lost(self, error: Exception | None) -> None:
        """Fail who still waits."""
        if not self.is_there.done():
            self.is_there.set_exception(error or ConnectionError("closed"))

    def send(self, name: str, text: str) -> None:
        """Send a message."""
        self.count += 1
        self.transport.write(
            f"<message to='{name}@localhost/r' type='chat' id='{self.count}'><body>{text}</body></message>".encode()
        )

    async def fetch(self) -> int:
        """Fetch all that this person's archive holds, as XEP-0313 describes it; return how many messages came."""
        count = 0

        def note(payload: bytes) -> None:
            nonlocal count
            count += len(TOKEN.findall(payload))

        told, self.heard = self.heard, note
        after, is_complete = "", False
        while not is_complete:
            self._page = asyncio.get_running_loop().create_future()
            self.transport.write(ARCHIVE.format(after=after).encode())
            end = (await self._page).replace(b'"', b"'")
            if b"type='error'" in end:
                raise RuntimeError(end.decode(errors="replace"))
            is_complete = b"complete='true'" in end
            after = f"<after>{end.partition(b'<last>')[2].partition(b'</last>')[0].decode()}</after>"
        self.heard = told
        return count


@contextmanager
def ejabberd(database: str) -> Iterator[tuple[int, int]]:
    """Run it with a database of its own on the server of ``database``; yield its port and its process."""
    import psycopg

    port, address, names = free_port(), urlsplit(database), free_port()
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DROP DATABASE IF EXISTS ejabberd")
        connection.execute("CREATE DATABASE ejabberd")
    with psycopg.connect(f"{database.rpartition('/')[0]}/ejabberd", autocommit=True) as connection:
        connection.execute(EJABBERD_TABLES.read_text())
    with private_folder() as folder:
        (folder / "spool").mkdir()
        (folder / "logs").mkdir()
        (folder / "ejabberd.yml").write_text(EJABBERD.format(port=port, database=address))
        (folder / "ejabberdctl.cfg").write_text(
            f"EJABBERD_CONFIG_PATH={folder}/ejabberd.yml\nERL_EPMD_ADDRESS=127.0.0.1\nERL_EPMD_PORT={names}\n"
            "INET_DIST_INTERFACE=127.0.0.1\nERL_MAX_PORTS=10000\n"
        )
        # Without --ctl-config the packaged configuration is read, which listens on every address.
        command = ["ejabberdctl", "--ctl-config", "ejabberdctl.cfg", "--config", "ejabberd.yml"]
        command += ["--spool", f"{folder}/spool", "--logs", f"{folder}/logs", "--no-timeout", "foreground"]
        environment = os.environ | {"ERL_EPMD_PORT": str(names), "HOME": f"{folder}/spool"}
        _own(folder, "ejabberd")
        try:
            with processes.running(command, folder, port, environment) as pid:
                yield port, pid
        finally:
            subprocess.run(["epmd", "-kill"], env=environment, check=False, capture_output=True)


@contextmanager
def prosody() -> Iterator[tuple[int, int]]:
    """Run it; yield its port and its process."""
    port = free_port()
    with private_folder() as folder:
        (folder / "data").mkdir()
        (folder / "prosody.cfg.lua").write_text(PROSODY.format(port=port, folder=folder))
        _own(folder, "prosody")
        command = ["su", "-s", "/bin/sh", "prosody", "-c", f"exec prosody --config {folder}/prosody.cfg.lua -F"]
        with processes.running(command, folder, port, dict(os.environ)) as pid:
            yield port, pid


async def connect(port: int, name: str, heard: Callable[[bytes], None]) -> Person:
    """Return somebody who is there."""
    _transport, person = await asyncio.get_running_loop().create_connection(
        lambda: Person(name, heard), "127.0.0.1", port
    )
    await asyncio.wait_for(person.is_there, SIGN_IN_DEADLINE_S)
    return person


def _own(folder: Path, user: str) -> None:
    known = pwd.getpwnam(user)
    for path in (folder, *folder.rglob("*")):
        os.chown(path, known.pw_uid, known.pw_gid)
