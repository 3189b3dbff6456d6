"""What is written in bulk is what Django would have written, one by one."""

import datetime
import uuid
from contextlib import nullcontext

import pytest
from django.db import DataError, IntegrityError, connection, transaction
from django.utils import timezone

from accounts.ids import new_id
from accounts.statements import run, statement
from messaging.actions import writing
from messaging.actions.writing import insertion, update, write
from messaging.models import Message, Participant
from messaging.querysets import unread_of, unread_wanted
from tests import settings
from tests.messaging.talk import dialogue, say

pytestmark = pytest.mark.django_db
NASTY = 'it\'s "100 %s" \\ \u2028 👍 %(name)s'


@pytest.fixture(autouse=True, params=[1, 1000], ids=["as many", "one by one"])
def _way(request, monkeypatch):
    """Have PostgreSQL get rows as JSON, and one by one."""
    monkeypatch.setattr(writing, "MANY", request.param)


def everything(one: object) -> dict[str, object]:
    return {name: value for name, value in vars(one).items() if not name.startswith("_")}


def make(mira, tom, seq: int, **more: object) -> Message:
    conversation = dialogue(mira, tom)
    fields = {"seq": seq, "version": seq, "sent_version": seq, "client_id": uuid.uuid4(), "body": NASTY} | more
    return Message(conversation=conversation, sender=mira, **fields)


def test_new_rows_are_those_that_django_reads(mira, tom):
    first = say(mira, tom)
    zone = datetime.timezone(datetime.timedelta(hours=5))
    rows = [
        make(mira, tom, 100),
        make(mira, tom, 101, reply_to=first, as_request=True, created_at=timezone.now().astimezone(zone)),
        make(mira, tom, 102, id=new_id(), unsent_at=timezone.now(), body="", sticker_key="pack/name"),
    ]
    write(insertion(rows))
    assert not any(row._state.adding for row in rows)
    read = Message.objects.in_bulk([row.pk for row in rows])
    assert [everything(read[row.pk]) for row in rows] == [everything(row) for row in rows]
    write(insertion([]))


def test_a_row_that_is_there_already_is_an_error_and_no_other_is_written(mira, tom, transactional_db):
    one = make(mira, tom, 100)
    write(insertion([one]))
    with pytest.raises(IntegrityError), transaction.atomic():
        write(insertion([make(mira, tom, 101), make(mira, tom, 100)]))
    assert list(Message.objects.filter(seq__gte=100)) == [one]


def test_fields_of_many_rows_are_saved(mira, tom):
    say(mira, tom)
    sides = list(Participant.objects.order_by("pk"))
    for number, side in enumerate(sides):
        side.unread_count, side.draft, side.accepted_at, side.held_for = number + 7, "not saved", None, NASTY[:8]
    write(update(sides, ["unread_count", "accepted_at", "held_for"]))
    write(update([], ["unread_count"]))
    read = list(Participant.objects.order_by("pk"))
    assert [(side.unread_count, side.draft, side.accepted_at, side.held_for) for side in read] == [
        (number + 7, "", None, NASTY[:8]) for number in range(len(sides))
    ]


@pytest.mark.skipif(settings.ENGINE == "sqlite", reason="SQLite keeps texts of any length")
@pytest.mark.may_skip(reason="SQLite keeps texts of any length")
def test_a_text_that_is_too_long_is_an_error_and_not_cut(mira, tom, transactional_db):
    with pytest.raises(DataError), transaction.atomic():
        write(insertion([make(mira, tom, 100, sticker_key="x" * 1000)]))
    assert not Message.objects.filter(seq=100).exists()


@pytest.mark.parametrize("wrong", ["twice", "nowhere", ""])
def test_the_last_of_a_transaction_is_committed_whole_or_not_at_all(mira, tom, transactional_db, wrong):
    say(mira, tom)
    side = Participant.objects.get(user=mira)
    rows = [make(mira, tom, 100), make(mira, tom, 100 if wrong == "twice" else 101)]
    if wrong == "nowhere":
        rows[1].conversation_id = uuid.uuid4()  # which the database finds only when it commits
    done: list[str] = []
    side.unread_count = 77
    with pytest.raises(IntegrityError) if wrong else nullcontext(), transaction.atomic():
        transaction.on_commit(lambda: done.append("committed"))
        write(insertion(rows), update([side], ["unread_count"]), last=True)
    assert done == ([] if wrong else ["committed"])
    assert Message.objects.filter(seq__gte=100).count() == (0 if wrong else 2)
    side.refresh_from_db()
    assert (side.unread_count == 77) != bool(wrong)


def test_what_is_asked_with_the_commit_counts_what_was_written(mira, tom, transactional_db):
    say(mira, tom)
    side = Participant.objects.get(user=mira)
    side.unread_count = 77
    people = [mira.pk, tom.pk]
    with transaction.atomic():
        (found,) = write(update([side], ["unread_count"]), last=True, then=[unread_wanted(people)])
    assert unread_of(people, found) == Participant.objects.unread_by_user(people) == {mira.pk: 1, tom.pk: 1}


def test_what_is_asked_with_the_commit_is_left_out_where_something_may_still_follow(mira, tom, transactional_db):
    say(mira, tom)
    sides = update(list(Participant.objects.all()), ["unread_count"])
    with transaction.atomic():
        assert write(sides, then=[unread_wanted([mira.pk])]) == []
        with transaction.atomic():
            assert write(sides, last=True, then=[unread_wanted([mira.pk])]) == []


@pytest.mark.parametrize("wrong", ["SELECT no_such_column", "SELECT abs(-9223372036854775807 - 1)"])
def test_what_fails_with_the_commit_takes_nothing_from_it(mira, tom, transactional_db, wrong):
    say(mira, tom)
    sides = update(list(Participant.objects.all()), ["unread_count"])
    for side in sides.rows:
        side.unread_count = 77
    several = [(statement("SELECT 1"), []), (statement(wrong), []), (statement("SELECT 2"), [])]
    with transaction.atomic():
        assert run(connection, [writing._written(sides)], last=True, then=several) == []
    assert Participant.objects.filter(unread_count=77).count() == 2


def test_what_is_last_in_an_inner_block_is_not_committed_before_the_outer_one(mira, tom, transactional_db):
    say(mira, tom)

    def change_mind() -> None:
        with transaction.atomic():
            write(insertion([make(mira, tom, 100)]), last=True)
        raise LookupError

    with pytest.raises(LookupError), transaction.atomic():
        change_mind()
    assert not Message.objects.filter(seq=100).exists()
