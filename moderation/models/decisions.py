"""Decisions, and the appeals against them."""

import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import new_id
from moderation.models.cases import Case
from moderation.querysets import AppealQuerySet, DecisionQuerySet

MAX_WORDS_CHARACTERS = 2000
APPEAL_WITHIN = datetime.timedelta(days=20)
FOR_GOOD = datetime.datetime(9999, 1, 1, tzinfo=datetime.UTC)


class Measure(models.TextChoices):
    """What is decided about an account."""

    DISMISS = "dismiss", _("Dismiss")
    REMOVE = "remove", _("Only remove messages")
    WARN = "warn", _("Warn")
    RESTRICT_7 = "restrict_7", _("No new conversations for 7 days")
    RESTRICT_30 = "restrict_30", _("No new conversations for 30 days")
    SUSPEND_1 = "suspend_1", _("Suspend messaging for 1 day")
    SUSPEND_7 = "suspend_7", _("Suspend messaging for 7 days")
    SUSPEND_30 = "suspend_30", _("Suspend messaging for 30 days")
    SUSPEND = "suspend", _("Suspend messaging for good")
    CLOSE = "close", _("Suspend the account")


RESTRICTIONS = {
    Measure.RESTRICT_7: datetime.timedelta(days=7),
    Measure.RESTRICT_30: datetime.timedelta(days=30),
}
SUSPENSIONS = {
    Measure.SUSPEND_1: datetime.timedelta(days=1),
    Measure.SUSPEND_7: datetime.timedelta(days=7),
    Measure.SUSPEND_30: datetime.timedelta(days=30),
}
# These need a permission of their own.
GRAVE = frozenset({Measure.SUSPEND, Measure.CLOSE})


class Ground(models.TextChoices):
    """Why something was decided; the person reads the label, in their language."""

    NONE = "", _("—")
    SPAM = "spam", _("Sending spam or the same words to many people isn't allowed here.")
    SCAM = "scam", _("Deceiving people to get their money or their data isn't allowed here.")
    HARASSMENT = "harassment", _("Insulting, threatening or pestering people isn't allowed here.")
    HATE = "hate", _("Attacking people for what they are or believe isn't allowed here.")
    SEXUAL = "sexual", _("Sending sexual content to people who didn't ask for it isn't allowed here.")
    MINORS = "minors", _("Anything that puts children or teenagers at risk isn't allowed here.")
    SELF_HARM = "self_harm", _("Encouraging people to harm themselves isn't allowed here.")
    IMPERSONATION = "impersonation", _("Pretending to be someone else isn't allowed here.")
    ILLEGAL = "illegal", _("What you sent is against the law.")
    RULES = "rules", _("This is against the rules of this site.")


class Decision(models.Model):
    """What a moderator decided about an account, in a case or, from the command line, without one.

    The account's state follows from its decisions that weren't undone; nothing else writes it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="decisions")
    subject = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="decisions_about")
    moderator = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="decisions_made"
    )
    measure = models.CharField(max_length=11, choices=Measure)
    until = models.DateTimeField(null=True, blank=True)
    ground = models.CharField(max_length=13, choices=Ground, blank=True)
    words = models.TextField(blank=True)  # to the person
    note = models.TextField(blank=True)  # for the desk alone
    removed_messages = models.JSONField(default=list, blank=True)  # ids
    created_at = models.DateTimeField(default=timezone.now)
    read_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="decisions_undone"
    )

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        indexes: ClassVar = [models.Index(fields=["subject", "-id"], name="decision_of_subject")]

    def __str__(self) -> str:
        return str(self.get_measure_display())

    @property
    def is_strike(self) -> bool:
        """Whether it counts against the account."""
        return self.measure != Measure.DISMISS and self.undone_at is None

    @property
    def has_end(self) -> bool:
        """Whether it ends by itself."""
        return self.until is not None and self.until < FOR_GOOD

    @property
    def appeal_before(self) -> datetime.datetime:
        """Until when the person can appeal."""
        return self.created_at + APPEAL_WITHIN


class Appeal(models.Model):
    """The person's answer to a decision: once, and decided by another moderator. ``granted`` is None until then."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    decision = models.OneToOneField(Decision, models.PROTECT, related_name="appeal")
    text = models.TextField()
    created_at = models.DateTimeField(default=timezone.now)
    granted = models.BooleanField(null=True, blank=True)
    answer = models.TextField(blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="appeals_decided"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    objects = AppealQuerySet.as_manager()

    class Meta:
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        permissions: ClassVar = [("decide_appeal", _("Can decide appeals"))]
        indexes: ClassVar = [
            models.Index(fields=["created_at"], condition=models.Q(decided_at=None), name="appeal_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.decision}"
