"""The end of evidence: 180 days after its case was closed nothing of it is kept but its hashes."""

import datetime
import uuid
from dataclasses import dataclass

from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils import timezone

from messaging import actions as messaging_actions
from moderation import chain
from moderation.models import Appeal, Decision, Evidence, EvidenceFile

KEPT = datetime.timedelta(days=180)
BATCH = 200


@dataclass
class Purged:
    """How much went."""

    evidence: int = 0
    files: int = 0
    messages: int = 0


def purge(*, dry_run: bool = False) -> Purged:
    """Erase the evidence of cases closed ``KEPT`` ago without an appeal that waits, and what their decisions removed.

    Interrupted, it goes on where it stopped the next time.
    """
    purged = Purged()
    after = 0
    while batch := list(_due().filter(number__gt=after).order_by("number")[:BATCH]):
        for link in batch:
            after = link.number
            _purge_one(link, purged, dry_run=dry_run)
    if not dry_run and purged.evidence:
        chain.log("purge", actor=None, evidence_count=purged.evidence, file_count=purged.files)
    return purged


def _due() -> "models.QuerySet[Evidence]":
    waiting = Appeal.objects.filter(decided_at=None, decision__case=models.OuterRef("report__case"))
    return Evidence.objects.filter(
        ~models.Exists(waiting), purged_at=None, report__case__closed_at__lt=timezone.now() - KEPT
    ).select_related("report")


def _purge_one(link: Evidence, purged: Purged, *, dry_run: bool) -> None:
    hashes = list(link.files.values_list("sha256", flat=True))
    still_used = set(
        EvidenceFile.objects.filter(sha256__in=hashes).exclude(evidence=link).values_list("sha256", flat=True)
    )
    gone = [file for file in hashes if file not in still_used]
    removed: set[str] = set()
    for decision in Decision.objects.filter(case=link.report.case_id, undone_at=None):
        removed |= set(decision.removed_messages)
    purged.evidence += 1
    purged.files += len(gone)
    if dry_run:
        return
    with transaction.atomic():
        purged.messages += messaging_actions.erase_removed(uuid.UUID(pk) for pk in removed)
        link.files.all().delete()
        Evidence.objects.filter(pk=link.pk).update(content="", purged_at=timezone.now())
    # Files after the commit: one that stays because of a fault is named by no row any more.
    for sha256 in gone:
        default_storage.delete(f"evidence/{sha256}")
