"""What must stay as it was written: the evidence, and the log of what moderators did.

Both are chains: each link's ``hash`` covers its content and the hash before it, with a key that isn't in the
database. Whoever changes, removes or inserts a row can't make the hashes fit.
"""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from moderation.models.cases import Case, Report


class Changed(Exception):
    """Somebody tried to change what must stay."""


class ChainHead(models.Model):
    """The end of a chain: its last number and hash. New links are made under this row's lock."""

    name = models.CharField(primary_key=True, max_length=16)
    number = models.PositiveBigIntegerField(default=0)
    hash = models.CharField(max_length=64, blank=True)

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class Link(models.Model):
    """A link of a chain: ``content`` is JSON, exactly the text that ``content_hash`` (SHA-256) is of.

    A link whose time is over loses its content and keeps its hashes: the chain holds.
    """

    number = models.PositiveBigIntegerField(primary_key=True)
    content = models.TextField()
    content_hash = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64, blank=True)
    hash = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        abstract = True
        ordering: ClassVar = ["number"]

    def __str__(self) -> str:
        return f"#{self.number}"


class Evidence(Link):
    """What a report was about, as it was at that moment. Neither deleting nor unsending touches it."""

    report = models.OneToOneField(Report, models.PROTECT, related_name="evidence")
    purged_at = models.DateTimeField(null=True, blank=True)

    class Meta(Link.Meta):
        verbose_name = _("evidence")
        verbose_name_plural = _("evidence")


class EvidenceFile(models.Model):
    """A file of some evidence; the same content is kept once, as ``evidence/<sha256>`` in the storage."""

    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="files")
    sha256 = models.CharField(max_length=64, db_index=True)
    content_type = models.CharField(max_length=32)
    byte_count = models.PositiveBigIntegerField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["evidence", "sha256"], name="evidence_file_once")]

    def __str__(self) -> str:
        return self.sha256

    @property
    def file_name(self) -> str:
        """Where it lies in the storage."""
        return f"evidence/{self.sha256}"


class LogEntry(Link):
    """What somebody at the desk looked at or decided; it can be read and never changed."""

    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="moderation_log"
    )
    action = models.CharField(max_length=24)
    case = models.ForeignKey(Case, models.PROTECT, null=True, blank=True, related_name="log")

    class Meta(Link.Meta):
        verbose_name = _("log entry")
        verbose_name_plural = _("log")
        ordering: ClassVar = ["-number"]
