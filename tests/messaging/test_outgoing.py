"""What goes out over one socket: in order, no more than fits, and never silently less."""

import asyncio
import json

import pytest

from messaging import outgoing
from messaging.outgoing import BEHIND, Outgoing, written


def line_to(write, *more) -> Outgoing:
    line = Outgoing(write, *more)
    line.open()
    return line


class Reader:
    """Somebody at the other end, who takes frames as long as ``takes`` is set."""

    def __init__(self) -> None:
        self.heard: list[bytes] = []
        self.takes = asyncio.Event()
        self.takes.set()

    async def write(self, text: bytes) -> None:
        await self.takes.wait()
        self.heard.append(text)


def created(number: int) -> outgoing.Written:
    return written({"type": "message.created", "conversation": "one", "seq": number})


def row(number: int, conversation: str = "one") -> outgoing.Written:
    return written({"type": "inbox.row", "conversation": conversation, "unread": number})


async def test_frames_come_in_their_order():
    reader = Reader()
    line = line_to(reader.write)
    for number in range(5):
        line.put([created(number), row(number, str(number))])
    await line.flush()
    assert [json.loads(text).get("seq", json.loads(text).get("unread")) for text in reader.heard] == [
        number for pair in range(5) for number in (pair, pair)
    ]


async def test_of_what_waits_about_a_conversation_the_last_is_told():
    reader = Reader()
    line = line_to(reader.write)
    reader.takes.clear()
    line.put([created(0)])
    await asyncio.sleep(0)  # the first is on its way and waits for the reader
    for number in (1, 2, 3):
        line.put([created(number), row(number), row(number, "other")])
    reader.takes.set()
    await line.flush()
    assert reader.heard == [text for _about, text in map(created, range(4))][:3] + [
        created(3)[1],
        row(3)[1],
        row(3, "other")[1],
    ]


@pytest.mark.parametrize("limit", ["MOST_FRAMES", "MOST_BYTES"])
async def test_who_is_too_far_behind_hears_that_and_no_more(limit, monkeypatch):
    monkeypatch.setattr(outgoing, limit, 10 if limit == "MOST_FRAMES" else 10 * len(created(0)[1]))
    reader = Reader()
    line = line_to(reader.write)
    reader.takes.clear()
    line.put([created(0)])
    await asyncio.sleep(0)
    for number in range(1, 1000):
        line.put([created(number % 10)])
    assert line.is_behind
    assert len(line._waiting) == 1
    reader.takes.set()
    await line.flush()
    assert reader.heard == [created(0)[1], BEHIND]
    line.put([created(7)])  # from here on it is told again
    await line.flush()
    assert reader.heard[-1] == created(7)[1]


async def test_a_socket_that_breaks_is_logged_and_can_be_closed(caplog):
    async def fail(text: str) -> None:
        raise ConnectionResetError

    line = line_to(fail)
    line.put([created(0)])
    await line.flush()
    assert "can't be written to" in caplog.text
    reader = Reader()
    line = line_to(reader.write)
    reader.takes.clear()
    line.put([created(0)])
    await asyncio.sleep(0)
    line.close()
    await line.flush()
    assert reader.heard == []
