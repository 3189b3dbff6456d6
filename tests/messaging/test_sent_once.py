"""A message is sent once, however often it is tried, and all of them stand in one order."""

import asyncio
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from messaging.models import Conversation, Message
from tests.messaging.people import change
from tests.messaging.sockets import Tab, in_thread, of_type
from tests.messaging.talk import converse, say, send_json, side_of, signed_in

AT_ONCE = 50
FOR_EVER_S = 10**9


@pytest.fixture
def conversation(mira, tom) -> Conversation:
    return converse(mira, tom)


def at_once(function: Callable[[int], Any], count: int = AT_ONCE) -> list[Any]:
    """Call ``function(0 … count-1)`` in as many threads at the same moment; return what each returned."""
    barrier = Barrier(count)

    def run(number: int) -> Any:
        barrier.wait()
        try:
            return function(number)
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))


@pytest.mark.django_db(transaction=True)
def test_fifty_tries_over_http_write_one_row(mira, tom, conversation):
    clients = [signed_in(mira) for _number in range(2)]
    client_id = str(uuid.uuid4())

    def attempt(number: int) -> Any:
        client = clients[number % 2].__class__()
        client.cookies = clients[number % 2].cookies.copy()
        return send_json(client, conversation, "once", client_id=client_id)

    responses = at_once(attempt)
    acks = [response.json() for response in responses]
    assert sorted(response.status_code for response in responses) == [200] * (AT_ONCE - 1) + [201]
    assert sorted(ack.pop("duplicate") for ack in acks) == [False] + [True] * (AT_ONCE - 1)
    assert all(ack == acks[0] for ack in acks)
    assert Message.objects.count() == 1
    assert side_of(tom, conversation).unread_count == 1


