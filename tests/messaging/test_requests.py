"""Requests: from people the recipient doesn't follow, until they answer."""

import pytest

from accounts.models import MessagePrivacy
from messaging.models import Folder
from tests.messaging.people import befriend, change, make_person, unfollow
from tests.messaging.sockets import Tab, in_thread, of_type
from tests.messaging.talk import converse, get_json, post_json, say, send_json, side_of, signed_in


@pytest.fixture
def conversation(mira, tom):
    """Mira follows Tom, who doesn't follow her and lets everyone ask; she asked once."""
    unfollow(tom, mira)
    change(tom, message_privacy=MessagePrivacy.EVERYONE)
    return say(mira, tom, "may I ask?").conversation


def test_a_request_waits_apart_from_the_inbox(mira, tom, conversation):
    client = signed_in(tom)
    assert str(conversation.pk) not in client.get("/inbox/").content.decode()
    assert client.get("/inbox/badge/").json() == {"unread": 0}
    page = client.get("/inbox/requests/").content.decode()
    assert "may I ask?" in page
    assert "Mira Sol" in page
    # Its sender finds it in their inbox.
    assert str(conversation.pk) in signed_in(mira).get("/inbox/").content.decode()


def test_the_page_of_a_request_says_who_asks(mira, tom, otto, conversation):
    befriend(mira, otto)
    befriend(tom, otto)
    page = signed_in(tom).get(f"/inbox/{conversation.pk}/").content.decode()
    assert 'class="request-card"' in page
    assert "Otto Far" in page  # a friend in common
    assert 'class="request-card"' not in signed_in(mira).get(f"/inbox/{conversation.pk}/").content.decode()


def test_three_texts_and_no_more(mira, conversation):
    client = signed_in(mira)
    assert [send_json(client, conversation).status_code for _text in range(3)] == [201, 201, 403]
    assert send_json(client, conversation).json()["code"] == "request_pending"


def test_accepting_opens_the_dialogue(mira, tom, conversation):
    client = signed_in(tom)
    response = client.post(f"/inbox/{conversation.pk}/accept/")
    assert response["location"] == f"/inbox/{conversation.pk}/"
    assert side_of(tom, conversation).folder == Folder.INBOX
    assert client.get("/inbox/badge/").json() == {"unread": 1}
    change(tom, message_privacy=MessagePrivacy.NOBODY)
    sender = signed_in(mira)
    assert [send_json(sender, conversation).status_code for _text in range(5)] == [201] * 5
    assert send_json(client, conversation, "you may").status_code == 201


def test_answering_accepts(mira, tom, conversation):
    assert send_json(signed_in(tom), conversation, "sure").status_code == 201
    assert side_of(tom, conversation).accepted_at is not None
    assert side_of(tom, conversation).folder == Folder.INBOX
    assert [send_json(signed_in(mira), conversation).status_code for _text in range(5)] == [201] * 5


def test_declining_neither_tells_nor_renews(mira, tom, conversation):
    send_json(signed_in(mira), conversation)
    before = signed_in(mira).get(f"/inbox/{conversation.pk}/").content.decode()
    response = signed_in(tom).post(f"/inbox/{conversation.pk}/decline/")
    assert response["location"] == "/inbox/requests/"
    assert "may I ask?" not in signed_in(tom).get("/inbox/requests/").content.decode()
    assert before.count("may I ask?") == signed_in(mira).get(f"/inbox/{conversation.pk}/").content.decode().count(
        "may I ask?"
    )
    # One of the three is left; it asks again, among the requests, without what was deleted.
    client = signed_in(mira)
    assert [send_json(client, conversation, f"please {n}").status_code for n in range(2)] == [201, 403]
    page = signed_in(tom).get("/inbox/requests/").content.decode()
    assert "please 0" in page
    assert "may I ask?" not in page
    signed_in(tom).post(f"/inbox/{conversation.pk}/decline/")
    assert send_json(client, conversation).json()["code"] == "request_pending"


def test_declining_what_is_no_request_changes_nothing(mira, tom, conversation):
    post_json(signed_in(tom), f"/inbox/{conversation.pk}/accept/")
    post_json(signed_in(tom), f"/inbox/{conversation.pk}/decline/")
    assert side_of(tom, conversation).folder == Folder.INBOX
    post_json(signed_in(mira), f"/inbox/{conversation.pk}/accept/")
    assert side_of(mira, conversation).folder == Folder.INBOX


def test_unsending_does_not_make_room_for_more(mira, tom, conversation):
    client = signed_in(mira)
    ids = [send_json(client, conversation).json()["message"]["id"] for _text in range(2)]
    for pk in ids:
        post_json(client, f"/messages/{pk}/unsend/")
    assert send_json(client, conversation).json()["code"] == "request_pending"


def test_a_follow_lets_the_waiting_one_write_on(mira, tom, conversation):
    client = signed_in(mira)
    for _text in range(2):
        send_json(client, conversation)
    assert send_json(client, conversation).json()["code"] == "request_pending"
    assert post_json(signed_in(tom), "/@mira/follow/").status_code == 200
    assert send_json(client, conversation).status_code == 201
    assert side_of(tom, conversation).folder == Folder.INBOX


def test_only_the_recipient_accepts(mira, otto, conversation):
    for what in ("accept", "decline"):
        assert post_json(signed_in(otto), f"/inbox/{conversation.pk}/{what}/").status_code == 404
        post_json(signed_in(mira), f"/inbox/{conversation.pk}/{what}/")
    assert conversation.participants.exclude(user=mira).get().folder == Folder.REQUESTS


def test_requests_of_many_stand_newest_first(mira, tom, conversation):
    names = []
    for number in range(5):
        person = make_person(f"asker{number}")
        person.follows_made.create(followed=tom)
        say(person, tom, f"I am asker{number}")
        names.insert(0, f"I am asker{number}")
    page = signed_in(tom).get("/inbox/requests/").content.decode()
    places = [page.index(name) for name in [*names, "may I ask?"]]
    assert places == sorted(places)


def test_mutual_askers_are_no_request_to_each_other(mira, tom, conversation):
    assert converse(tom, mira).pk == conversation.pk
    assert get_json(signed_in(tom), f"/inbox/{conversation.pk}/changes/?since=0.0").json()["messages"][0]["seq"] == 1


@pytest.mark.django_db(transaction=True)
async def test_accepting_opens_both_composers_and_declining_none(mira, tom, conversation):
    client = await in_thread(signed_in, tom)
    async with Tab(mira) as asker, Tab(tom) as asked:
        await in_thread(post_json, client, f"/inbox/{conversation.pk}/decline/")
        assert await asker.heard() == []
        assert [frame["folder"] for frame in of_type(await asked.heard(), "inbox.row")] == ["nowhere"]
        await asker.send(conversation, "again?")
        await asked.heard()
        await asker.heard()
        await in_thread(post_json, client, f"/inbox/{conversation.pk}/accept/")
        expected = [{"type": "policy.changed", "conversation": str(conversation.pk)}]
        assert of_type(await asker.heard(), "policy.changed") == expected
        assert of_type(await asked.heard(), "policy.changed") == expected
