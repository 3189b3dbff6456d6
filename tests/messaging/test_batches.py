"""What is sent together comes out as if each had been sent alone, one after the other."""

import random
import uuid
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts import sessions
from accounts.models import MessagePrivacy, User
from accounts.turns import Bill
from messaging import actions, broadcast, limits, sends, tabs
from messaging.actions.locking import locked_of
from messaging.models import Conversation, Message, Participant
from messaging.rendering import Place
from tests import cache
from tests.messaging.people import befriend, block, change, follow, make_person
from tests.messaging.talk import NOWHERE, converse, dialogue, say, signed_in

MINUTE_S = 60


@pytest.fixture
def town(mira, tom, otto) -> list[tuple[User, Conversation]]:
    """Return sides that may write or not, first those of a talk between friends.

    Then a stranger who accepts requests and one who was sent one, one who is blocked, one who accepts nobody; friends
    who said nothing yet and such of whom one did.
    """
    ada = make_person("ada", message_privacy=MessagePrivacy.EVERYONE)
    ben = make_person("ben", message_privacy=MessagePrivacy.NOBODY)
    befriend(otto, ben)
    befriend(tom, ben)
    talked = dialogue(tom, mira)
    request, refused, blocked = converse(mira, ada), converse(tom, ben), converse(otto, ada)
    block(ada, otto)
    sides = [(tom, talked), (mira, talked), (mira, request), (ada, request), (tom, refused), (otto, blocked)]
    sides.append((ben, refused))
    zoe, vic, kim = (make_person(name, message_privacy=MessagePrivacy.EVERYONE) for name in ("zoe", "vic", "kim"))
    befriend(tom, zoe)
    befriend(mira, vic)
    follow(otto, kim)
    for sender, other in ((tom, zoe), (otto, kim)):
        say(sender, other, "the first")
    for one, other in ((tom, zoe), (mira, vic), (otto, kim)):
        sides += [(one, converse(one, other))] * 3 + [(other, converse(one, other))]
    return sides


def drafts_of(dice: random.Random, town: list[tuple[User, Conversation]], count: int) -> list[actions.Draft]:
    """Throw together drafts, good and bad: repeated, answering what is there and what isn't, at places not theirs."""
    drafts: list[actions.Draft] = []
    for _number in range(count):
        sender, conversation = dice.choice(town)
        chance = dice.random()
        if drafts and chance < 0.15:
            drafts.append(dice.choice(drafts))
            continue
        drafts.append(
            actions.Draft(
                sender=sender,
                conversation_id=NOWHERE if chance > 0.97 else conversation.pk,
                client_id=dice.choice(drafts).client_id
                if drafts and chance > 0.9
                else uuid.UUID(int=dice.getrandbits(128)),
                body=dice.choice(["hello", "hello again", "see https://example.org/ there", "buy this now " * 5]),
                reply_to=NOWHERE if 0.8 < chance < 0.85 else None,
            )
        )
    return drafts


def told(outcome: Any) -> Any:
    """Return what an outcome says that doesn't depend on when it was."""
    if isinstance(outcome, actions.Sent):
        message = outcome.message
        return message.conversation_id, message.seq, outcome.version, message.client_id, outcome.duplicate
    return outcome if isinstance(outcome, actions.Unsent) else outcome.code


def state() -> Any:
    """Return everything that sending writes, less ids and times."""
    rows = Message.objects.order_by("conversation", "seq")
    return (
        list(
            rows.values_list(
                "conversation", "seq", "version", "sent_version", "sender", "client_id", "body", "as_request"
            )
        ),
        sorted(Conversation.objects.values_list("pk", "last_seq", "version")),
        sorted(
            (*side, bool(accepted))
            for *side, accepted in Participant.objects.values_list(
                "conversation", "user", "folder", "held_for", "last_read_seq", "unread_count", "accepted_at"
            )
        ),
    )


