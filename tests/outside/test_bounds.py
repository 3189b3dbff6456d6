"""What an answer may take: bytes, unpacked bytes, headers and time."""

import threading
import tracemalloc
import zlib

import pytest

from messaging.outside import wire
from messaging.outside.fetch import fetch
from tests.outside.stand_in import HEADERS_END, answer, serving
from tests.outside.test_fetch import BOUNDS, refused

pytestmark = pytest.mark.once

MIB = 1024 * 1024
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked" + HEADERS_END
DRIBBLE_S = 0.02
SHORT_S = 0.4


def packed(size, wbits=31):
    """Return ``size`` zeros, packed."""
    packer = zlib.compressobj(9, wbits=wbits)
    return b"".join([*(packer.compress(bytes(MIB)) for _ in range(size // MIB)), packer.flush()])


def dribbling(start):
    """Say ``start``, and then a letter now and then until the other side leaves."""

    def says(server, peer, head):
        peer.sendall(start)
        while not server.over.wait(DRIBBLE_S):
            peer.sendall(b"a")

    return says


def test_a_body_of_just_the_size():
    with serving(answer(b"x" * 1000)) as server:
        assert len(fetch(f"{server.url}/", guard=server.guard, **BOUNDS).body) == 1000


OVERSIZE = [
    answer(b"x" * 1001),
    OK + HEADERS_END[2:] + b"x" * 1001,  # until the connection ends
    CHUNKED + b"3e9\r\n" + b"x" * 1001 + b"\r\n0\r\n\r\n",
    OK + b"Content-Length: 99999999999" + HEADERS_END + b"x",
]


@pytest.mark.parametrize("says", OVERSIZE)
def test_a_body_that_is_too_large(says):
    with serving(says) as server:
        assert refused(f"{server.url}/", server.guard) == "too_large"


@pytest.mark.parametrize("says", OVERSIZE[:3])
def test_a_body_that_is_cut(says):
    with serving(says) as server:
        assert fetch(f"{server.url}/", guard=server.guard, cut=True, **BOUNDS).body == b"x" * 1000


def test_packed_pages_are_unpacked():
    body = zlib.compress(b"<title>Hello</title>", wbits=31)
    with serving(answer(body, "Content-Encoding: gzip")) as server:
        assert fetch(f"{server.url}/", guard=server.guard, **BOUNDS).body == b"<title>Hello</title>"


def test_a_bomb_is_not_unpacked():
    bomb = packed(100 * MIB)
    assert len(bomb) < MIB // 4
    changes = {"max_bytes": MIB // 4}
    with serving(answer(bomb, "Content-Encoding: gzip")) as server:
        tracemalloc.start()
        try:
            assert refused(f"{server.url}/", server.guard, **changes) == "too_large"
            cut = fetch(f"{server.url}/", guard=server.guard, cut=True, **{**BOUNDS, **changes})
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
    assert cut.body == bytes(MIB // 4)
    assert peak < 4 * MIB


@pytest.mark.parametrize("encoding", ["gzip, gzip", "deflate", "br", "zstd", "compress", "identity, gzip"])
def test_a_packing_that_was_not_offered(encoding):
    body = zlib.compress(zlib.compress(b"x", wbits=31), wbits=31)
    with serving(answer(body, f"Content-Encoding: {encoding}")) as server:
        assert refused(f"{server.url}/", server.guard) == "broken"


BROKEN = [
    b"",
    b"SSH-2.0-OpenSSH_9\r\n",
    b"HTTP/1.1 OK\r\n\r\n",
    b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 500 + b"\r\n",  # too many headers
    b"HTTP/1.1 200 OK\r\nA: " + b"b" * 65536 + b"\r\n\r\n",  # too long a header
    OK + b"Content-Length: 20" + HEADERS_END + b"cut short",
    CHUNKED + b"5\r\nhel",
    CHUNKED + b"-5\r\nhello\r\n0\r\n\r\n",
    CHUNKED + b"zz\r\nhello",
    answer(b"not packed at all", "Content-Encoding: gzip"),
    answer(b"\x1f\x8b\x08\x00 broken", "Content-Encoding: gzip"),
]


@pytest.mark.parametrize("says", BROKEN)
def test_an_answer_that_is_none(says):
    with serving(says) as server:
        assert refused(f"{server.url}/", server.guard) == "broken"


ENDLESS = {
    "headers": (b"HTTP/1.1 200 OK\r\n", b"A: " + b"b" * 6000 + b"\r\n"),
    "interim": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "chunks": (CHUNKED, b"1;" + b"x" * 5000 + b"\r\na\r\n"),
    "trailers": (CHUNKED + b"0\r\n", b"A: b\r\n" * 100),
    "empty members": (OK + b"Content-Encoding: gzip" + HEADERS_END, zlib.compress(b"", wbits=31) * 100),
    "body": (OK + HEADERS_END[2:], b"x" * 5000),
}


@pytest.mark.parametrize("what", ENDLESS)
def test_an_answer_that_never_ends(what):
    start, more = ENDLESS[what]

    def says(server, peer, head):
        peer.sendall(start)
        while not server.over.is_set():
            peer.sendall(more)

    with serving(says) as server:
        assert refused(f"{server.url}/", server.guard) == "too_large"


@pytest.mark.parametrize(
    "start",
    [
        b"",
        b"HTTP/1.1 200 OK\r\nA: ",
        OK + HEADERS_END[2:],
        OK + b"Content-Length: 900" + HEADERS_END,
        CHUNKED + b"900\r\n",
        CHUNKED + b"1;",
    ],
)
def test_an_answer_that_dribbles(start):
    with serving(dribbling(start)) as server:
        assert refused(f"{server.url}/", server.guard, max_seconds=SHORT_S) == "too_slow"


def test_a_server_that_says_nothing():
    with serving(lambda server, peer, head: server.over.wait() and None) as server:
        assert refused(f"{server.url}/", server.guard, max_seconds=SHORT_S) == "too_slow"
    assert len(server.heard) == 1


def test_redirects_share_the_time(monkeypatch):
    given = []
    budget = wire.Budget
    monkeypatch.setattr("messaging.outside.fetch.Budget", lambda **kwargs: given.append(kwargs) or budget(**kwargs))
    with serving(answer(b"", "Location: /", status="302 Found")) as server:
        assert refused(f"{server.url}/", server.guard) == "too_many_redirects"
    assert len(given) == 1


def test_a_resolver_that_hangs(monkeypatch):
    release = threading.Event()
    monkeypatch.setattr("socket.getaddrinfo", lambda *args, **kwargs: release.wait(10) and [])
    monkeypatch.setattr(wire, "_lookups", threading.BoundedSemaphore(1))
    try:
        assert refused("http://page.example/", max_seconds=SHORT_S) == "too_slow"
        assert refused("http://page.example/", max_seconds=SHORT_S) == "too_slow"  # none is free
    finally:
        release.set()
