"""``manage.py moderation_queue``: lists the cases that wait."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from moderation.models import Case


class Command(BaseCommand):
    """The queue as the desk shows it, without what was said: looking at that is logged, and needs a person."""

    help = (
        "Lists the cases that wait, in the order the desk shows them: people in danger first, then by how many "
        "people reported and how often they were right, then by age. The exit status is 1 if any is overdue (48 h)."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--limit", type=int, default=50, metavar="N", help="at most so many (50)")
        parser.add_argument(
            "--json",
            action="store_true",
            help='print one JSON object: "open", "overdue" (how many) and "cases", each with id, subject, reasons, '
            "reports, weight, urgent, overdue, opened_at, claimed_by",
        )

    def handle(self, *args: Any, limit: int, **options: Any) -> None:
        waiting = Case.objects.queue()
        count, overdue = waiting.count(), waiting.overdue().count()
        cases = list(waiting.with_people()[: max(0, limit)])
        if options["json"]:
            listed = [self.described(case) for case in cases]
            self.stdout.write(json.dumps({"open": count, "overdue": overdue, "cases": listed}))
        else:
            for case in cases:
                self.stdout.write(self.line(case))
            self.stdout.write(f"{count} open, {overdue} overdue")
        if overdue:
            raise SystemExit(1)

    def described(self, case: Case) -> dict[str, Any]:
        """Return a case as the JSON has it."""
        return {
            "id": str(case.pk),
            "subject": case.subject.username,
            "reasons": case.reasons.split(","),
            "reports": case.report_count,
            "weight": case.weight,
            "urgent": case.urgent,
            "overdue": case.is_overdue,
            "opened_at": case.opened_at.isoformat(),
            "claimed_by": case.claimed_by.username if case.claimed_by else None,
        }

    def line(self, case: Case) -> str:
        """Return a case as one line."""
        hours = int((timezone.now() - case.opened_at).total_seconds() // 3600)
        marks = "!" * case.urgent + "*" * case.is_overdue
        who = f"@{case.claimed_by.username}" if case.claimed_by else "-"
        return (
            f"{marks:2} {case.pk}  @{case.subject.username:24} {case.report_count:4} × {case.reasons:30} "
            f"{hours:5} h  {who}"
        )
