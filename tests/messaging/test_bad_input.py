"""What nobody should send: refused in words, never an error, and the socket stays open."""

import itertools
import uuid
from typing import Any

import pytest
from django.test import override_settings

from accounts import in_turn, turns
from messaging import consumers
from messaging.forms import MessageForm, form_data, plain_text
from messaging.models import Message
from tests.messaging.sockets import Tab, in_thread, until
from tests.messaging.talk import NOWHERE, converse, dialogue, get_json, post_json, send_form, send_json, signed_in

BODIES: list[tuple[Any, str]] = [
    ("", "empty"),
    ("   \n\t ", "empty"),
    ("\u200b\u200d\ufeff", "empty"),
    ("\u2800 \u3164\u202e", "empty"),
    ("x" * 6001, "too_long"),
    ("🎈" * 6001, "too_long"),
    ("nul \x00 inside", "bad_body"),
    ("half a \ud83c balloon", "bad_body"),
    (None, "empty"),
    ([], "empty"),
    ({"a": {"b": ["c"]}}, "empty"),
    (True, "empty"),
]
IDS = [f"{code}-{number}" for number, (_body, code) in enumerate(BODIES)]


@pytest.fixture
def conversation(mira, tom):
    return converse(mira, tom)


@pytest.mark.parametrize(("body", "code"), BODIES, ids=IDS)
def test_a_bad_body_over_http(body, code, mira, conversation):
    response = send_json(signed_in(mira), conversation, body)
    assert response.status_code == 400
    assert response.json()["code"] == code
    assert Message.objects.count() == 0


@pytest.mark.parametrize(("body", "code"), BODIES[:7], ids=IDS[:7])  # a form can't carry the others
def test_a_bad_body_in_a_form_shows_the_page_again(body, code, mira, conversation):
    response = send_form(signed_in(mira), conversation, body)
    assert response.status_code == 400
    assert 'role="alert"' in response.content.decode()
    assert Message.objects.count() == 0


@pytest.mark.django_db(transaction=True)
async def test_bad_bodies_over_the_socket(mira, conversation):
    async with Tab(mira) as tab:
        for body, code in BODIES:
            refused = await tab.send(conversation, body)
            assert (refused["type"], refused["code"]) == ("refused", code), body
        assert (await tab.send(conversation, "x" * 6000))["type"] == "ack"
    assert await in_thread(Message.objects.count) == 1


@pytest.mark.parametrize("body", ["x" * 6000, "👩‍👩‍👧", "‏مرحبا", "a\u202eb", "0", "\u0301", "\U000e0041 flag"])
def test_an_unusual_body_is_kept_as_it_is(body, mira, conversation):
    client = signed_in(mira)
    assert send_json(client, conversation, body).status_code == 201
    assert Message.objects.get().body == body
    assert client.get(f"/inbox/{conversation.pk}/").status_code == 200


FRAMES = [
    '"text"',
    "[]",
    "[1, 2]",
    "null",
    "12",
    "{",
    "not JSON",
    "{}",
    '{"type": 5}',
    '{"type": []}',
    '{"type": "nonsense"}',
    '{"type": "__class__"}',
    '{"type": "message.send"}',
    '{"type": "message.send", "conversation": 7, "client_id": {}, "body": []}',
    '{"type": "message.like", "message": "x", "liked": true}',
    '{"type": "message.like", "message": null, "liked": 1}',
    '{"type": "message.delete", "message": {"a": 1}}',
    '{"type": "message.unsend", "message": ["x"]}',
    '{"type": "conversation.read", "conversation": "", "seq": 1}',
    '{"type": "conversation.typing", "conversation": 12345678901234567890}',
    '{"type": "ping", "conversation": "x", "state": "1.0"}',
    '{"type": "ping", "conversation": [1], "state": {}}',
    '{"type": "message.delete", "message": "\\ud800"}',
    '{"type": "message.send", "client_id": "\\udfff", "conversation": "\\ud800", "body": "x"}',
    "[" * 5000,
    '{"type": "message.send", "body": "' + "x" * 70 * 1024 + '"}',
    '{"a":' * 3000 + "1" + "}" * 3000,
    '{"type": "ping", "n": ' + "9" * 5000 + "}",
    '{"type": NaN}',
]


