"""Messages kept in partitions by conversation: the same to the application, and no other partition is looked at."""

import os
import re
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from accounts.models import User
from messaging import actions
from messaging.models import Message
from tests import settings
from tests.messaging.people import befriend
from tests.messaging.talk import dialogue, say

ROOT = Path(__file__).resolve().parent.parent.parent
pytestmark = [
    pytest.mark.skipif(settings.ENGINE == "sqlite", reason="SQLite has no partitions"),
    pytest.mark.skipif("PAPERPLANE_TEST_PARTITIONED" in os.environ, reason="They are cut up already"),
    pytest.mark.may_skip(reason="SQLite has no partitions, and what is cut up is cut up"),
]
PARTS = 16
NAMES = """
    SELECT conname FROM pg_constraint WHERE conrelid = 'messaging_message'::regclass AND contype <> 'n'
    UNION SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'messaging_message'::regclass
"""


def rows(statement: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def partitioned(mira: User, tom: User) -> list[Message]:
    """Cut the table up, with some messages in it, for this test's transaction alone; return them."""
    before = [say(mira, tom, body) for body in ("one", "two", "three")]
    actions.like(tom, before[0].pk)
    names = set(rows(NAMES))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute((ROOT / "deploy" / "partition-messages.sql").read_text())
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    assert set(rows(NAMES)) == names | {"messaging_message_id"}
    return before


def test_what_was_written_is_still_there_and_what_comes_goes_to_its_partition(partitioned, mira, tom, otto):
    assert list(Message.objects.order_by("seq")) == partitioned
    befriend(mira, otto)
    more = [say(mira, otto if number % 2 else tom, str(number)) for number in range(6)]
    held = rows("SELECT DISTINCT tableoid::regclass::text FROM messaging_message")
    assert len(held) in (1, 2)
    assert len(rows("SELECT inhrelid FROM pg_inherits WHERE inhparent = 'messaging_message'::regclass")) == PARTS
    draft = actions.Draft(mira, more[0].conversation_id, uuid.uuid4(), "once")
    first = actions.send_message(draft)
    assert actions.send_message(draft).message == first.message
    actions.like(tom, first.message.pk)
    actions.delete_for_me(tom, partitioned[1].pk)
    actions.unsend(mira, first.message.pk)
    assert Message.objects.get(pk=first.message.pk).unsent_at
    assert partitioned[1] not in Message.objects.visible_to(tom)


def test_a_page_of_a_conversation_looks_at_its_own_partition_alone(partitioned, mira, tom):
    page = Message.objects.filter(conversation=dialogue(mira, tom), seq__lt=100).order_by("-seq")[:40]
    assert len(looked_at(page)) == 1
    # The guard: without the conversation all are looked at.
    assert len(looked_at(Message.objects.filter(seq__lt=100))) == PARTS


def looked_at(queryset: QuerySet[Message]) -> set[str]:
    """Return the partitions that the plan of a queryset names."""
    return set(re.findall(r"on (messaging_message_\d+)\b", queryset.explain()))