def run(drafts: list[actions.Draft], *, together: bool) -> tuple[Any, Any]:
    """Send ``drafts``, note what came of it, and take it back."""
    cache.start_afresh()
    with transaction.atomic():
        groups = [drafts] if together else [[draft] for draft in drafts]
        outcomes = [told(outcome) for group in groups for outcome in actions.send_messages(group)]
        after = state()
        transaction.set_rollback(True)
    return outcomes, after


@pytest.mark.parametrize("seed", range(40))
def test_a_batch_is_what_its_drafts_are_one_by_one(seed, town, settings):
    settings.MESSAGE_LIMITS = [(4 + seed % 5, MINUTE_S)]
    settings.RECIPIENT_LIMITS = [(3 + seed % 4, MINUTE_S)]
    settings.NEW_PEOPLE_LIMITS = [(1 + seed % 2, MINUTE_S)]
    drafts = drafts_of(random.Random(seed), town, 32)
    singly, together = run(drafts, together=False), run(drafts, together=True)
    assert together == singly
    assert len({outcome if isinstance(outcome, str) else bool(outcome) for outcome in together[0]}) > 2


def test_what_is_refused_takes_nothing_from_its_neighbours(town, mira, tom):
    (_side, talked), (_same, refused) = town[0], town[4]
    good = [actions.Draft(tom, talked.pk, uuid.uuid4(), f"number {number}") for number in range(3)]
    bad = actions.Draft(tom, refused.pk, uuid.uuid4(), "may not")
    strange = actions.Draft(mira, refused.pk, uuid.uuid4(), "not hers")
    outcomes = actions.send_messages([good[0], bad, good[1], strange, good[2]])
    assert [isinstance(outcome, actions.Sent) for outcome in outcomes] == [True, False, True, False, True]
    assert outcomes[1].code == "unavailable"
    assert outcomes[3] is actions.Unsent.NOT_THEIRS
    assert [row.body for row in Message.objects.filter(conversation=talked).order_by("seq")][-3:] == [
        "number 0",
        "number 1",
        "number 2",
    ]


@pytest.mark.parametrize(("answered", "friends", "looks"), [(True, False, 1), (False, True, 1), (False, False, 2)])
def test_what_one_writes_at_once_takes_one_look_at_the_limits_unless_it_is_a_request(
    answered, friends, looks, mira, otto, monkeypatch
):
    mira = change(mira, message_privacy=MessagePrivacy.EVERYONE)
    follow(otto, mira)
    if friends:
        follow(mira, otto)
    talked = dialogue(otto, mira) if answered else converse(otto, mira)
    look, looked = limits.seconds_to_wait, []
    monkeypatch.setattr(limits, "seconds_to_wait", lambda attempts: looked.append(len(attempts)) or look(attempts))
    drafts = [actions.Draft(otto, talked.pk, uuid.uuid4(), f"number {number}") for number in range(2)]
    assert all(isinstance(outcome, actions.Sent) for outcome in actions.send_messages(drafts))
    assert len(looked) == looks


def test_how_many_there_are_changes_no_number_of_queries(mira):
    """Of reads; writing counters runs one prepared statement a row."""

    def cost(count: int) -> int:
        drafts = []
        for number in range(count):
            friend = make_person(f"friend{count}-{number}")
            befriend(mira, friend)
            drafts.append(actions.Draft(friend, dialogue(mira, friend).pk, uuid.uuid4(), f"hello {number}"))
        with CaptureQueriesContext(connection) as captured:
            assert all(isinstance(outcome, actions.Sent) for outcome in actions.send_messages(drafts))
        return len(
            [query for query in captured.captured_queries if not query["sql"].startswith(("UPDATE", "SAVEPOINT"))]
        )

    assert cost(2) == cost(20)