@pytest.mark.django_db(transaction=True)
async def test_bad_frames_are_refused_and_the_socket_stays_open(mira, conversation):
    async with Tab(mira) as tab:
        for text in FRAMES:
            await tab.socket.send_to(text_data=text)
            refused = await tab.hear()
            assert (refused["type"], refused["code"]) == ("refused", "bad_frame"), text[:80]
        await tab.socket.send_to(bytes_data=b'{"type": "ping"}')
        assert (await tab.hear())["code"] == "bad_frame"
        assert (await tab.send(conversation))["type"] == "ack"


@pytest.mark.django_db(transaction=True)
async def test_odd_numbers_and_identifiers(mira, conversation):
    async with Tab(mira) as tab:
        for seq in (-1, 2**63, 10**40, "x", None, [], True, 1.5, "1e9", "\ud800"):
            refused = await tab.ask("conversation.read", conversation=conversation.pk, seq=seq)
            assert refused["code"] == "bad_frame", seq
        for client_id in ("", "x", "\x00", None, 5, [], "\ud800"):
            refused = await tab.send(conversation, client_id=client_id)
            assert refused["code"] == "bad_frame", client_id
        for reply_to in ("x", "\x00", "\ud800"):
            assert (await tab.send(conversation, reply_to=reply_to))["code"] == "bad_frame"
        assert (await tab.send(conversation, reply_to=str(uuid.uuid4())))["code"] == "bad_reply"
        for kind in ("nonsense", "photos", "\x00", "\ud800"):
            await tab.say("message.send", conversation=conversation.pk, client_id=uuid.uuid4(), kind=kind, body="x")
            assert (await tab.hear())["code"] == "bad_frame", kind
        assert (await tab.send(NOWHERE))["code"] == "not_found"
        for kind in ("message.delete", "message.unsend"):
            assert (await tab.ask(kind, message=NOWHERE))["code"] == "not_found"
        assert (await tab.ask("message.like", message=NOWHERE, liked=True))["code"] == "not_found"
        assert (await tab.ask("ping", conversation=str(NOWHERE), state="0.0"))["code"] == "not_found"
    assert await in_thread(Message.objects.count) == 0


@pytest.mark.django_db(transaction=True)
async def test_a_flood_closes_the_socket(mira):
    with override_settings(SOCKET_FRAMES_PER_SECOND=0):
        async with Tab(mira) as tab:
            for _number in range(200):
                await tab.say("ping")
            assert await tab.closed() == 1008
            # Closed once: a second close, or an answer after it, would be an error of the server.
            assert await tab.socket.receive_nothing()


