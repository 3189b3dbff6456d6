"""What goes with the demo accounts, on a developer's site alone."""

from django.db.models import Q

from accounts.models import User
from moderation.models import Appeal, Case, ChainHead, Decision, Evidence, EvidenceFile, LogEntry, Report

# In an order in which nothing stands on what goes.
_TABLES = (LogEntry, Appeal, Decision, EvidenceFile, Evidence, Report, Case, ChainHead)


def remove(accounts: list[User]) -> None:
    """Remove everything of moderation if any of ``accounts`` is part of it: out of a chain nothing goes by itself."""
    part_of = (
        Case.objects.filter(Q(subject__in=accounts) | Q(reports__reporter__in=accounts)).exists()
        or Decision.objects.filter(Q(subject__in=accounts) | Q(moderator__in=accounts)).exists()
        or LogEntry.objects.filter(actor__in=accounts).exists()
    )
    if part_of:
        for table in _TABLES:
            table.objects.all().delete()
