"""The demo's part of moderation: two who moderate, cases that wait, and what was decided."""

import datetime

from django.contrib.auth.models import Group
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from messaging.demo.others import Addition
from messaging.models import Message
from moderation import actions
from moderation.models import (
    Appeal,
    Case,
    ChainHead,
    Decision,
    Evidence,
    EvidenceFile,
    LogEntry,
    Measure,
    Reason,
    Report,
)

MODERATORS = {"noor.b": "Moderators", "joost": "Lead moderators"}
# In an order in which nothing stands on what goes.
_TABLES = (LogEntry, Appeal, Decision, EvidenceFile, Evidence, Report, Case, ChainHead)


def add(users: dict[str, User]) -> None:
    """Make moderators of two of ``users``, and cases about others: waiting, urgent, overdue, decided, appealed."""
    for username, group in MODERATORS.items():
        moderator = users[username]
        moderator.is_staff = True
        moderator.save(update_fields=["is_staff"])
        moderator.groups.add(Group.objects.get(name=group))
    _decided(users)
    _waiting(users)


def _decided(users: dict[str, User]) -> None:
    """Make what is over: a report without ground, a warning that was taken back, one that waits for another look."""
    noor, joost = users["noor.b"], users["joost"]
    swapped = actions.report_account(users["aoi_k"], users["chloe.m"], reason=Reason.IMPERSONATION)
    actions.decide(noor, _ago(swapped, days=40).case, Measure.DISMISS, note="Two potters with the same first name.")

    advert = actions.report_account(users["viktor"], users["mira"], reason=Reason.SPAM, details="Sells cameras!")
    warning = actions.decide(
        noor, _ago(advert, days=21).case, Measure.WARN, ground="spam", words="Please don't advertise in messages."
    )
    actions.mark_read(users["mira"], warning)
    appeal = actions.appeal(users["mira"], warning, "I sell nothing. He asked for my camera, and I said no.")
    actions.decide_appeal(joost, appeal, granted=True, answer="You are right, and we are sorry.")

    pushing = actions.report_account(
        users["kofi"], users["mateus"], reason=Reason.OTHER, details="Posts my records as his own."
    )
    warning = actions.decide(noor, _ago(pushing, days=6).case, Measure.RESTRICT_7, ground="rules")
    actions.mark_read(users["mateus"], warning)
    actions.appeal(users["mateus"], warning, "Kofi lent me that record himself, ask him.")


def _waiting(users: dict[str, User]) -> None:
    """Make what waits: an urgent case, and one of several reports that is overdue."""
    viktor, mira = users["viktor"], users["mira"]
    threat = Message.objects.filter(sender=viktor, conversation__participants__user=mira).latest("seq")
    report = actions.report_message(mira, threat.pk, reason=Reason.HARASSMENT, details="He says he comes to my place.")
    for reporter, reason in (("priya.r", Reason.SPAM), ("kofi", Reason.SPAM)):
        actions.report_account(users[reporter], viktor, reason=reason)
    _ago(report, days=3)
    actions.report_account(
        users["sanne"],
        users["ines.q"],
        reason=Reason.SELF_HARM,
        details="She said goodbye to everyone on the air, and sounded as if she meant it.",
    )


def _ago(report: Report, days: int) -> Report:
    """Let ``report``, and its case, be of some days ago. Their evidence keeps its time: it can't be changed."""
    then = timezone.now() - datetime.timedelta(days=days)
    Report.objects.filter(pk=report.pk).update(created_at=then)
    Case.objects.filter(pk=report.case_id).update(opened_at=then)
    report.refresh_from_db()
    return report


def remove(accounts: list[User]) -> None:
    """Remove everything of moderation if any of ``accounts`` is part of it: out of a chain nothing goes by itself."""
    part_of = (
        Case.objects.filter(Q(subject__in=accounts) | Q(reports__reporter__in=accounts)).exists()
        or Decision.objects.filter(Q(subject__in=accounts) | Q(moderator__in=accounts)).exists()
        or LogEntry.objects.filter(actor__in=accounts).exists()
    )
    if part_of:
        files = set(EvidenceFile.objects.values_list("sha256", flat=True))
        for table in _TABLES:
            table.objects.all().delete()
        transaction.on_commit(lambda: _delete_files(files))


def _delete_files(files: set[str]) -> None:
    """Delete ``files`` (SHA-256), but for those that a new demo has again."""
    kept = EvidenceFile.objects.filter(sha256__in=files).values_list("sha256", flat=True)
    for sha256 in files.difference(kept):
        default_storage.delete(EvidenceFile(sha256=sha256).file_name)


ADDITION = Addition(
    add, remove, "noor.b and joost moderate, he leads: sign in as one of them and go to /admin/moderation/case/."
)
