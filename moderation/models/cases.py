"""Reports, and the cases they are gathered in: all that is open about one account is one case."""

import datetime
import json
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import new_id
from moderation.querysets import CaseQuerySet, ReportQuerySet

MAX_DETAILS_CHARACTERS = 1000
OVERDUE_AFTER = datetime.timedelta(hours=48)


class Target(models.TextChoices):
    """What a report is about."""

    MESSAGE = "message", _("Message")
    CONVERSATION = "conversation", _("Conversation")
    ACCOUNT = "account", _("Account")


class Reason(models.TextChoices):
    """Why something is reported, as people choose it."""

    SPAM = "spam", _("Spam or a scam")
    HARASSMENT = "harassment", _("Harassment or bullying")
    HATE = "hate", _("Hate")
    SEXUAL = "sexual", _("Unwanted sexual content")
    MINOR = "minor", _("A child or teenager is at risk")
    SELF_HARM = "self_harm", _("Suicide or self-harm")
    IMPERSONATION = "impersonation", _("Pretending to be someone else")
    ILLEGAL = "illegal", _("Something illegal")
    OTHER = "other", _("Something else")


# Somebody may come to harm while these wait.
URGENT_REASONS = frozenset({Reason.MINOR, Reason.SELF_HARM})


class Outcome(models.TextChoices):
    """What became of a report; empty while it waits."""

    OPEN = "", _("Open")
    UPHELD = "upheld", _("Upheld")
    DISMISSED = "dismissed", _("Dismissed")


class Case(models.Model):
    """What is reported of one account (``subject``) until somebody decides.

    ``urgent`` and ``weight`` are kept here, so that the queue comes from its index: the weight is the sum, over the
    people who reported, of how often they were right before, in hundredths.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="cases")
    reasons = models.CharField(max_length=120, blank=True)  # the distinct ones, by commas
    report_count = models.PositiveIntegerField(default=0)
    urgent = models.BooleanField(default=False)
    weight = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(default=timezone.now)
    claimed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="cases_claimed"
    )
    claimed_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        permissions: ClassVar = [
            ("decide_case", _("Can decide cases")),
            ("close_account", _("Can suspend accounts, and messaging for good")),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject"], condition=Q(closed_at=None), name="case_open_once"),
        ]
        indexes: ClassVar = [
            # The queue: the order of a page is the order of this index.
            models.Index(
                fields=["-urgent", "-weight", "opened_at", "id"], condition=Q(closed_at=None), name="case_queue"
            ),
            models.Index(fields=["-closed_at"], name="case_closed"),
        ]

    def __str__(self) -> str:
        return f"@{self.subject.username} ({self.report_count})"

    @property
    def is_open(self) -> bool:
        """Whether nobody has decided yet."""
        return self.closed_at is None

    @property
    def is_overdue(self) -> bool:
        """Whether it has waited for longer than ``OVERDUE_AFTER``."""
        return self.is_open and timezone.now() - self.opened_at > OVERDUE_AFTER

    def messages_of_subject(self) -> list[str]:
        """Return the ids of the subject's messages that the evidence shows: those that can be removed."""
        found: dict[str, None] = {}
        for report in self.reports.select_related("evidence"):
            content = json.loads(report.evidence.content or "{}")
            for message in content.get("messages", []):
                if message["sender_id"] == self.subject_id:
                    found[message["id"]] = None
        return list(found)

    @property
    def reason_labels(self) -> list[str]:
        """The reasons in words."""
        return [str(Reason(reason).label) for reason in self.reasons.split(",") if reason]


class Report(models.Model):
    """An account tells the moderators of a message, a conversation or an account.

    Messages and conversations are named by their ids: their rows may go, the report stays.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, related_name="reports")
    reporter = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="reports_made")
    target = models.CharField(max_length=12, choices=Target)
    target_key = models.CharField(max_length=64)  # what exactly, so that it is reported once
    message_id = models.UUIDField(null=True, blank=True)
    conversation_id = models.UUIDField(null=True, blank=True)
    reason = models.CharField(max_length=13, choices=Reason)
    details = models.TextField(blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    outcome = models.CharField(max_length=9, choices=Outcome, default=Outcome.OPEN, blank=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        constraints: ClassVar = [
            # Repeating a report while it waits changes nothing.
            models.UniqueConstraint(fields=["case", "reporter", "target_key"], name="report_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["reporter", "-id"], name="report_of_reporter"),
            models.Index(fields=["reporter", "outcome"], name="report_accuracy"),
        ]

    def __str__(self) -> str:
        return f"{self.get_reason_display()} ({self.get_target_display()})"

    @property
    def back_url(self) -> str:
        """Where it was reported from."""
        if self.conversation_id is None:
            return self.case.subject.get_absolute_url()
        return reverse("conversation", args=[self.conversation_id])
