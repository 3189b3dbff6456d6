"""A prepared query finds what Django's own would have found, whatever is asked, and however often."""

import contextlib
import datetime
import itertools
import uuid

import pytest
from django.contrib.sessions.models import Session
from django.db import DatabaseError, connection, transaction
from django.db.models import Count
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from accounts import statements
from accounts.models import Follow, User
from accounts.prepared import Prepared, ask, new
from accounts.statements import fetch, statement
from messaging.models import Conversation, Message, Participant
from tests import settings
from tests.messaging.people import befriend, make_person
from tests.messaging.talk import dialogue, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[User]:
    people = [make_person(f"person{number}", display_name=f"Person {number}") for number in range(4)]
    for one, other in itertools.pairwise(people):
        befriend(one, other)
        dialogue(one, other)
    return people


def everything(one: object) -> dict[str, object]:
    return {name: value for name, value in vars(one).items() if not name.startswith("_")}


@pytest.mark.parametrize("count", [0, 1, 2, 4])
def test_objects_are_those_of_the_query(count, people):
    ids = [person.pk for person in people[:count]]
    prepared = Prepared(lambda ids: User.objects.filter(pk__among=ids).order_by("pk"))
    for _again in range(2):
        found = prepared.objects(ids)
        plain = list(User.objects.filter(pk__in=ids).order_by("pk"))
        assert [everything(one) for one in found] == [everything(one) for one in plain]
        assert [one._state.adding for one in found] == [False] * count


def test_related_objects_come_with_them(people):
    ids = list(Conversation.objects.values_list("pk", flat=True))
    prepared = Prepared(
        lambda ids: Participant.objects.filter(conversation__pk__among=ids).select_related("user").order_by("pk")
    )
    plain = list(Participant.objects.filter(conversation__in=ids).select_related("user").order_by("pk"))
    with CaptureQueriesContext(connection) as captured:
        found = prepared.objects(ids)
        assert [everything(one.user) for one in found] == [everything(one.user) for one in plain]
    assert len(captured) == 1
    assert [everything(one) for one in found] == [everything(one) for one in plain]


def test_several_slots_and_ids_of_every_kind(people):
    messages = list(Message.objects.order_by("pk"))
    prepared = Prepared(
        lambda ids, client_ids: Message.objects.filter(conversation__pk__among=ids, client_id__among=client_ids)
    )
    wanted = messages[2]
    assert prepared.objects([wanted.conversation_id], [wanted.client_id, uuid.uuid4()]) == [wanted]
    assert prepared.objects([], [wanted.client_id]) == []
    client = signed_in(people[0])
    key = client.session.session_key
    sessions = Prepared(lambda keys: Session.objects.filter(pk__among=keys))
    assert [one.pk for one in sessions.objects([key, 'it\'s not "one"', ""])] == [key]


def test_rows_of_a_slot_are_found_by_all_their_columns_together(people):
    messages = list(Message.objects.order_by("pk"))
    prepared = Prepared(lambda _rows: Message.objects.all(), by=("conversation", "sender", "client_id"))
    rows = [(one.conversation_id, one.sender_id, one.client_id) for one in messages]
    assert prepared.objects(rows) == messages
    assert prepared.objects(rows[1:2]) == messages[1:2]
    assert prepared.objects([]) == []
    conversations, senders, client_ids = zip(*rows, strict=True)
    mixed = list(zip(conversations, senders, client_ids[1:] + client_ids[:1], strict=True))
    assert prepared.objects(mixed) == []  # each column of them is somewhere
    assert prepared.objects([*mixed, rows[0]]) == messages[:1]
    with pytest.raises(TypeError, match="one table"):
        Prepared(lambda _rows: Message.objects.order_by("pk"), by=("conversation",)).objects(rows)


def test_rows_and_counts(people):
    ids = [person.pk for person in people]
    pairs = Prepared(
        lambda ones, others: Follow.objects.filter(follower__pk__among=ones, followed__pk__among=others).values_list(
            "follower_id", "followed_id"
        )
    )
    assert sorted(pairs.rows(ids[:2], ids)) == sorted(
        Follow.objects.filter(follower__in=ids[:2]).values_list("follower_id", "followed_id")
    )
    counts = Prepared(
        lambda ids: (
            Participant.objects.filter(user__pk__among=ids)
            .order_by()
            .values("user")
            .annotate(count=Count("pk"))
            .values_list("user", "count")
        )
    )
    assert dict(counts.rows(ids)) == {ids[0]: 1, ids[1]: 2, ids[2]: 2, ids[3]: 1}


