"""Hearts: one per account, for what both can see, and not across what keeps two apart."""

import pytest

from accounts.models import MessagePrivacy
from messaging.models import Conversation, Like
from tests.messaging.cases import CASES
from tests.messaging.people import change
from tests.messaging.talk import converse, dialogue, post_json, say, signed_in

OWN_REASONS = {"suspended", "underage", "you_blocked"}


@pytest.fixture
def message(mira, tom):
    dialogue(mira, tom)
    return say(tom, mira, "a joke")


def test_liking_twice_is_one_heart_and_one_version(mira, tom, message):
    client = signed_in(mira)
    answers = [post_json(client, f"/messages/{message.pk}/like/").json() for _attempt in range(2)]
    assert [answer["version"] for answer in answers] == [4, 4]
    assert f'data-liked-by="{mira.pk}"' in answers[1]["html"]
    assert Like.objects.count() == 1


def test_both_can_like_and_each_takes_back_their_own(mira, tom, message):
    for person in (mira, tom):
        answer = post_json(signed_in(person), f"/messages/{message.pk}/like/").json()
    assert f'data-liked-by="{mira.pk} {tom.pk}"' in answer["html"]
    answer = post_json(signed_in(mira), f"/messages/{message.pk}/unlike/").json()
    assert f'data-liked-by="{tom.pk}"' in answer["html"]
    again = post_json(signed_in(mira), f"/messages/{message.pk}/unlike/").json()
    assert again["version"] == answer["version"]


def test_a_like_neither_reorders_nor_counts_as_unread(mira, tom, message):
    before = Conversation.objects.get().last_activity
    client = signed_in(tom)
    client.post(f"/inbox/{message.conversation_id}/read/")
    post_json(signed_in(mira), f"/messages/{message.pk}/like/")
    assert Conversation.objects.get().last_activity == before
    assert client.get("/inbox/badge/").json() == {"unread": 0}


def test_an_outsider_cannot_like(otto, message):
    response = post_json(signed_in(otto), f"/messages/{message.pk}/like/")
    assert (response.status_code, response.json()["code"]) == (404, "not_found")
    assert Like.objects.count() == 0


def test_a_form_leads_back_to_the_message(mira, message):
    response = signed_in(mira).post(f"/messages/{message.pk}/like/")
    assert response["location"] == f"/inbox/{message.conversation_id}/#m-{message.pk}"


@pytest.mark.parametrize("what", ["like", "unlike"])
@pytest.mark.parametrize(
    "case", [case for case in CASES if case.code in {"suspended", "underage", "you_blocked"}], ids=str
)
def test_what_keeps_the_liker_from_writing_keeps_them_from_liking(case, what, mira, tom, message):
    case.prepare(mira, tom)
    response = post_json(signed_in(mira), f"/messages/{message.pk}/{what}/")
    assert (response.status_code, response.json()["code"]) == (403, case.code)
    form = signed_in(mira).post(f"/messages/{message.pk}/{what}/")
    assert form.status_code == 403
    assert Like.objects.count() == 0


def test_the_setting_does_not_forbid_a_heart_in_a_dialogue(mira, tom, message):
    change(tom, message_privacy=MessagePrivacy.NOBODY)
    assert post_json(signed_in(mira), f"/messages/{message.pk}/like/").status_code == 200


def test_a_heart_does_not_accept_a_request(mira, tom):
    change(tom, message_privacy=MessagePrivacy.EVERYONE)
    tom.follows_made.all().delete()
    request = say(mira, tom, "may I?")
    assert post_json(signed_in(tom), f"/messages/{request.pk}/like/").status_code == 200
    assert converse(mira, tom).participants.get(user=tom).folder == "requests"
