"""The inbox page is read off an index in its own order: nothing is sorted, however many there are."""

from django.db import connection
from django.db.models import QuerySet

from accounts.models import User
from messaging.models import Folder, Participant
from tests.messaging.people import make_person
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
    with connection.cursor() as cursor:
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
    crowd(mira, 1500, Folder.INBOX)
    Participant.objects.update(unread_count=0)
    some(mira, 3).update(unread_count=1)
    analyze()
    plan = plan_of(Participant.objects.unread().filter(user=mira))
    # PostgreSQL counts only the unread ones; SQLite can't prove that the smaller index answers it.
    assert ("participant_unread" if connection.vendor == "postgresql" else "participant_inbox") in plan
