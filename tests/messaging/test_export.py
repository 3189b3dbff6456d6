"""A conversation as a file: what this account can see now, all of it, and nothing else."""

import json
import re
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions import block
from messaging import actions, export
from messaging.models import Message, MessageKind
from tests.messaging.belongings import make_gif, make_photo, make_sticker, make_video
from tests.messaging.people import befriend, change
from tests.messaging.talk import JSON, dialogue, fill, say, signed_in

EVIL = "</style></p><script>alert(1)</script><img src=http://evil.example/x onerror=alert(2)>\u2028&\"'"


def content_of(client, conversation, query=""):
    response = client.get(f"/inbox/{conversation.pk}/export/{query}")
    assert response.status_code == 200
    return b"".join(response.streaming_content).decode()


def exported(user, conversation):
    return json.loads(content_of(signed_in(user), conversation, "?format=json"))


def texts(user, conversation):
    return [message["text"] for message in exported(user, conversation)["messages"]]


def bring(sender, conversation, kind, **fields):
    """Put a message with content into the tables, behind the others."""
    conversation.refresh_from_db()
    conversation.last_seq += 1
    conversation.version += 1
    conversation.save()
    return Message.objects.create(
        conversation=conversation,
        sender=sender,
        kind=kind,
        seq=conversation.last_seq,
        version=conversation.version,
        client_id=conversation.pk,
        **fields,
    )


