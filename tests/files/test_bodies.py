"""What is sent to the site: whole where it is wanted, and neither read twice nor kept in memory."""

import asyncio
import io
from pathlib import Path
from types import SimpleNamespace

import pytest
from daphne.server import Server

from benchmarks.sending import make_pairs
from benchmarks.wire import CSRF_TOKEN, Line
from dm_site.bodies import PIECE_BYTES, Bodies, BodyRequest
from tests.live_server import LiveServer, live_server

MIB = 1024 * 1024
VIDEO_MB = 60
EDGE = "edge"


def upload(server: LiveServer, cookie: str, content: bytes) -> tuple[int, bytes]:
    """Send a file as a form does; return the status and what is said."""
    body = (
        f'--{EDGE}\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n'
        "Content-Type: application/octet-stream\r\n\r\n"
    ).encode() + content
    body += f"\r\n--{EDGE}--\r\n".encode()
    headers = (
        f"Host: 127.0.0.1:{server.port}\r\nOrigin: {server.url}\r\nCookie: {cookie}; csrftoken={CSRF_TOKEN}\r\n"
        f"X-CSRFToken: {CSRF_TOKEN}\r\nAccept: application/json\r\n"
        f"Content-Type: multipart/form-data; boundary={EDGE}\r\n"
    )
    answer = asyncio.run(Line(server.port).ask("POST", "/videos/upload/", headers, body))
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

    handle_reply = Server.handle_reply

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
