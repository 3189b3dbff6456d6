"""Frames read past daphne's library: the same are read, in the same order, and what is wrong is still refused."""

import asyncio
import json
import struct
import threading
import uuid
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import in_turn
from accounts.turns import Ledger, Turns
from benchmarks.sending import make_pairs
from benchmarks.wire import Client, Closed, Socket
from dm_site.wires import whole_text
from messaging import consumers, frames, sends
from messaging.consumers import Message
from tests.live_server import live_server

pytestmark = pytest.mark.once

PATIENCE_S = 60
CONTINUED, TEXT, BINARY, CLOSE, PING = 0, 1, 2, 8, 9


def framed(payload: bytes, opcode: int = TEXT, *, last: bool = True, mask: bytes = b"\x01\x80\xff~") -> bytes:
    """Return a frame as a browser writes it, byte by byte; without a mask where ``mask`` is empty."""
    size = len(payload)
    if size < 126:
        length = bytes([size])
    else:
        length = struct.pack("!BH", 126, size) if size <= 0xFFFF else struct.pack("!BQ", 127, size)
    head = bytes([opcode | (0x80 if last else 0), length[0] | (0x80 if mask else 0)]) + length[1:]
    masked = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload)) if mask else payload
    return head + mask + masked


@given(st.text(max_size=300), st.text(max_size=10), st.binary(min_size=4, max_size=4))
def test_a_text_is_read_with_where_it_ends(text, following, mask):
    before, frame = b"abc", framed(text.encode(), mask=mask)
    assert whole_text(before + frame + framed(following.encode()), 3) == (text, 3 + len(frame))
    assert all(whole_text(frame[:size], 0) is None for size in range(len(frame)))


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 0xFFFF])
def test_every_length_that_three_bytes_can_tell_is_read(size):
    frame = framed(b"x" * size)
    assert whole_text(frame, 0) == ("x" * size, len(frame))


@pytest.mark.parametrize(
    "frame",
    [
        framed(b"{}", BINARY),
        framed(b"{}", last=False),
        framed(b"{}", CONTINUED),
        framed(b"{}", mask=b""),
        framed(b"\xff{}"),
        framed(b"x" * 0x10000),
        framed(b"", CLOSE),
        framed(b"", PING),
        b"\xc1" + framed(b"{}")[1:],
        b"\x81\xfe\x00\x02" + framed(b"{}")[2:],  # a length written longer than it must be
    ],
)
def test_anything_else_is_left_to_the_library(frame):
    assert whole_text(frame, 0) is None


@pytest.fixture(scope="module")
def somebody() -> Iterator[Client]:
    """Give somebody who is signed in at a site of their own."""
    with live_server(TRUSTED_PROXY_COUNT="1") as server:
        yield Client(server.port, make_pairs(server, 1)[0][0], "198.51.100.1")
        assert "Exception inside application" not in server.log


async def open_socket(client: Client) -> Socket:
    tab = await client.socket()
    await tab.until("ready")
    return tab


async def answers_to(client: Client, pieces: Sequence[bytes], count: int) -> list[str | None]:
    """Return what the first ``count`` answers to raw bytes are about."""
    tab = await open_socket(client)
    for piece in pieces:
        tab._writer.write(piece)
        await tab._writer.drain()
        await asyncio.sleep(0)
    return [(await tab.until("refused"))["ref"] for _number in range(count)]


def about(number: int) -> bytes:
    """Return a frame that is refused; by turns one that goes with others' and one that is carried out alone."""
    kind = {"type": "message.send", "client_id": str(number), "conversation": str(uuid.uuid4()), "kind": "text"}
    return json.dumps(kind if number % 3 else {"type": "message.like", "message": str(number)}).encode()


def test_answers_come_in_the_order_of_the_frames(somebody: Client) -> None:
    numbers = range(60)
    together = b"".join(framed(about(number)) for number in numbers)
    cut = [together[at : at + 70] for at in range(0, len(together), 70)]
    parts = [
        framed(about(number)[:30], last=False) + framed(b"are you there", PING) + framed(about(number)[30:], CONTINUED)
        for number in numbers
    ]
    for pieces in ([together], cut, parts):
        refs = asyncio.run(asyncio.wait_for(answers_to(somebody, pieces, len(numbers)), PATIENCE_S))
        assert refs == [str(number) for number in numbers]


async def code_after(client: Client, data: bytes) -> int:
    """Return the code that the socket is closed with after these bytes; 0 where it is cut."""
    tab = await open_socket(client)
    tab._writer.write(data)
    try:
        while True:
            await tab.receive()
    except Closed as closed:
        return closed.code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(framed(b'{"type": "\xff"}'), 0, id="not UTF-8"),
        pytest.param(framed(b"{}", mask=b""), 0, id="no mask"),
        pytest.param(framed(b"{}", CONTINUED), 0, id="continues nothing"),
        pytest.param(b"\xc1" + framed(b"{}")[1:], 0, id="compressed"),
        pytest.param(framed(b"{}") + framed(b"", CLOSE), 1000, id="closed"),
        pytest.param(b"".join(framed(about(1)) for _number in range(300)), 1008, id="flood"),
    ],
)
def test_what_is_wrong_ends_the_socket(data: bytes, code: int, somebody: Client) -> None:
    assert asyncio.run(asyncio.wait_for(code_after(somebody, data), PATIENCE_S)) == code


class Line:
    """A server's wire, as the consumer sees it."""

    is_full = False
    hear: Callable[[str], bool] | None = None

    def write(self, payload: bytes) -> None:
        """Drop it."""

    async def drained(self) -> None:
        """Wait for nothing."""


async def test_nothing_overtakes_what_is_carried_out(monkeypatch):
    begun, go_on = threading.Event(), threading.Event()

    def answer(*_asked: object) -> list[dict[str, Any]]:
        begun.set()
        go_on.wait(PATIENCE_S)
        return []

    async def send(_message: Message) -> None:
        pass

    async def receive() -> Message:
        waits.release()
        return await incoming.get()

    ledger = Ledger()  # what others used in this process isn't theirs
    monkeypatch.setattr(in_turn, "ledger", ledger)
    monkeypatch.setattr(in_turn, "places", Turns(ledger, 1, 1, PATIENCE_S))
    monkeypatch.setattr(consumers, "account_of", lambda _key: 1)
    monkeypatch.setattr(frames, "ready", lambda _key: {"type": "ready"})
    monkeypatch.setattr(frames, "answer", answer)
    put: list[object] = []
    monkeypatch.setattr(sends.queue, "is_open", True)
    monkeypatch.setattr(sends.queue, "put", lambda *asked: put.append(asked))
    line, incoming, waits = Line(), asyncio.Queue[Message](), asyncio.Semaphore(0)
    running = asyncio.create_task(consumers.inbox_consumer({"paperplane.wire": line}, receive, send))
    incoming.put_nowait({"type": "websocket.connect"})
    incoming.put_nowait({"type": "websocket.receive", "text": about(0).decode()})
    await asyncio.to_thread(begun.wait, PATIENCE_S)
    assert line.hear
    assert not line.hear(about(1).decode())
    go_on.set()
    for _first in ("handshake", "frame", "next"):
        await waits.acquire()
    for number in range(consumers.MOST_SENDS):
        assert line.hear(about(3 * number + 1).decode())
    assert not line.hear(about(1).decode())  # so many are on their way
    assert len(put) == consumers.MOST_SENDS
    incoming.put_nowait({"type": "websocket.disconnect"})
    await running
