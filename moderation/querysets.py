"""What the desk works through, and what an account can see of moderation: one rule, one method."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Q
from django.utils import timezone

if TYPE_CHECKING:
    from accounts.models import User
    from moderation.models import Appeal, Case, Decision, Report  # noqa: F401  (named in strings)


class CaseQuerySet(models.QuerySet["Case"]):
    """Cases."""

    def queue(self) -> Self:
        """Those that wait, in the order of the index: people in danger first, then by weight, then by age."""
        return self.filter(closed_at=None).order_by("-urgent", "-weight", "opened_at", "id")

    def behind(self, case: "Case") -> Self:
        """Those of the queue that come after ``case``, which may be decided by now."""
        same = Q(urgent=case.urgent)
        later = same & Q(weight__lt=case.weight)
        same &= Q(weight=case.weight)
        later |= same & (Q(opened_at__gt=case.opened_at) | Q(opened_at=case.opened_at, id__gt=case.pk))
        return self.queue().filter(later | Q(urgent=False) if case.urgent else later)

    def free_for(self, moderator: "User") -> Self:
        """Those that nobody else works on."""
        return self.filter(Q(claimed_by=None) | Q(claimed_by=moderator))

    def overdue(self) -> Self:
        """Those that have waited for too long."""
        from moderation.models.cases import OVERDUE_AFTER

        return self.filter(closed_at=None, opened_at__lt=timezone.now() - OVERDUE_AFTER)

    def with_people(self) -> Self:
        """Load whom it is about, and who works on it."""
        return self.select_related("subject", "claimed_by")


class ReportQuerySet(models.QuerySet["Report"]):
    """Reports."""

    def of(self, reporter: "User") -> Self:
        """Those ``reporter`` made, the newest first."""
        return self.filter(reporter=reporter).select_related("case__subject").order_by("-id")

    def accuracy(self, reporters: list[int]) -> dict[int, tuple[int, int]]:
        """Return, for each of ``reporters``, how many reports were upheld and how many decided, in one query."""
        counts = (
            self.filter(reporter__in=reporters)
            .exclude(outcome="")
            .order_by()
            .values("reporter")
            .annotate(decided=Count("pk"), upheld=Count("pk", filter=Q(outcome="upheld")))
        )
        found = {row["reporter"]: (row["upheld"], row["decided"]) for row in counts}
        return {reporter: found.get(reporter, (0, 0)) for reporter in reporters}


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Decisions."""

    def told_to(self, user: "User") -> Self:
        """Those ``user`` can read: about their own account, and not in their favour from the start."""
        return self.filter(subject=user).exclude(measure="dismiss").select_related("appeal").order_by("-id")

    def in_force(self, user: "User") -> Self:
        """Those that hold for ``user``: neither undone nor dismissed."""
        return self.filter(subject=user, undone_at=None).exclude(measure="dismiss")


class AppealQuerySet(models.QuerySet["Appeal"]):
    """Appeals."""

    def queue(self) -> Self:
        """Those that wait, the oldest first."""
        return self.filter(decided_at=None).order_by("created_at")
