"""A case as the desk shows it: everything a moderator needs for a decision, by a fixed number of queries."""

import io
import json
from dataclasses import dataclass
from typing import Any

from django.core.files.storage import default_storage
from PIL import Image, ImageFilter

from moderation.models import Case, Decision, EvidenceFile, Report

AT_MOST_REPORTS = 100  # of a case, the newest; a wave of spam brings more and says the same
AT_MOST_STRIKES = 20
BLURRED_PIXELS = 24  # on the longer side: enough to tell a landscape from skin, too little to see what is shown


@dataclass(frozen=True)
class ReportFile:
    """A report with its snapshot, and how often its reporter was right: ``upheld`` of ``decided``."""

    report: Report
    content: dict[str, Any]
    upheld: int
    decided: int

    @property
    def purged(self) -> bool:
        """Whether the evidence's time is over."""
        return not self.content


@dataclass(frozen=True)
class CaseFile:
    """A case, its reports, and what happened to the account before."""

    case: Case
    reports: list[ReportFile]
    decisions: list[Decision]
    earlier_cases: int

    @property
    def strikes(self) -> int:
        """How many decisions count against the account."""
        return sum(decision.is_strike for decision in self.decisions)

    @property
    def removable(self) -> list[dict[str, Any]]:
        """The subject's messages in the evidence, each once, those reported first."""
        found: dict[str, dict[str, Any]] = {}
        for one in self.reports:
            for message in one.content.get("messages", []):
                if message["sender_id"] == self.case.subject_id:
                    known = found.setdefault(message["id"], dict(message))
                    known["reported"] = known["reported"] or message["reported"]
        return sorted(found.values(), key=lambda message: not message["reported"])


def open_case(case: Case) -> CaseFile:
    """Return what the page of ``case`` shows."""
    reports = list(case.reports.select_related("reporter", "evidence").order_by("-id")[:AT_MOST_REPORTS])
    accuracy = Report.objects.accuracy([report.reporter_id for report in reports])
    decisions = Decision.objects.filter(subject=case.subject).select_related("moderator").order_by("-id")
    return CaseFile(
        case=case,
        reports=[
            ReportFile(report, json.loads(report.evidence.content or "{}"), *accuracy[report.reporter_id])
            for report in reports
        ],
        decisions=list(decisions[:AT_MOST_STRIKES]),
        earlier_cases=Case.objects.filter(subject=case.subject).exclude(pk=case.pk).count(),
    )


def file_of(case: Case, sha256: str) -> EvidenceFile:
    """Return a file of the case's evidence. Raises ``EvidenceFile.DoesNotExist``."""
    found = EvidenceFile.objects.filter(evidence__report__case=case, sha256=sha256).first()
    if found is None:
        raise EvidenceFile.DoesNotExist
    return found


def blurred(file: EvidenceFile) -> bytes:
    """Return what is left of a picture when nobody can make out what it shows, as WebP.

    Raises ``EvidenceFile.DoesNotExist`` where there is none: another kind of file, or one that somebody damaged.
    """
    target = io.BytesIO()
    try:
        with default_storage.open(file.file_name) as content, Image.open(content) as picture:
            small = picture.convert("RGB")
    except OSError as error:
        raise EvidenceFile.DoesNotExist from error
    small.thumbnail((BLURRED_PIXELS, BLURRED_PIXELS))
    small.filter(ImageFilter.GaussianBlur(1)).save(target, "webp", quality=60)
    return target.getvalue()
