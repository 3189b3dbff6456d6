"""What is sent to the site: whole where it is wanted, and neither read twice nor kept in memory."""

import asyncio
import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from twisted.internet.testing import StringTransportWithDisconnection
from twisted.web.http import HTTPChannel

from benchmarks.sending import make_pairs
from benchmarks.wire import Client
from dm_site.bodies import PIECE_BYTES, Bodies, BodyRequest
from tests.live_server import LiveServer, live_server

MIB = 1024 * 1024
VIDEO_MB = 60


def upload(server: LiveServer, cookie: str, content: bytes) -> tuple[int, bytes]:
    """Send a file as a form does; return the status and what is said."""
    client = Client(server.port, cookie, "198.51.100.1")
    answer = asyncio.run(client.upload("/videos/upload/", "file", content))
    return answer.status, answer.body


def most_memory_mb(server: LiveServer) -> int:
    """Return the most that the server ever had in memory."""
    status = Path(f"/proc/{server.pid}/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


@pytest.mark.once
def test_a_video_is_never_in_memory():
    with live_server() as server:
        cookie, *_rest = make_pairs(server, 1)[0]
        upload(server, cookie, b"small")  # what is loaded once is loaded now
        memory = most_memory_mb(server)
        status, said = upload(server, cookie, bytes(VIDEO_MB * MIB))
        assert (status, b"video" in said) == (400, True), said  # it was looked at: all of it had come
        assert most_memory_mb(server) - memory < VIDEO_MB / 2


def request_with(content: bytes) -> BodyRequest:
    """Return a request whose body has arrived."""
    request = BodyRequest.__new__(BodyRequest)
    request.body = io.BytesIO(content)
    return request


class Send:
    """As daphne makes it: a partial of the request."""

    def __init__(self, request):
        self.args = (request,)


async def received(content, *, close_after=None, first="http.request"):
    """Return what an application is told of a request with this body, until it is over."""
    request, told = request_with(content), []
    queue = [{"type": first, "body": b"", "more_body": False}, {"type": "http.disconnect"}]

    async def receive():
        return queue.pop(0)

    async def application(_scope, receive, _send):
        while queue:
            message = await receive()
            told.append(message.get("body", message["type"]))
            assert message.get("more_body", False) == (len(told[-1]) == PIECE_BYTES)
            if len(told) == close_after:
                request.body.close()

    await Bodies(application)({}, receive, Send(request))
    return told


@pytest.mark.parametrize(
    "pieces", [[b""], [b"small"], [b"x" * PIECE_BYTES, b""], [b"a" * PIECE_BYTES, b"b" * PIECE_BYTES, b"c"]]
)
async def test_it_comes_in_pieces_and_then_what_comes_after_it(pieces):
    assert await received(b"".join(pieces)) == [*pieces, "http.disconnect"]


async def test_who_has_gone_sends_no_more():
    assert await received(b"x" * PIECE_BYTES * 3, close_after=1) == [b"x" * PIECE_BYTES, "http.disconnect"]
    assert await received(b"x" * PIECE_BYTES, first="http.disconnect") == [b"", "http.disconnect"]


async def test_other_servers_have_ways_of_their_own():
    given = SimpleNamespace(receive=object(), send=object())

    async def application(_scope, receive, send):
        assert (receive, send) == (given.receive, given.send)

    await Bodies(application)({}, given.receive, given.send)


@pytest.fixture
def sending(monkeypatch):
    """A connection to daphne, and what goes back over it."""
    monkeypatch.setattr("dm_site.bodies.MOST_BODY_BYTES", 3 * PIECE_BYTES)
    server = SimpleNamespace(protocol_connected=lambda request: None, protocol_disconnected=lambda request: None)
    channel, transport = HTTPChannel(), StringTransportWithDisconnection()
    channel.factory, channel.requestFactory = SimpleNamespace(server=server, log=lambda request: None), BodyRequest
    transport.protocol = channel
    channel.makeConnection(transport)
    return channel, transport


def test_more_than_is_allowed_anywhere_is_not_taken(sending):
    channel, transport = sending
    channel.dataReceived(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (3 * PIECE_BYTES + 1))
    assert transport.value().startswith(b"HTTP/1.1 413 ")
    assert not transport.connected


def test_nor_where_nobody_said_how_much_it_is(sending):
    channel, transport = sending
    channel.dataReceived(b"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
    piece = b"%x\r\n" % PIECE_BYTES + bytes(PIECE_BYTES) + b"\r\n"
    for _number in range(3):
        channel.dataReceived(piece)
    assert transport.connected
    channel.dataReceived(piece)
    assert not transport.connected
