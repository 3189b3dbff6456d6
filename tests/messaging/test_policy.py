"""Who may write to whom, decided from the facts alone: the table, its order, and what it never gives away."""

import datetime
import itertools
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import MessagePrivacy
from messaging.policies import MAX_UNANSWERED, interaction_refusal, may_exchange_signals, write_refusal
from messaging.standing import Standing

pytestmark = pytest.mark.once

EVERYONE, FOLLOWING, FRIENDS, NOBODY = MessagePrivacy
LATER = timezone.now() + datetime.timedelta(days=3)
UNAVAILABLE = "@tom can't receive messages from you."

# The table of the contract, first reason first: the code, and the facts that make it apply.
ROWS: list[tuple[str, dict[str, Any]]] = [
    ("suspended", {"suspended_until": LATER}),
    ("underage", {"sender_old_enough": False}),
    ("you_blocked", {"sender_blocked_recipient": True}),
    ("unavailable", {"recipient_blocked_sender": True}),
    ("unavailable", {"recipient_old_enough": False}),
    ("unavailable", {"recipient_active": False}),
    ("", {"dialogue": True}),
    ("unavailable", {"privacy": NOBODY}),
    ("not_following", {"privacy": EVERYONE, "sender_follows": False}),
    ("not_following", {"privacy": FRIENDS, "sender_follows": False}),
    ("not_accepted", {"privacy": FOLLOWING, "recipient_follows": False}),
    ("not_accepted", {"privacy": FRIENDS, "recipient_follows": False}),
    ("request_pending", {"privacy": EVERYONE, "recipient_follows": False, "unanswered": MAX_UNANSWERED}),
    ("request_text_only", {"privacy": EVERYONE, "recipient_follows": False, "kind": "photo"}),
]
SENTENCES = {
    "underage": "Messaging is available from the age of 16.",
    "you_blocked": "You blocked @tom. Unblock to write.",
    "unavailable": UNAVAILABLE,
    "not_following": "Follow @tom to write to them.",
    "request_pending": "@tom hasn't accepted your request yet.",
    "request_text_only": "Only text until @tom accepts.",
}


def decide(**facts: Any) -> str:
    """Return the code for ``facts``; where they say nothing, nothing stands in the way. Empty: allowed."""
    kind = facts.pop("kind", "text")
    start = {"recipient_name": "tom", "privacy": FRIENDS, "sender_follows": True, "recipient_follows": True}
    refusal = write_refusal(Standing(**start | facts), kind)
    if refusal is None:
        return ""
    if refusal.code in SENTENCES:
        assert refusal.detail == SENTENCES[refusal.code]
    return refusal.code


@pytest.mark.parametrize(("code", "facts"), ROWS)
def test_each_row_alone(code, facts):
    assert decide(**facts) == code


def pairs():
    for (code, first), (_later, second) in itertools.combinations(ROWS, 2):
        shared = first.keys() & second.keys()
        if all(first[name] == second[name] for name in shared):
            yield code, first | second


@pytest.mark.parametrize(("code", "facts"), list(pairs()))
def test_the_earlier_row_speaks(code, facts):
    assert decide(**facts) == code


@pytest.mark.parametrize("privacy", [EVERYONE, FOLLOWING, FRIENDS])
def test_friends_may_write_except_to_nobody(privacy):
    assert decide(privacy=privacy) == ""
    assert decide(privacy=privacy, kind="photo") == ""


def test_following_asks_only_that_the_recipient_follows():
    assert decide(privacy=FOLLOWING, sender_follows=False, recipient_follows=True) == ""


def test_a_request_waits_with_three_texts_and_no_more():
    stranger = {"privacy": EVERYONE, "recipient_follows": False}
    assert [decide(**stranger, unanswered=count) for count in range(5)] == ["", "", "", *["request_pending"] * 2]


def test_whom_the_recipient_follows_needs_no_request():
    assert decide(privacy=EVERYONE, recipient_follows=True, unanswered=50, kind="photo") == ""


@pytest.mark.parametrize(
    ("privacy", "words"), [(FOLLOWING, "only from people they follow."), (FRIENDS, "only from friends.")]
)
def test_not_accepted_says_from_whom(privacy, words):
    refusal = write_refusal(Standing("tom", privacy, sender_follows=True))
    assert refusal.detail == f"@tom accepts messages {words}"


@pytest.mark.parametrize(("facts", "action"), [({}, "follow"), ({"sender_blocked_recipient": True}, "unblock")])
def test_the_button_that_mends_it(facts, action):
    assert write_refusal(Standing("tom", EVERYONE, **facts)).action == action


def test_a_suspension_says_until_when_and_how_to_appeal():
    until = datetime.datetime(2031, 3, 4, 15, 30, tzinfo=datetime.UTC)
    refusal = write_refusal(Standing("tom", FRIENDS, suspended_until=until))
    assert "March 4, 2031" in refusal.detail
    assert "appeal" in refusal.detail
    assert refusal.action == "decisions"


def test_a_suspension_for_good_names_no_end():
    until = datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC)
    detail = write_refusal(Standing("tom", FRIENDS, suspended_until=until)).detail
    assert "9999" not in detail
    assert "appeal" in detail


facts = st.fixed_dictionaries(
    {
        "recipient_name": st.just("tom"),
        "privacy": st.sampled_from(MessagePrivacy),
        "suspended_until": st.sampled_from([None, LATER]),
        "unanswered": st.integers(0, 5),
        **{
            name: st.booleans()
            for name in (
                "sender_old_enough",
                "recipient_old_enough",
                "recipient_active",
                "sender_blocked_recipient",
                "recipient_blocked_sender",
                "dialogue",
                "sender_follows",
                "recipient_follows",
            )
        },
    }
)
kinds = st.sampled_from(["text", "photo"])


@given(facts, kinds)
def test_unavailable_always_has_the_same_words(facts, kind):
    for refusal in (write_refusal(Standing(**facts), kind), interaction_refusal(Standing(**facts))):
        if refusal is not None and refusal.code == "unavailable":
            assert (refusal.detail, refusal.action, refusal.retry_after) == (UNAVAILABLE, "", None)


@given(facts, kinds)
def test_a_block_looks_like_accepting_nobody(facts, kind):
    blocked = Standing(**facts | {"recipient_blocked_sender": True, "dialogue": False})
    closed = Standing(**facts | {"recipient_blocked_sender": False, "dialogue": False, "privacy": NOBODY})
    assert write_refusal(blocked, kind) == write_refusal(closed, kind)
    assert interaction_refusal(blocked) == interaction_refusal(closed)
    assert may_exchange_signals(blocked) is may_exchange_signals(closed) is False


@given(facts, kinds, st.sampled_from(MessagePrivacy))
def test_a_dialogue_stays_open_whatever_the_setting_says(facts, kind, privacy):
    before = write_refusal(Standing(**facts | {"dialogue": True}), kind)
    assert write_refusal(Standing(**facts | {"dialogue": True, "privacy": privacy}), kind) == before
    assert before is None or before.code in {"suspended", "underage", "you_blocked", "unavailable"}


@given(facts)
def test_signals_pass_only_where_the_other_let_the_reader_in(facts):
    standing = Standing(**facts)
    if may_exchange_signals(standing):
        assert standing.dialogue or (standing.recipient_follows and standing.privacy != NOBODY)
        assert not standing.blocked
        assert standing.recipient_active