@pytest.mark.django_db(transaction=True)
async def test_going_on_after_refusals_is_a_flood(mira, conversation):
    with override_settings(MESSAGE_LIMITS=[(1, 3600)], SOCKET_FRAMES_BURST=50, SOCKET_FRAMES_PER_SECOND=0):
        async with Tab(mira) as tab:
            assert (await tab.send(conversation))["type"] == "ack"
            for _number in range(3):
                assert (await tab.send(conversation))["code"] == "rate_limited"
            client = in_turn.client_of(tab.socket.scope)
            # What the last one cost is added after it.
            await until(lambda: in_turn.ledger.used(client) > 3 * turns.REFUSED_S - 1)
            await tab.say("ping")
            assert await tab.closed() == 1008


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rationed", [False, True])
async def test_a_frame_whose_turn_does_not_come_closes_the_socket_to_be_sent_again(
    rationed, mira, conversation, monkeypatch
):
    monkeypatch.setattr(consumers, "FREE_S", 0 if rationed else 30)
    async with Tab(mira) as tab:
        line = turns.Turns(in_turn.ledger, places=1, most=1, patience_s=0.01)
        monkeypatch.setattr(in_turn, "places", line)
        turn = await line.take(turns.Client("other", ""), turns.Bill())
        # Sends go together and need no place, unless somebody sent a great many.
        await tab.say("message.send", conversation=conversation.pk, client_id=uuid.uuid4(), kind="text", body="x")
        if not rationed:
            await tab.until("ack")
            await tab.say("conversation.read", conversation=conversation.pk, seq=1)
        assert await tab.closed() == 1013
        turn.end()
    assert await in_thread(Message.objects.count) == (0 if rationed else 1)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff\xfe", b"1", b'{"body": NaN', b"[" * 5000])
def test_a_bad_json_body_is_a_problem(content, mira, conversation):
    response = signed_in(mira).post(
        f"/inbox/{conversation.pk}/messages/",
        content,
        content_type="application/json",
        headers={"accept": "application/json"},
    )
    assert (response.status_code, response.json()["code"]) == (400, "bad_frame")


@pytest.mark.parametrize(
    "fields", [{}, {"client_id": "x"}, {"client_id": [1]}, {"client_id": None}, {"kind": "photos"}]
)
def test_a_bad_field_is_a_problem(fields, mira, conversation):
    fields = {"client_id": str(uuid.uuid4())} | fields if "kind" in fields else fields
    response = post_json(signed_in(mira), f"/inbox/{conversation.pk}/messages/", **{"body": "hello"} | fields)
    assert (response.status_code, response.json()["code"]) == (400, "bad_frame")


@pytest.mark.parametrize("url", ["/inbox/", "/inbox/new/", "/inbox/archive/", "/people/"])
@pytest.mark.parametrize("q", ["%00", "a%00b", "%ff", "%25", "_", "x" * 2000, "'", "\\", "%F0%9F%8E%88", "@", "(", " "])
def test_odd_searches_are_no_error(url, q, mira, tom):
    dialogue(mira, tom)
    assert signed_in(mira).get(f"{url}?q={q}").status_code == 200


@pytest.mark.parametrize("path", ["/inbox/x/", f"/inbox/{NOWHERE}/", "/messages/1/like/", "/@x/", "/@%00x/"])
def test_what_is_no_identifier_is_not_found(path, mira):
    assert signed_in(mira).get(path).status_code in {404, 405}
    assert get_json(signed_in(mira), path).status_code in {404, 405}


@pytest.mark.parametrize("field", ["draft", "read", "mute"])
def test_surrogates_and_nul_in_other_fields_are_no_error(field, mira, conversation):
    for value in ("\ud800", "\x00", {"a": 1}, [1], 10**30):
        client, url = signed_in(mira), f"/inbox/{conversation.pk}/{field}/"
        response = post_json(client, url, body=value, seq=value, on=value)
        assert response.status_code in {200, 204, 400}, value


TEXTS = ["hello", " spaces ", "line\r\nline", "", "\u200b", "x" * 6001, "\0", "\ud800", 5, None, ["x"]]
CLIENT_IDS: list[Any] = [
    str(uuid.UUID(int=7)),
    str(uuid.UUID(int=10**30)).upper(),
    uuid.UUID(int=7).hex,
    "x",
    "",
    None,
    7,
]
OTHERS = [{}, {"reply_to": str(uuid.UUID(int=9))}, {"sticker": "hello-bird"}, {"photo": []}, {"more": "x"}]


@pytest.mark.parametrize("kind", ["text", "", None, "photo", "nothing"])
def test_what_is_read_without_the_form_is_what_the_form_reads(kind):
    read = 0
    for body, client_id, other in itertools.product(TEXTS, CLIENT_IDS, OTHERS):
        frame = {"type": "message.send", "kind": kind, "body": body, "client_id": client_id, **other}
        if (plain := plain_text(frame)) is not None:
            form = MessageForm(form_data(frame))
            assert form.is_valid()
            assert plain == form.cleaned_data
            read += 1
    assert read == (3 if kind == "text" else 0)
