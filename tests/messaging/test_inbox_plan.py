"""The inbox page is read off an index in its own order: nothing is sorted, however many there are."""

import itertools
import re
import uuid
from collections.abc import Collection
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from accounts.models import User
from accounts.prepared import Prepared, _filled
from messaging import querysets
from messaging.actions import batches
from messaging.models import Folder, Message, Participant
from tests.messaging.people import make_person
from tests.messaging.talk import say
from tests.messaging.test_query_counts import crowd

OTHERS = 12


def plan_of(queryset: QuerySet[Participant]) -> str:
    """Return how the database goes about a queryset."""
    return queryset.explain()


def some(user: User, count: int) -> QuerySet[Participant]:
    """Return ``count`` of the sides of ``user``."""
    mine = Participant.objects.of(user)
    return mine.filter(pk__in=list(mine.values_list("pk", flat=True)[:count]))


def analyze() -> None:
    """Let the database look at its tables. PostgreSQL's indexes still hold what tests before this one rolled back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("REINDEX TABLE messaging_participant")
        cursor.execute("ANALYZE")


def sorts(plan: str) -> bool:
    return "Sort" in plan or "TEMP B-TREE" in plan


def test_a_page_of_the_inbox_is_read_off_the_index(mira, db):
    for number in range(OTHERS):
        crowd(make_person(f"other{number}"), 100, Folder.INBOX)
    crowd(mira, 600, Folder.INBOX)
    Participant.objects.of(mira).filter(
        pk__in=list(Participant.objects.of(mira).values_list("pk", flat=True)[:5])
    ).update(pinned=True)
    analyze()
    plan = plan_of(Participant.objects.in_folder(mira, Folder.INBOX)[:40])
    assert "participant_inbox" in plan
    assert not sorts(plan)
    # The guard: an order the index doesn't have is sorted, and the plan says so.
    unsorted = Participant.objects.filter(user=mira, folder=Folder.INBOX)
    assert sorts(plan_of(unsorted.order_by("unread_count", "draft")[:40]))


def test_the_badge_is_counted_off_an_index(mira, db):
    crowd(mira, 1500, Folder.INBOX, unread=0)
    some(mira, 3).update(unread_count=1)
    analyze()
    assert Participant.objects.unread_by_user([mira.pk]) == {mira.pk: 3}
    assert "participant_unread" in prepared_plan(querysets._UNREAD, [mira.pk])


def prepared_plan(prepared: Prepared[Any], *values: Collection[Any]) -> str:
    """Return how the database goes about a prepared query, which has run already."""
    compiled = prepared._compiled
    assert compiled
    params = [_filled(one, values, connection) for one in compiled.params]
    sql, how = compiled.statement.sql, "EXPLAIN QUERY PLAN"
    if connection.vendor == "postgresql":  # as it is planned once for all values
        numbers = itertools.count(1)
        sql, how, params = re.sub("%s", lambda _hole: f"${next(numbers)}", sql), "EXPLAIN (GENERIC_PLAN)", []
    with connection.cursor() as cursor:
        cursor.execute(f"{how} {sql}", params or None)
        return "\n".join(str(row) for row in cursor.fetchall())


def test_an_earlier_attempt_is_found_without_reading_a_conversation(mira, tom):
    message = say(mira, tom)
    Message.objects.bulk_create(
        Message(
            conversation=message.conversation, sender=mira, seq=seq, version=seq, client_id=uuid.uuid4(), body="again"
        )
        for seq in range(10, 3000)
    )
    if connection.vendor == "postgresql":  # SQLite, not told how few there are, takes a table for a large one
        analyze()
    say(mira, tom)
    plan = prepared_plan(batches._EARLIER, [(message.conversation_id, mira.pk, message.client_id)])
    # SQLite gives the indexes of constraints names of its own, and PostgreSQL those of partitions.
    names = r"message_sent_once|messaging_message_\d+_conversation_id_sender_id_client_id_key"
    assert re.search(names if connection.vendor == "postgresql" else r"client_id=\?", plan), plan
