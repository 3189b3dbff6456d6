"""The queue of sends: what waits goes together, one that breaks takes nothing from the others, no more than fits."""

import asyncio
import threading
import uuid
from collections.abc import Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections

from accounts.turns import Bill
from messaging import sends, together
from messaging.models import Conversation, Message
from messaging.together import Full, Together
from tests.messaging.sockets import PATIENCE_S, Tab, in_thread, of_type, until
from tests.messaging.talk import converse, send_json, signed_in


class Work:
    """Doubles numbers, in batches it remembers; holds the first until ``go`` is set."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.begun, self.go = threading.Event(), threading.Event()

    def __call__(self, asked: Sequence[int]) -> list[int]:
        self.batches.append(list(asked))
        self.begun.set()
        assert self.go.wait(PATIENCE_S)
        if -1 in asked:
            raise ValueError("broken")
        return [one * 2 for one in asked]


async def ask(queue: Together[int, int], number: int, into: list[Any], bill: Bill | None = None) -> None:
    await queue.ask_soon(number, bill or Bill(), lambda answer, error: into.append(error or answer))


async def test_what_comes_while_one_is_carried_out_goes_together():
    work, heard = Work(), []
    queue = Together(work)
    bill = Bill()
    await ask(queue, 1, heard)
    await asyncio.to_thread(work.begun.wait, PATIENCE_S)
    for number in range(2, 6):
        await ask(queue, number, heard, bill)
    assert len(queue) == 4
    work.go.set()
    await until(lambda: len(heard) == 5)
    assert (work.batches, heard) == ([[1], [2, 3, 4, 5]], [2, 4, 6, 8, 10])
    assert bill.seconds > 0
    assert await asyncio.to_thread(queue.ask, 6) == 12
    queue.close()


async def test_one_that_breaks_takes_nothing_from_its_neighbours(caplog):
    work, heard = Work(), []
    queue = Together(work)
    await ask(queue, 1, heard)
    await asyncio.to_thread(work.begun.wait, PATIENCE_S)
    for number in (2, -1, 3):
        await ask(queue, number, heard)
    work.go.set()
    await until(lambda: len(heard) == 4)
    assert [heard[0], heard[1], heard[3]] == [2, 4, 6]
    assert isinstance(heard[2], ValueError)
    assert work.batches == [[1], [2, -1, 3], [2], [-1], [3]]
    queue.close()


async def test_a_full_queue_takes_nothing_more_and_closing_carries_out_what_waits(monkeypatch):
    monkeypatch.setattr(together, "MOST_WAITING", 3)
    work, heard = Work(), []
    queue = Together(work)
    await ask(queue, 1, heard)
    await asyncio.to_thread(work.begun.wait, PATIENCE_S)
    for number in range(3):
        await ask(queue, number, heard)
    with pytest.raises(Full):
        await ask(queue, 9, heard)
    closing = asyncio.create_task(asyncio.to_thread(queue.close))
    work.go.set()
    await closing
    await until(lambda: len(heard) == 4)
    assert heard == [2, 0, 2, 4]


async def test_what_is_held_is_let_go_once_all_have_their_answer():
    order: list[str] = []

    @contextmanager
    def hold():
        order.append("begun")
        yield lambda: order.append("let go")

    queue = Together(lambda asked: list(asked), hold=hold)
    assert await asyncio.to_thread(queue.ask, 1) == 1
    queue.close()
    assert order == ["begun", "let go"]


@pytest.mark.parametrize(
    ("where", "first"), [("closing", "error"), ("before", "error"), ("let go", 2), ("observed", 2)]
)
async def test_what_goes_wrong_around_a_batch_is_not_the_end(where, first, caplog, monkeypatch):
    failures = [RuntimeError(where)]

    def fail(here: str) -> None:
        if here == where and failures:
            raise failures.pop()

    monkeypatch.setattr(together, "connection", SimpleNamespace(close=lambda: fail("closing"), errors_occurred=False))

    @contextmanager
    def hold():
        fail("before")
        yield lambda: fail("let go")

    queue = Together(
        lambda asked: [one * 2 for one in asked], hold=hold, observe=lambda size, seconds: fail("observed")
    )
    heard: list[Any] = []
    await ask(queue, 1, heard)
    await until(lambda: len(heard) == 1)
    assert (heard == [first]) if first == 2 else isinstance(heard[0], RuntimeError)
    assert await asyncio.wait_for(asyncio.to_thread(queue.ask, 2), PATIENCE_S) == 4
    assert not failures
    assert "RuntimeError" in caplog.text
    queue.close()


@pytest.fixture
def conversation(mira, tom) -> Conversation:
    return converse(mira, tom)


@pytest.fixture
def open_queue(monkeypatch):
    """Let sends go through a queue, as they do outside of tests."""
    queue = Together(_counted, hold=sends.queue._hold)
    monkeypatch.setattr(sends, "queue", queue)
    _batches.clear()
    yield queue
    queue._thread.submit(lambda: connection.close()).result()  # its own
    queue.close()


_batches: list[int] = []


def _counted(asked: Sequence[Any]) -> list[Any]:
    _batches.append(len(asked))
    return sends.carry_out(asked)


@pytest.mark.django_db(transaction=True)
async def test_many_sockets_and_requests_share_transactions(mira, tom, conversation, open_queue):
    async with Tab(mira) as tab, Tab(mira) as other, Tab(tom) as theirs:
        client = await in_thread(signed_in, mira)
        ids = [str(uuid.uuid4()) for _number in range(40)]
        posted = asyncio.create_task(in_thread(send_json, client, conversation, "by request"))
        for number, client_id in enumerate(ids):
            one = (tab, other, theirs)[number % 3]
            await one.say(
                "message.send", conversation=conversation.pk, client_id=client_id, kind="text", body=f"text {number}"
            )
        answered = [frame for one in (tab, other, theirs) for frame in of_type(await one.settled(), "ack", "refused")]
        assert sorted(frame.get("client_id", "") for frame in answered) == sorted(ids)
        assert (await posted).status_code == 201
    rows = await in_thread(lambda: list(Message.objects.order_by("seq").values_list("seq", "client_id", "sender")))
    assert [seq for seq, *_rest in rows] == list(range(1, 42))
    # Each socket's own stand in the order they were said.
    for number in range(3):
        said = [str(client_id) for _seq, client_id, _sender in rows if str(client_id) in ids[number::3]]
        assert said == ids[number::3]
    assert sum(_batches) == 41
    assert len(_batches) < 41


@pytest.mark.django_db(transaction=True)
async def test_the_acknowledgement_comes_before_the_event(mira, tom, conversation, open_queue):
    async with Tab(mira) as tab:
        await tab.say("message.send", conversation=conversation.pk, client_id=uuid.uuid4(), kind="text", body="x")
        frames = await tab.until("message.created")
        assert frames[0]["type"] == "ack"


@pytest.mark.django_db(transaction=True)
async def test_who_signs_out_sends_nothing_of_what_waits(mira, tom, conversation, open_queue):
    async with Tab(mira) as tab, Tab(tom) as theirs:
        client = await in_thread(signed_in, mira)
        tab_key = tab.session_key
        await in_thread(lambda: client.session.__class__(tab_key).delete())
        for _number in range(3):
            await tab.say("message.send", conversation=conversation.pk, client_id=uuid.uuid4(), kind="text", body="x")
        assert await tab.closed() == 4401
        assert await theirs.heard() == []
    assert await in_thread(Message.objects.count) == 0


@pytest.mark.django_db(transaction=True)
async def test_a_full_queue_says_when_to_try_again(mira, tom, conversation, open_queue, monkeypatch):
    monkeypatch.setattr(together, "MOST_WAITING", 0)
    async with Tab(mira) as tab:
        answer = await tab.send(conversation)
        assert (answer["code"], answer["retry_after"]) == ("rate_limited", sends.RETRY_AFTER_S)
    client = await in_thread(signed_in, mira)
    response = await in_thread(send_json, client, conversation, "by request")
    assert (response.status_code, response.json()["code"]) == (429, "rate_limited")


@pytest.mark.django_db(transaction=True)
async def test_a_connection_that_was_lost_is_opened_anew(mira, tom, conversation, open_queue, monkeypatch):
    monkeypatch.setattr(type(connections["default"]), "is_usable", lambda self: False)  # SQLite's is always
    async with Tab(mira) as tab:
        assert (await tab.send(conversation, "before"))["type"] == "ack"
        await asyncio.to_thread(lambda: open_queue._thread.submit(lambda: connection.connection.close()).result())
        assert (await tab.send(conversation, "after"))["type"] == "ack"
    assert await in_thread(Message.objects.count) == 2


@pytest.mark.django_db(transaction=True)
async def test_a_send_that_breaks_closes_its_socket_to_be_sent_again(mira, tom, conversation, open_queue, monkeypatch):
    def fail(asked: Any) -> Any:
        raise DatabaseError("the disk is full")

    async with Tab(mira) as tab, Tab(tom) as theirs:
        monkeypatch.setattr(open_queue, "_carry_out", fail)
        await tab.say("message.send", conversation=conversation.pk, client_id=uuid.uuid4(), kind="text", body="x")
        assert await tab.closed() == 1011
        assert await theirs.heard() == []
