"""Small promises that are easy to break: what a repeat answers, what stays private, what a program may send."""

import uuid

import pytest
from django.core.cache import cache
from redis.exceptions import ConnectionError as RedisIsGone

from messaging import actions
from messaging.models import Folder, Message, Participant
from tests.messaging.people import make_person
from tests.messaging.talk import dialogue, say, side_of, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_repeat_gets_the_first_version_even_after_a_like(mira, tom):
    conversation = dialogue(mira, tom)
    draft = actions.Draft(mira, conversation.pk, uuid.uuid4(), "once")
    first = actions.send_message(draft)
    actions.like(tom, first.message.pk)
    assert Message.objects.get(pk=first.message.pk).version > first.version
    again = actions.send_message(draft)
    assert (again.duplicate, again.version) == (True, first.version)


def test_deleting_a_conversation_does_not_look_like_reading_it(mira, tom):
    conversation = dialogue(mira, tom)
    before = side_of(tom, conversation).last_read_seq
    say(mira, tom, "unread")
    actions.clear(tom, conversation.pk)
    assert side_of(tom, conversation).last_read_seq == before
    assert side_of(tom, conversation).unread_count == 0
    say(mira, tom, "the next one")
    assert side_of(tom, conversation).unread_count == 1


def test_a_draft_written_meanwhile_is_not_written_back(mira, tom):
    conversation = dialogue(mira, tom)
    actions.save_draft(tom, conversation.pk, "mine, half done")
    actions.save_draft(mira, conversation.pk, "about to be sent")
    say(mira, tom, "sent")
    assert side_of(tom, conversation).draft == "mine, half done"
    assert side_of(mira, conversation).draft == ""


@pytest.mark.parametrize(("on", "pinned"), [(True, True), (False, False), ("0", False), (1, True)])
def test_a_program_may_switch_with_true_and_false(mira, tom, on, pinned):
    conversation = dialogue(mira, tom)
    actions.pin(mira, conversation.pk, on=not pinned)
    response = signed_in(mira).post(
        f"/inbox/{conversation.pk}/pin/",
        data={"on": on},
        content_type="application/json",
        headers={"accept": "application/json"},
    )
    assert response.status_code == 200
    assert side_of(mira, conversation).pinned is pinned


def test_a_cache_that_is_gone_stops_no_message(mira, tom, monkeypatch):
    conversation = dialogue(mira, tom)

    def gone(*_parts, **_named):
        raise RedisIsGone("refused")

    monkeypatch.setattr(cache, "take_each", gone)
    sent = actions.send_message(actions.Draft(mira, conversation.pk, uuid.uuid4(), "still here"))
    assert Message.objects.filter(pk=sent.message.pk).exists()


def test_every_request_can_be_reached_page_by_page(mira):
    for number in range(45):
        other = make_person(f"asker{number}")
        conversation = actions.open_conversation(other, mira)
        Participant.objects.filter(conversation=conversation, user=mira).update(folder=Folder.REQUESTS)
    client = signed_in(mira)
    first = client.get("/inbox/requests/")
    second = client.get(first.context["more_requests"])
    seen = {item["row"].id for page in (first, second) for item in page.context["requests"]}
    assert len(seen) == 45
    assert not second.context["more_requests"]


def test_an_answer_opens_the_dialogue_on_both_sides(mira, tom):
    conversation = actions.open_conversation(mira, tom)
    say(mira, tom, "may I?")
    assert side_of(tom, conversation).accepted_at is None
    say(tom, mira, "of course")
    assert side_of(tom, conversation).accepted_at is not None
