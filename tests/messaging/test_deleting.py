"""Deleting for oneself, clearing a conversation, and unsending."""

import uuid

import pytest

from accounts.models import MessagePrivacy
from messaging.models import Deletion, Folder, Like, Message
from tests.messaging.people import block, change
from tests.messaging.talk import changes, dialogue, post_json, say, side_of, signed_in


@pytest.fixture
def conversation(mira, tom):
    return dialogue(mira, tom)


def page_of(client, conversation) -> str:
    return client.get(f"/inbox/{conversation.pk}/").content.decode()


def test_the_other_still_has_what_i_deleted(mira, tom, conversation):
    message = say(tom, mira, "between us")
    client = signed_in(mira)
    response = post_json(client, f"/messages/{message.pk}/delete/")
    assert response.json() == {
        "type": "message.deleted",
        "conversation": str(conversation.pk),
        "id": str(message.pk),
    }
    assert "between us" not in page_of(client, conversation)
    assert "between us" not in client.get("/inbox/").content.decode()
    assert "between us" in page_of(signed_in(tom), conversation)
    message.refresh_from_db()
    assert (message.body, message.seq) == ("between us", 3)


@pytest.mark.parametrize("what", ["like", "unlike", "delete", "unsend"])
def test_what_i_deleted_is_gone_for_me(what, mira, tom, conversation):
    message = say(mira, tom, "mine")
    client = signed_in(mira)
    client.post(f"/messages/{message.pk}/delete/")
    response = post_json(client, f"/messages/{message.pk}/{what}/")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert Deletion.objects.count() == 1
    assert post_json(signed_in(tom), f"/messages/{message.pk}/like/").status_code == 200


def test_deleting_an_unread_message_takes_it_off_the_count(mira, tom, conversation):
    message = say(tom, mira, "one")
    say(tom, mira, "two")
    assert side_of(mira, conversation).unread_count == 3
    post_json(signed_in(mira), f"/messages/{message.pk}/delete/")
    assert side_of(mira, conversation).unread_count == 2
    assert side_of(tom, conversation).unread_count == 0


def test_a_form_leads_back_to_the_conversation(mira, tom, conversation):
    message = say(tom, mira, "one")
    response = signed_in(mira).post(f"/messages/{message.pk}/delete/")
    assert (response.status_code, response["location"]) == (302, f"/inbox/{conversation.pk}/")


def test_unsending_takes_the_words_from_everyone_and_keeps_the_place(mira, tom, conversation):
    message = say(mira, tom, "regretted")
    answer = say(tom, mira, "what?", reply_to=message.pk)
    post_json(signed_in(tom), f"/messages/{message.pk}/like/")
    response = post_json(signed_in(mira), f"/messages/{message.pk}/unsend/")
    assert response.status_code == 200
    assert response.json()["type"] == "message.changed"
    for client in (signed_in(mira), signed_in(tom)):
        for text in (page_of(client, conversation), client.get("/inbox/").content.decode()):
            assert "regretted" not in text
        assert "unsent a message" in page_of(client, conversation)
    message.refresh_from_db()
    assert (message.body, message.seq) == ("", 3)
    assert Like.objects.count() == 0
    assert Message.objects.get(pk=answer.pk).version == response.json()["version"] + 1


def test_unsending_twice_changes_nothing(mira, tom, conversation):
    message = say(mira, tom, "regretted")
    client = signed_in(mira)
    versions = [post_json(client, f"/messages/{message.pk}/unsend/").json()["version"] for _attempt in range(2)]
    assert versions == [4, 4]


def test_only_the_sender_can_unsend(mira, tom, otto, conversation):
    message = say(mira, tom, "mine")
    response = post_json(signed_in(tom), f"/messages/{message.pk}/unsend/")
    assert (response.status_code, response.json()["code"]) == (403, "not_yours")
    assert post_json(signed_in(otto), f"/messages/{message.pk}/unsend/").status_code == 404
    message.refresh_from_db()
    assert message.body == "mine"


def test_taking_back_is_possible_whatever_stands_between_them(mira, tom, conversation):
    message = say(mira, tom, "mine")
    block(tom, mira)
    change(mira, messaging_suspended_until="2999-01-01T00:00:00Z")
    assert post_json(signed_in(mira), f"/messages/{message.pk}/unsend/").status_code == 200


def test_an_unsent_message_is_not_unread(mira, tom, conversation):
    message = say(mira, tom, "one")
    assert side_of(tom, conversation).unread_count == 1
    post_json(signed_in(mira), f"/messages/{message.pk}/unsend/")
    assert side_of(tom, conversation).unread_count == 0


def test_nobody_likes_what_is_gone(mira, tom, conversation):
    message = say(mira, tom, "one")
    post_json(signed_in(mira), f"/messages/{message.pk}/unsend/")
    response = post_json(signed_in(tom), f"/messages/{message.pk}/like/")
    assert (response.status_code, response.json()["code"]) == (409, "gone")


def test_deleting_a_conversation_asks_first(mira, tom, conversation):
    client, url = signed_in(mira), f"/inbox/{conversation.pk}/delete/"
    page = client.post(url)
    assert page.status_code == 200
    assert "Delete the conversation with Tom Reed?" in page.content.decode()
    assert side_of(mira, conversation).folder == Folder.INBOX
    assert client.post(url, {"confirmed": "1"}).status_code == 302
    assert side_of(mira, conversation).folder == Folder.NOWHERE


def test_a_cleared_conversation_is_empty_for_me_and_whole_for_the_other(mira, tom, conversation):
    client = signed_in(mira)
    row = post_json(client, f"/inbox/{conversation.pk}/delete/").json()
    assert (row["type"], row["html"], row["folder"], row["unread"]) == ("inbox.row", "", "nowhere", 0)
    assert "hello" not in page_of(client, conversation)
    assert str(conversation.pk) not in client.get("/inbox/").content.decode()
    assert changes(client, conversation)["messages"] == []
    assert "hello tom" in page_of(signed_in(tom), conversation)
    old = conversation.messages.get(seq=2)
    for what in ("like", "unlike", "delete", "unsend"):
        assert post_json(client, f"/messages/{old.pk}/{what}/").status_code == 404
    # It comes back with the next message, and only with that.
    say(tom, mira, "news")
    page = page_of(client, conversation)
    assert "news" in page
    assert "hello" not in page
    assert side_of(mira, conversation).folder == Folder.INBOX


def test_clearing_keeps_the_dialogue_open(mira, tom, conversation):
    post_json(signed_in(tom), f"/inbox/{conversation.pk}/delete/")
    change(tom, message_privacy=MessagePrivacy.NOBODY)
    response = post_json(
        signed_in(mira), f"/inbox/{conversation.pk}/messages/", client_id=str(uuid.uuid4()), body="still here"
    )
    assert response.status_code == 201


def test_what_i_deleted_or_cleared_is_not_found_by_searching(mira, tom, conversation):
    message = say(tom, mira, "a rare okapi")
    client = signed_in(mira)
    assert "a rare okapi" in client.get("/inbox/?q=okapi").content.decode()
    client.post(f"/messages/{message.pk}/delete/")
    assert "a rare okapi" not in client.get("/inbox/?q=okapi").content.decode()
    assert "a rare okapi" in signed_in(tom).get("/inbox/?q=OKAPI").content.decode()