def test_it_says_what_it_is(mira, tom):
    conversation = dialogue(mira, tom)
    found = exported(mira, conversation)
    assert {key: found[key] for key in ("format", "version", "exported_by", "conversation", "participants")} == {
        "format": "paperplane.conversation",
        "version": 1,
        "exported_by": "mira",
        "conversation": str(conversation.pk),
        "participants": [{"username": "mira", "name": "Mira Sol"}, {"username": "tom", "name": "Tom Reed"}],
    }
    first, second = Message.objects.order_by("seq")
    assert found["messages"][0] == {
        "id": str(first.pk),
        "seq": 1,
        "sent_at": first.created_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "sender": "mira",
        "kind": "text",
        "text": "hello tom",
        "reply_to": None,
        "likes": [],
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", found["messages"][1]["sent_at"])
    assert found["messages"][1]["id"] == str(second.pk)


def test_each_side_gets_what_it_can_see(mira, tom):
    conversation = dialogue(mira, tom)
    hidden, withdrawn, kept = (say(mira, tom, body) for body in ("hidden", "withdrawn", "kept"))
    removed = say(tom, mira, "removed")
    actions.delete_for_me(tom, hidden.pk)
    actions.unsend(mira, withdrawn.pk)
    Message.objects.filter(pk=removed.pk).update(removed_at=timezone.now())
    actions.like(tom, kept.pk)
    assert texts(mira, conversation) == ["hello tom", "hello mira", "hidden", "kept"]
    assert texts(tom, conversation) == ["hello tom", "hello mira", "kept"]
    assert exported(mira, conversation)["messages"][-1]["likes"] == ["tom"]
    for user in (mira, tom):
        page = content_of(signed_in(user), conversation)
        assert "withdrawn" not in page
        assert "removed" not in page
        assert ("hidden" in page) is (user == mira)
    actions.clear(mira, conversation.pk)
    assert texts(mira, conversation) == []
    assert "0 messages" in content_of(signed_in(mira), conversation)
    assert texts(tom, conversation) == ["hello tom", "hello mira", "kept"]


def test_what_messages_carry(mira, tom, otto):
    conversation = dialogue(mira, tom)
    photo = make_photo(mira, alt="A harbour")
    carried = bring(mira, conversation, MessageKind.PHOTO, body="look")
    photo.message, photo.conversation, photo.position = carried, conversation, 0
    photo.save()
    sticker, gif, video = make_sticker(tom), make_gif(tom, alt="A jump"), make_video(otto)
    Message.objects.filter(pk=carried.pk).update(client_id=photo.pk)
    for kind, one in (("sticker", sticker), ("gif", gif), ("video", video)):
        message = bring(tom, conversation, kind, **{kind: one})
        Message.objects.filter(pk=message.pk).update(client_id=one.pk)
    built_in = bring(tom, conversation, MessageKind.STICKER, sticker_key="hands/waving-hand")
    found = exported(mira, conversation)["messages"][2:]
    assert (found[0]["caption"], found[0]["photos"]) == ("look", [{"id": str(photo.pk), "alt": "A harbour"}])
    assert (found[1]["sticker"], found[1]["alt"]) == (str(sticker.pk), "A wave")
    assert (found[2]["gif"], found[2]["alt"]) == (str(gif.pk), "A jump")
    assert found[3]["video"] == {"id": str(video.pk), "author": "otto", "caption": "By the sea"}
    assert (found[4]["id"], found[4]["sticker"]) == (str(built_in.pk), "hands/waving-hand")
    assert found[4]["alt"]
    page = content_of(signed_in(mira), conversation)
    assert all(words in page for words in ("look", "A harbour", "A wave", "A jump", "By the sea", "@otto"))
    block(otto, mira)  # who can't watch it any more isn't told of it
    assert exported(mira, conversation)["messages"][5]["video"] is None
    assert "By the sea" not in content_of(signed_in(mira), conversation)
    assert exported(tom, conversation)["messages"][5]["video"]["author"] == "otto"


class Outline(HTMLParser):
    def __init__(self, page):
        super().__init__()
        self.tags, self.attributes = set(), set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes |= {name for name, _value in attrs}


def test_nothing_a_person_wrote_becomes_markup(mira, tom):
    change(mira, display_name=EVIL[:50])
    conversation = dialogue(mira, tom)
    say(mira, tom, EVIL)
    plain = Outline(content_of(signed_in(tom), dialogue(tom, mira)))
    assert plain.tags.isdisjoint({"script", "img", "link", "a", "iframe", "form"})
    assert plain.attributes.isdisjoint({"src", "href", "style", "onerror", "action"})
    assert exported(tom, conversation)["messages"][2]["text"] == EVIL


@pytest.mark.parametrize(
    ("query", "kind", "suffix"), [("", "text/html", "html"), ("?format=json", "application/json", "json")]
)
def test_it_is_a_file_that_does_nothing(query, kind, suffix, mira, tom):
    response = signed_in(mira).get(f"/inbox/{dialogue(mira, tom).pk}/export/{query}")
    assert response.streaming
    assert response["content-type"] == f"{kind}; charset=utf-8"
    assert response["content-disposition"] == f'attachment; filename="paperplane-tom-{timezone.localdate()}.{suffix}"'
    assert response["x-content-type-options"] == "nosniff"
    assert "sandbox" in response["content-security-policy"]
    assert "default-src 'none'" in response["content-security-policy"]
    assert "no-store" in response["cache-control"]


def test_an_outsider_finds_nothing(mira, tom, otto):
    conversation = dialogue(mira, tom)
    befriend(otto, tom)
    dialogue(otto, tom)
    for query in ("", "?format=json"):
        assert signed_in(otto).get(f"/inbox/{conversation.pk}/export/{query}").status_code == 404
        assert Client().get(f"/inbox/{conversation.pk}/export/{query}").status_code == 302
    assert signed_in(otto).get(f"/inbox/{conversation.pk}/export/", headers=JSON).json()["code"] == "not_found"
    assert "Export" in signed_in(mira).get(f"/inbox/{conversation.pk}/").content.decode()


def test_what_is_no_format_is_refused(mira, tom):
    conversation = dialogue(mira, tom)
    response = signed_in(mira).get(f"/inbox/{conversation.pk}/export/?format=pdf", headers=JSON)
    assert (response.status_code, response.json()["code"]) == (400, "bad_format")
    assert signed_in(mira).get(f"/inbox/{conversation.pk}/export/?format=pdf").status_code == 400


def test_too_many_are_refused(mira, tom, settings):
    settings.EXPORT_LIMITS = [(2, 600)]
    conversation, client = dialogue(mira, tom), signed_in(mira)
    url = f"/inbox/{conversation.pk}/export/"
    assert [client.get(url).status_code for _ in range(3)] == [200, 200, 429]
    assert "retry_after" in client.get(url, headers=JSON).json()
    assert signed_in(tom).get(url).status_code == 200


def test_it_is_read_in_batches_by_key(mira, tom, monkeypatch):
    monkeypatch.setattr(export, "BATCH", 4)
    conversation = fill(mira, tom, 10)
    pieces, costs = export.as_json(export.find(mira, conversation.pk)), []
    assert "messages" in next(pieces)
    for _ in range(3):
        with CaptureQueriesContext(connection) as captured:
            next(pieces)
        costs.append(len(captured))
        assert all("OFFSET" not in query["sql"] for query in captured.captured_queries)
    assert costs[0] == costs[1] == costs[2] <= 5
    assert texts(mira, conversation) == [f"text {number}" for number in range(1, 11)]
    assert content_of(signed_in(mira), conversation).count("<article") == 10


def test_a_batch_costs_the_same_with_3_and_with_300(mira, tom):
    costs = []
    for count in (3, 297):
        conversation = fill(mira, tom, count)
        copied = export.find(mira, conversation.pk)
        with CaptureQueriesContext(connection) as captured:
            next(export.batches(copied))
        costs.append(len(captured))
    assert costs[0] == costs[1]
