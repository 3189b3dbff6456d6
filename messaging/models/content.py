"""What messages refer to and outlives them: own stickers, what was used last, previews of links."""

import datetime
import hashlib
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import new_id
from messaging.querysets import StickerQuerySet
from videos.models import MAX_ALT_CHARACTERS

MAX_URL_CHARACTERS = 2000


class Sticker(models.Model):
    """An account's own sticker; the built-in ones are in ``messaging.packs``.

    Its file is ``stickers/<id>.webp`` in the storage. One that was ``removed_at`` from the set stays in the
    messages it was sent in.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="stickers")
    alt = models.CharField(_("description"), max_length=MAX_ALT_CHARACTERS, blank=True)
    width = models.PositiveIntegerField()  # pixels
    height = models.PositiveIntegerField()
    animated = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = StickerQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-created_at"], condition=Q(removed_at=None), name="sticker_of_owner"),
        ]

    def __str__(self) -> str:
        return f"{self.id} of {self.owner_id}"

    @property
    def file_name(self) -> str:
        """Where its file lies in the storage."""
        return f"stickers/{self.id}.webp"

    def file_url(self) -> str:
        """Return the address of its file."""
        return f"{settings.MEDIA_URL}{self.file_name}"


class RecentKind(models.TextChoices):
    """What was used last."""

    STICKER = "sticker", _("Sticker")
    GIF = "gif", _("GIF")


class Recent(models.Model):
    """Something an account sent, to be found again: ``ref`` is a built-in sticker's key, or an id."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="recents")
    kind = models.CharField(max_length=8, choices=RecentKind)
    ref = models.CharField(max_length=64)
    used_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["user", "kind", "ref"], name="recent_once")]
        indexes: ClassVar = [models.Index(fields=["user", "kind", "-used_at"], name="recent_newest")]

    def __str__(self) -> str:
        return f"{self.kind} {self.ref} of {self.user_id}"


class PreviewState(models.TextChoices):
    """How far the preview of a link is."""

    WAITING = "waiting", _("Waiting")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


# How long after the page was asked it may be asked again; the first is how long an attempt can take.
ASKED_AGAIN_AFTER = {
    PreviewState.WAITING: datetime.timedelta(minutes=1),
    PreviewState.FAILED: datetime.timedelta(hours=1),
    PreviewState.READY: datetime.timedelta(days=7),
}


class LinkPreview(models.Model):
    """What the page behind a link says of itself, fetched once for all messages that carry the link.

    Its picture, where ``width`` isn't 0, is ``previews/<id>.webp`` in the storage. ``fetched_at`` is when the page
    was last asked, whatever came of it.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    url = models.CharField(max_length=MAX_URL_CHARACTERS)
    url_hash = models.CharField(max_length=64, unique=True)  # SHA-256 of the url, in hexadecimal
    state = models.CharField(max_length=8, choices=PreviewState, default=PreviewState.WAITING)
    title = models.CharField(max_length=120, blank=True)
    description = models.CharField(max_length=240, blank=True)
    site_name = models.CharField(max_length=60, blank=True)
    width = models.PositiveIntegerField(default=0)  # pixels
    height = models.PositiveIntegerField(default=0)
    fetched_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.url

    @staticmethod
    def hash_of(url: str) -> str:
        """Return what the preview of ``url`` is found by."""
        return hashlib.sha256(url.encode()).hexdigest()

    def is_due(self, now: datetime.datetime) -> bool:
        """Whether it is time to ask the page: it never was asked, or long ago."""
        return self.fetched_at is None or self.fetched_at < now - ASKED_AGAIN_AFTER[PreviewState(self.state)]

    @property
    def file_name(self) -> str:
        """Where its picture lies in the storage."""
        return f"previews/{self.id}.webp"

    def file_url(self) -> str:
        """Return the address of its picture."""
        return f"{settings.MEDIA_URL}{self.file_name}"