@pytest.mark.django_db(transaction=True)
def test_what_cannot_be_drawn_is_still_sent_and_its_neighbours_are_told(town, tom, monkeypatch, caplog):
    talked = town[0][1]
    heard: list[dict[str, Any]] = []
    render = broadcast.render_message

    def fail(message: Message, place: Place) -> str:
        if message.body == "breaks":
            raise RuntimeError("no template for this")
        return render(message, place)

    monkeypatch.setattr(broadcast, "render_message", fail)
    monkeypatch.setattr(tabs, "tell", lambda events: heard.extend(events.get(tom.pk, {}).get("frames", ())))
    drafts = [actions.Draft(tom, talked.pk, uuid.uuid4(), body) for body in ("before", "breaks", "after")]
    assert all(isinstance(outcome, actions.Sent) for outcome in actions.send_messages(drafts))
    last = Conversation.objects.get(pk=talked.pk).last_seq
    assert [frame["seq"] for frame in heard if frame["type"] == "message.created"] == [last - 2, last]
    assert "can't be shown" in caplog.text
    assert len([frame for frame in heard if frame["type"] == "inbox.row"]) == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("broken", [False, True])
def test_a_message_and_its_row_are_told_at_once_and_without_the_row_where_it_fails(town, tom, monkeypatch, broken):
    told: list[dict[int, Any]] = []
    monkeypatch.setattr(tabs, "tell", told.append)
    if broken:
        monkeypatch.setattr(broadcast, "render_row", lambda *_row, **_more: 1 / 0)
    assert isinstance(*actions.send_messages([actions.Draft(tom, town[0][1].pk, uuid.uuid4(), "hello")]), actions.Sent)
    created = [[frame["type"] for frame in events[tom.pk]["frames"]] for events in told if len(events) == 2]
    assert created == [["message.created"] if broken else ["message.created", "inbox.row"]]


@pytest.mark.django_db(transaction=True)
def test_a_message_is_told_before_rows_where_their_counts_have_to_be_asked_for(town, tom, monkeypatch):
    told: list[dict[int, Any]] = []
    monkeypatch.setattr(tabs, "tell", told.append)
    with transaction.atomic():
        actions.send_messages([actions.Draft(tom, town[0][1].pk, uuid.uuid4(), "hello")])
        assert told == []
    created = [[frame["type"] for frame in events[tom.pk]["frames"]] for events in told if len(events) == 2]
    assert created == [["message.created"], ["inbox.row"]]


def test_a_conversation_that_begins_while_others_are_locked_is_left_out(town):
    one, other = Conversation.objects.order_by("pk")[:2]
    sides = list(Participant.objects.filter(conversation__in=(one, other)))
    assert {pk: len(locked.sides) for pk, locked in locked_of([one], sides).items()} == {one.pk: 2}


def letter_of(key: str, talked: Conversation, client_id: uuid.UUID, body: str = "once") -> sends.Letter:
    frame = {"type": "message.send", "conversation": str(talked.pk), "client_id": str(client_id), "body": body}
    return sends.Letter(key, frame | {"kind": "text"}, "", Bill())


@pytest.mark.parametrize("guess", [None, "another"])
def test_whose_a_session_is_was_guessed_wrong_and_a_repeat_is_still_one(town, mira, tom, monkeypatch, guess):
    talked = town[0][1]
    key, client_id = signed_in(tom).session.session_key, uuid.uuid4()
    for duplicate in (False, True):
        monkeypatch.setattr(sessions, "_last_said", {key: mira.pk} if guess else {})
        ((ack,),) = sends.carry_out([letter_of(key, talked, client_id)])
        assert (ack["type"], ack["duplicate"]) == ("ack", duplicate)
    assert Message.objects.get(client_id=client_id).sender == tom


def test_of_a_session_that_has_ended_nothing_is_sent_and_its_neighbours_are(town, tom):
    talked = town[0][1]
    client = signed_in(tom)
    ended, going = client.session.session_key, signed_in(tom).session.session_key
    assert ended != going
    client.logout()
    ids = [uuid.uuid4() for _number in range(3)]
    unread = letter_of(ended, talked, ids[2])
    unread.frame["conversation"] = "nowhere"
    answers = sends.carry_out([letter_of(ended, talked, ids[0]), letter_of(going, talked, ids[1]), unread])
    assert [answer and answer[0]["type"] for answer in answers] == [None, "ack", None]
    assert set(Message.objects.filter(client_id__in=ids).values_list("client_id", flat=True)) == {ids[1]}
