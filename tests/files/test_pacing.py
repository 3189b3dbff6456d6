"""Answers wait for their readers: on a live daphne, and in the corners that it can't be brought to."""

import asyncio
import os
import socket
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from twisted.internet.testing import StringTransport
from twisted.web.http import HTTPChannel, Request

from dm_site import pacing
from dm_site.pacing import Paced
from tests.live_server import LiveServer

MIB = 1024 * 1024
VIDEO_MB, READERS = 64, 4
PATIENCE_S = 30
MAKE_VIDEO = f"""
import io
from django.core.files import File
from django.core.files.storage import default_storage
from django.utils import timezone
from tests.messaging.people import make_person
author = make_person("pacing")
video = Video.objects.create(author=author, state="ready", published_at=timezone.now(), duration_ms=9)
default_storage.save(f"{{video.folder}}/video.mp4", File(io.BytesIO(bytes({VIDEO_MB} * {MIB}))))
print(video.pk)
"""


def memory_mb(server: LiveServer) -> int:
    status = Path(f"/proc/{server.pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0]) // 1024


def open_connections(server: LiveServer) -> int:
    """Count the sockets and files that the server holds."""
    return len(os.listdir(f"/proc/{server.pid}/fd"))


def fetch(server: LiveServer, path: str) -> None:
    with urllib.request.urlopen(server.url + path, timeout=PATIENCE_S) as answer:  # noqa: S310
        assert sum(map(len, iter(lambda: answer.read(MIB), b""))) == VIDEO_MB * MIB


def ask(server: LiveServer, path: str) -> socket.socket:
    """Ask for a file over a connection that holds little, and read no more than how the answer begins."""
    reader = socket.socket()
    reader.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 16 * 1024)
    reader.settimeout(PATIENCE_S)
    reader.connect(("127.0.0.1", server.port))
    reader.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n\r\n".encode())
    assert reader.recv(15) == b"HTTP/1.1 200 OK"
    return reader


def test_who_reads_slowly_costs_no_memory_and_leaves_nothing_open(server):
    path = f"/media/videos/{server.shell(MAKE_VIDEO)}/video.mp4"
    # What is loaded once is loaded now, and so are the threads' connections to the database and the bucket.
    with ThreadPoolExecutor(READERS + 1) as threads:
        list(threads.map(lambda path: fetch(server, path), [path] * (READERS + 1)))
    memory, connections = memory_mb(server), open_connections(server)
    readers = [ask(server, path) for _ in range(READERS)]
    fetch(server, path)  # in this time the server could have read as much for the others
    assert memory_mb(server) - memory < VIDEO_MB / 2
    assert open_connections(server) >= connections + READERS  # as yet they wait

    last = readers.pop()
    for reader in readers:
        reader.close()
    received = 0
    while piece := last.recv(MIB):  # who goes on to read gets all of it
        received += len(piece)
    assert received > VIDEO_MB * MIB
    last.close()
    deadline = time.monotonic() + PATIENCE_S
    while open_connections(server) > connections + 2:
        assert time.monotonic() < deadline
        time.sleep(0.1)


class Fake(Request):
    """Daphne's side of one request."""

    def __init__(self):
        self.transport, channel = StringTransport(), HTTPChannel()
        channel.makeConnection(self.transport)
        super().__init__(channel)
        self.sent = []

    async def reply(self, message):
        self.sent.append(message.get("body", b""))


class Send:
    """As daphne makes it: a partial of the request."""

    def __init__(self, request):
        self.args = (request,)

    async def __call__(self, message):
        await self.args[0].reply(message)


def body(content, *, more=True):
    return {"type": "http.response.body", "body": content, "more_body": more}


async def run(application, request):
    await Paced(application)({"path": "/media/x"}, None, Send(request))


async def test_it_stops_while_the_connection_has_enough():
    request, steps = Fake(), []

    def go_on():
        steps.append("resumed")
        request.channel.resumeProducing()

    async def application(scope, receive, send):
        await send({"type": "http.response.start", "status": 200})
        await send(body(b"one"))
        steps.append(request.producer is not None)
        request.channel.pauseProducing()
        asyncio.get_running_loop().call_later(0.05, go_on)
        await send(body(b"two"))
        steps.append("sent two")
        await send(body(b"", more=False))
        steps.append(request.producer is None)

    await run(application, request)
    assert steps == [True, "resumed", "sent two", True]
    assert request.sent == [b"", b"one", b"two", b""]


async def test_who_takes_nothing_for_long_is_let_go(monkeypatch):
    monkeypatch.setattr(pacing, "MAX_STALLED_S", 0.01)
    request = Fake()

    async def application(scope, receive, send):
        await send(body(b"one"))
        request.channel.pauseProducing()
        await send(body(b"two"))

    await run(application, request)
    assert request.transport.disconnecting or request.transport.disconnected
    assert request.producer is None


async def test_an_answer_that_fails_half_way_breaks_off(caplog):
    request = Fake()

    async def application(scope, receive, send):
        await send({"type": "http.response.start", "status": 200})
        await send(body(b"one"))
        raise OSError("the disk is gone")

    await run(application, request)
    assert request.transport.disconnecting or request.transport.disconnected
    assert "the disk is gone" in caplog.text


async def test_an_answer_that_fails_before_it_began_is_the_servers():
    request = Fake()

    async def application(scope, receive, send):
        raise OSError("the disk is gone")

    with pytest.raises(OSError, match="disk"):
        await run(application, request)
    assert not request.transport.disconnecting


async def test_other_servers_wait_by_themselves():
    sent = []

    async def send(message):
        sent.append(message)

    async def application(scope, receive, given):
        assert given is send
        await given("message")

    await Paced(application)({"path": "/"}, None, send)
    assert sent == ["message"]
