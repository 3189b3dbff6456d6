"""``/changes/``: what a page missed, a page at a time, until there is no more."""

import pytest
from django.db.models import F

from messaging import actions
from messaging.models import Deletion, Message
from tests.messaging.page_model import Page, fresh
from tests.messaging.talk import changes, dialogue, fill, get_json, say, side_of, signed_in


def test_a_fresh_page_gets_everything_oldest_change_first(mira, tom):
    conversation = dialogue(mira, tom)
    first, second = conversation.messages.order_by("seq")
    actions.like(tom, first.pk)
    answer = changes(signed_in(mira), conversation)
    read = answer.pop("read")
    assert read == 2
    assert answer | {"messages": []} == {"state": "3.0", "more": False, "messages": [], "deleted": []}
    assert [(one["id"], one["seq"], one["version"]) for one in answer["messages"]] == [
        (str(second.pk), 2, 2),
        (str(first.pk), 1, 3),
    ]
    assert f'data-liked-by="{tom.pk}"' in answer["messages"][1]["html"]


def test_nothing_new_is_nothing(mira, tom):
    conversation = dialogue(mira, tom)
    client = signed_in(mira)
    state = changes(client, conversation)["state"]
    again = changes(client, conversation, state)
    assert (again["state"], again["more"], again["messages"], again["deleted"]) == (state, False, [], [])


def test_205_changes_are_two_pages(mira, tom):
    conversation = fill(mira, tom, 205)
    pages = Page(conversation).catch_up(signed_in(tom), conversation)
    assert [(len(page["messages"]), page["more"], page["state"]) for page in pages] == [
        (200, True, "200.0"),
        (5, False, "205.0"),
    ]


def test_exactly_200_changes_are_one_page(mira, tom):
    conversation = fill(mira, tom, 200)
    (page,) = Page(conversation).catch_up(signed_in(tom), conversation)
    assert (len(page["messages"]), page["more"]) == (200, False)


def test_two_thousand_messages_come_to_an_end(mira, tom):
    conversation = fill(mira, tom, 2000)
    page = Page(conversation)
    pages = page.catch_up(signed_in(tom), conversation)
    assert [one["more"] for one in pages] == [True] * 9 + [False]
    assert sorted(seq for seq, _version, _html in page.messages.values()) == list(range(1, 2001))


def test_many_deletions_are_paged_too(mira, tom):
    conversation = fill(mira, tom, 205)
    page, client = Page(conversation), signed_in(tom)
    page.catch_up(client, conversation)
    Deletion.objects.bulk_create(
        Deletion(conversation=conversation, message=message, user=tom, number=message.seq)
        for message in Message.objects.filter(conversation=conversation)
    )
    conversation.participants.filter(user=tom).update(deletions=205)
    pages = page.catch_up(client, conversation)
    assert [(len(one["deleted"]), one["more"]) for one in pages] == [(200, True), (5, False)]
    assert page.messages == {}
    assert page.state == side_of(tom, conversation).state


def test_what_was_deleted_is_named_to_the_deleter_alone(mira, tom):
    conversation = dialogue(mira, tom)
    message = conversation.messages.get(seq=1)
    clients = {person.pk: signed_in(person) for person in (mira, tom)}
    before = changes(clients[mira.pk], conversation)["state"]
    actions.delete_for_me(mira, message.pk)
    mine = changes(clients[mira.pk], conversation, before)
    assert (mine["deleted"], mine["messages"], mine["state"]) == ([str(message.pk)], [], "2.1")
    theirs = changes(clients[tom.pk], conversation, before)
    assert (theirs["deleted"], theirs["messages"], theirs["state"]) == ([], [], "2.0")
    assert str(message.pk) not in str(changes(clients[mira.pk], conversation)["messages"])
    assert str(message.pk) in str(changes(clients[tom.pk], conversation)["messages"])


def test_a_cleared_conversation_says_how_far(mira, tom):
    conversation = dialogue(mira, tom)
    page, client = Page(conversation), signed_in(mira)
    page.catch_up(client, conversation)
    actions.clear(mira, conversation.pk)
    say(tom, mira, "after")
    (answer,) = page.catch_up(client, conversation)
    assert answer["cleared"] == 2
    assert [one[0] for one in page.messages.values()] == [3]
    assert page.messages == fresh(client, conversation)
    assert "cleared" not in changes(client, conversation, page.state)
    assert "cleared" not in changes(signed_in(tom), conversation)


def test_unsending_hands_the_answers_anew(mira, tom):
    conversation = dialogue(mira, tom)
    secret = say(mira, tom, "the secret words")
    answer = say(tom, mira, "oh", reply_to=secret.pk)
    client = signed_in(tom)
    page = Page(conversation)
    page.catch_up(client, conversation)
    assert "the secret words" in page.messages[str(answer.pk)][2]
    actions.unsend(mira, secret.pk)
    page.catch_up(client, conversation)
    assert not any("the secret words" in html for _seq, _version, html in page.messages.values())
    assert page.messages[str(secret.pk)][0] == secret.seq  # the place is kept


@pytest.mark.parametrize(
    "since",
    ["", "1", "1.2.3", "a.b", "1.", ".1", "1,0", "-1.0", "0.-1", "1e3.0", "%00.0", "9" * 5000 + ".0", "½.0", "1_0.0"],
)
def test_a_malformed_state_is_a_problem(since, mira, tom):
    conversation = dialogue(mira, tom)
    response = get_json(signed_in(mira), f"/inbox/{conversation.pk}/changes/?since={since}")
    assert response.status_code == 400
    assert response["content-type"] == "application/problem+json"
    assert response.json()["code"] == "bad_state"


@pytest.mark.parametrize("since", ["999999999999999999.0", "0.999999999999999999"])
def test_a_state_from_another_life_starts_afresh_or_says_nothing(since, mira, tom):
    conversation = dialogue(mira, tom)
    answer = changes(signed_in(mira), conversation, since)
    assert answer["more"] is False
    # Whoever asks again with the answer is in step with the heartbeat.
    assert answer["state"] == side_of(mira, conversation).state


def test_a_huge_number_is_no_error(mira, tom):
    conversation = dialogue(mira, tom)
    for since in ("9" * 25 + ".0", "0." + "9" * 25):
        assert get_json(signed_in(mira), f"/inbox/{conversation.pk}/changes/?since={since}").status_code in {200, 400}


def test_the_pages_of_older_messages_join_without_gaps(mira, tom):
    conversation = fill(mira, tom, 205)
    client = signed_in(tom)
    seqs, before = [], ""
    while True:
        page = get_json(client, f"/inbox/{conversation.pk}/messages/{before}").json()
        seqs[:0] = [one["seq"] for one in page["messages"]]
        before = f"?before={seqs[0]}"
        if not page["more"]:
            break
    assert seqs == list(range(1, 206))
    # What somebody deleted is left out without shortening a page.
    Message.objects.filter(seq__gt=200).update(version=F("version"))
    for message in Message.objects.filter(seq__gt=195):
        actions.delete_for_me(tom, message.pk)
    page = get_json(client, f"/inbox/{conversation.pk}/messages/").json()
    assert [one["seq"] for one in page["messages"]] == list(range(146, 196))


@pytest.mark.parametrize("before", ["0", "1", "x", "-5", "9" * 40, "%00", "²"])
def test_an_odd_before_is_no_error(before, mira, tom):
    conversation = dialogue(mira, tom)
    assert get_json(signed_in(mira), f"/inbox/{conversation.pk}/messages/?before={before}").status_code == 200
    assert signed_in(mira).get(f"/inbox/{conversation.pk}/messages/?before={before}").status_code == 200