def test_several_are_asked_at_once_and_each_has_its_own_answer(people):
    ids = [person.pk for person in people]
    users = Prepared(lambda ids: User.objects.filter(pk__among=ids).order_by("pk"))
    follows = Prepared(lambda ids: Follow.objects.filter(follower__pk__among=ids).order_by("pk").values_list("pk"))
    plain = [list(User.objects.order_by("pk")), list(Follow.objects.order_by("pk").values_list("pk")), []]
    wanted = users.wanted(ids), follows.wanted(ids), users.wanted([0])
    assert ask(*wanted) == plain
    with CaptureQueriesContext(connection) as captured:  # by Django's cursors
        assert ask(*wanted) == plain
    assert len(captured) == len(wanted)
    assert ask() == []


def test_what_the_database_refuses_is_djangos_error_and_the_next_is_answered(people):
    broken = statement("SELECT 1 / %s FROM no_such_table")
    with pytest.raises(DatabaseError), transaction.atomic():
        fetch(connection, [(statement("SELECT 1 WHERE 1 = %s"), [1]), (broken, [0]), (broken, [0])])
    assert fetch(connection, [(statement("SELECT 'a%%' WHERE 1 = %s"), [1])]) == [[("a%",)]]


def test_moments_are_those_that_django_reads(people):
    users = Prepared(lambda ids: User.objects.filter(pk__among=ids).values_list("pk", "date_joined"))
    plain = list(User.objects.values_list("pk", "date_joined"))
    found = users.rows([person.pk for person in people])
    assert sorted(found) == sorted(plain)
    assert {moment.utcoffset() for _pk, moment in found} == {datetime.timedelta(0)}
    assert {moment.isoformat() for _pk, moment in found} == {moment.isoformat() for _pk, moment in plain}


@pytest.mark.skipif(settings.ENGINE == "sqlite", reason="SQLite looks at its plan by itself")
@pytest.mark.may_skip(reason="SQLite looks at its plan by itself")
def test_plans_are_made_anew_as_tables_grow(people, monkeypatch):
    users = Prepared(lambda ids: User.objects.filter(pk__among=ids).order_by("pk"))
    done: list[str] = []
    execute = connection.connection.execute
    monkeypatch.setattr(connection.connection, "execute", lambda sql, *more: done.append(sql) or execute(sql, *more))
    monkeypatch.setattr(connection.connection, statements._KEPT_AS, None, raising=False)
    for _time in range(40):
        users.objects([people[0].pk])
    assert done == ["SET plan_cache_mode = force_generic_plan", *["DISCARD PLANS"] * 3]  # after 8, 16 and 32
    assert fetch(connection, [(statement("SHOW plan_cache_mode"), [])]) == [[("force_generic_plan",)]]
    monkeypatch.setattr(connection.connection, "prepare_threshold", None)  # nothing is kept
    done.clear()
    for _time in range(40):
        users.objects([people[0].pk])
    assert done == []


@pytest.mark.parametrize("ways", ["prepared", "each anew"])
def test_what_fails_leaves_the_connection_as_it_was(people, transactional_db, monkeypatch, ways):
    if ways == "each anew" and settings.ENGINE != "sqlite":
        monkeypatch.setattr(connection.connection, "prepare_threshold", None)
    good, bad = statement("SELECT 1 + %s"), statement("SELECT nothing FROM nowhere")
    connected = connection.connection
    for wrong, values in ((bad, []), (good, ["1\0"]), (good, ["one", "too many"])):
        with contextlib.suppress(DatabaseError, ValueError), transaction.atomic():
            fetch(connection, [(good, [1]), (wrong, values), (good, [2])])
        assert fetch(connection, [(good, [3]), (good, [4])]) == [[(4,)], [(5,)]]
    assert connection.connection is connected


def test_a_transaction_that_failed_takes_no_more_statements(people):
    with transaction.atomic():
        transaction.set_rollback(True)
        with pytest.raises(TransactionManagementError):
            fetch(connection, [(statement("SELECT 1"), [])])


def test_a_new_object_has_the_defaults_of_its_model(people):
    values = {"body": "hello", "seq": 3, "id": uuid.uuid4()}
    made, plain = new(Message, values, {}), Message(**values)
    made.created_at = plain.created_at  # each its own moment
    assert everything(made) == everything(plain)
    assert made._state.adding
    assert new(Message, {}, {}).pk != new(Message, {}, {}).pk