@pytest.mark.django_db(transaction=True)
async def test_fifty_frames_over_the_socket_write_one_row(mira, tom, conversation):
    client_id = str(uuid.uuid4())
    frame = {"conversation": str(conversation.pk), "client_id": client_id, "body": "once"}
    async with Tab(mira) as tab, Tab(mira) as own, Tab(tom) as theirs:
        await asyncio.gather(*(one.say("message.send", kind="text", **frame) for one in [tab, own] * (AT_ONCE // 2)))
        acks = [*of_type(await tab.settled(), "ack"), *of_type(await own.settled(), "ack")]
        assert len(acks) == AT_ONCE
        assert sorted(ack.pop("duplicate") for ack in acks) == [False] + [True] * (AT_ONCE - 1)
        assert all(ack == acks[0] for ack in acks)
        assert len(of_type(await theirs.heard(), "message.created")) == 1
    assert await in_thread(Message.objects.count) == 1


@pytest.mark.django_db(transaction=True)
def test_both_at_once_stand_in_one_order(mira, tom, conversation):
    clients = {mira.pk: signed_in(mira), tom.pk: signed_in(tom)}

    def attempt(number: int) -> tuple[int, int]:
        sender = mira if number % 2 else tom
        client = clients[sender.pk].__class__()
        client.cookies = clients[sender.pk].cookies.copy()
        ack = send_json(client, conversation, f"text {number}").json()
        return ack["message"]["seq"], ack["version"]

    acks = sorted(at_once(attempt, 40))
    assert [seq for seq, _version in acks] == list(range(1, 41))
    assert [version for _seq, version in acks] == list(range(1, 41))
    stored = list(Message.objects.order_by("seq").values_list("seq", "version", "sender"))
    assert [(seq, version) for seq, version, _sender in stored] == acks
    conversation.refresh_from_db()
    assert (conversation.last_seq, conversation.version) == (40, 40)
    for person in (mira, tom):
        # Who wrote last has read everything; the other has what came after their own last one.
        own_last = max(seq for seq, _version, sender in stored if sender == person.pk)
        assert side_of(person, conversation).unread_count == 40 - own_last


@pytest.mark.django_db(transaction=True)
def test_two_who_open_it_at_once_share_one_conversation(mira, tom):
    ids = at_once(lambda number: converse(*((mira, tom) if number % 2 else (tom, mira))).pk, 10)
    assert len(set(ids)) == 1
    assert Conversation.objects.get().participants.count() == 2


def test_two_people_with_the_same_client_id_are_two_messages(mira, tom, conversation):
    client_id = str(uuid.uuid4())
    assert send_json(signed_in(mira), conversation, "mine", client_id=client_id).status_code == 201
    assert send_json(signed_in(tom), conversation, "mine", client_id=client_id).status_code == 201
    assert Message.objects.filter(client_id=client_id).count() == 2


def test_the_same_client_id_in_two_conversations_is_two_messages(mira, tom, otto, conversation):
    client_id, client = str(uuid.uuid4()), signed_in(mira)
    mira.follows_made.create(followed=otto)
    otto.follows_made.create(followed=mira)
    assert send_json(client, conversation, client_id=client_id).status_code == 201
    assert send_json(client, converse(mira, otto), client_id=client_id).status_code == 201


def test_other_words_under_the_same_client_id_are_refused(mira, conversation):
    client, client_id = signed_in(mira), str(uuid.uuid4())
    send_json(client, conversation, "first", client_id=client_id)
    response = send_json(client, conversation, "second", client_id=client_id)
    assert (response.status_code, response.json()["code"]) == (409, "client_id_reused")
    assert response.json()["ref"] == client_id
    assert Message.objects.get().body == "first"
    # Spaces around the words were never part of them.
    assert send_json(client, conversation, " first\r\n", client_id=client_id).json()["duplicate"] is True


def test_another_answer_under_the_same_client_id_is_refused(mira, tom, conversation):
    theirs = say(tom, mira, "question")
    client, client_id = signed_in(mira), str(uuid.uuid4())
    assert send_json(client, conversation, "first", client_id=client_id).status_code == 201
    response = send_json(client, conversation, "first", client_id=client_id, reply_to=str(theirs.pk))
    assert (response.status_code, response.json()["code"]) == (409, "client_id_reused")


def test_a_repeat_counts_against_no_limit_and_writes_nothing(mira, tom, conversation, settings):
    settings.MESSAGE_LIMITS = [(1, FOR_EVER_S)]
    client, client_id = signed_in(mira), str(uuid.uuid4())
    first = send_json(client, conversation, "first", client_id=client_id).json()
    before = side_of(tom, conversation), side_of(mira, conversation)
    for _attempt in range(3):
        response = send_json(client, conversation, "first", client_id=client_id)
        assert response.status_code == 200
        assert response.json() == first | {"duplicate": True}
    after = side_of(tom, conversation), side_of(mira, conversation)
    for one, other in zip(before, after, strict=True):
        assert vars(one) | {"_state": 0} == vars(other) | {"_state": 0}
    assert send_json(client, conversation, "second").json()["code"] == "rate_limited"


@pytest.mark.parametrize("later", ["unsent", "blocked", "suspended"])
def test_a_repeat_is_answered_whatever_happened_since(later, mira, tom, conversation):
    client, client_id = signed_in(mira), str(uuid.uuid4())
    first = send_json(client, conversation, "first", client_id=client_id).json()
    if later == "unsent":
        client.post(f"/messages/{first['message']['id']}/unsend/")
    elif later == "blocked":
        tom.blocks_made.create(blocked=mira)
    else:
        change(mira, messaging_suspended_until="2999-01-01T00:00:00Z")
    response = send_json(client, conversation, "first", client_id=client_id)
    assert response.status_code == 200
    assert response.json()["message"] == first["message"]
    assert response.json()["duplicate"] is True


def test_a_form_sent_twice_writes_one_row(mira, conversation):
    client, fields = signed_in(mira), {"client_id": str(uuid.uuid4()), "kind": "text", "body": "once"}
    for _attempt in range(2):
        assert client.post(f"/inbox/{conversation.pk}/messages/", fields).status_code == 302
    assert Message.objects.count() == 1
