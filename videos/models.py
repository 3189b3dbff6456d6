"""Short videos, who likes them, and the GIFs made from them."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import new_id
from videos.querysets import GifQuerySet, VideoQuerySet

MAX_CAPTION_CHARACTERS = 300
MAX_ALT_CHARACTERS = 200


class VideoState(models.TextChoices):
    """How far an uploaded video is on its way to being watched."""

    WAITING = "waiting", _("Waiting")
    PROCESSING = "processing", _("Processing")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class Video(models.Model):
    """A short video: the upload first, and once it is ready its web-playable form.

    Its files lie in the storage under ``folder``. ``claimed_until`` is the lease of whoever processes it:
    past that, somebody else may, ``attempts`` times at most. ``failure`` is the code of what was wrong.
    ``published_at`` is when it could first be watched.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="videos")
    caption = models.CharField(_("caption"), max_length=MAX_CAPTION_CHARACTERS, blank=True)
    allow_download = models.BooleanField(_("others may download it and make GIFs of it"), default=True)
    allow_sharing = models.BooleanField(_("others may share it in messages"), default=True)
    state = models.CharField(max_length=10, choices=VideoState, default=VideoState.WAITING)
    progress = models.PositiveSmallIntegerField(default=0)  # percent
    failure = models.CharField(max_length=32, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    width = models.PositiveIntegerField(default=0)  # pixels, as it is shown
    height = models.PositiveIntegerField(default=0)
    duration_ms = models.PositiveIntegerField(default=0)
    has_audio = models.BooleanField(default=False)
    byte_count = models.PositiveBigIntegerField(default=0)
    like_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    published_at = models.DateTimeField(null=True, blank=True)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects = VideoQuerySet.as_manager()

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["-published_at", "-id"],
                condition=Q(state="ready", deleted_at=None),
                name="video_newest",
            ),
            models.Index(fields=["author", "-published_at", "-id"], name="video_of_author"),
            models.Index(
                fields=["claimed_until"],
                condition=Q(state__in=["waiting", "processing"], deleted_at=None),
                name="video_to_process",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.id} by {self.author_id}"

    def get_absolute_url(self) -> str:
        """Return the address it is watched at."""
        return f"/videos/{self.id}/"

    @property
    def folder(self) -> str:
        """Where its files lie in the storage: ``source``, ``video.mp4``, ``poster.webp``, ``preview.webp``."""
        return f"videos/{self.id}"

    @property
    def is_ready(self) -> bool:
        """Whether it was processed and wasn't deleted."""
        return self.state == VideoState.READY and self.deleted_at is None

    def file_url(self, name: str) -> str:
        """Return the address of one of its files."""
        return f"{settings.MEDIA_URL}{self.folder}/{name}"


class VideoLike(models.Model):
    """A heart on a video, one per account."""

    video = models.ForeignKey(Video, models.CASCADE, related_name="likes")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="video_likes")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["video", "user"], name="video_like_once")]

    def __str__(self) -> str:
        return f"{self.user_id} likes {self.video_id}"


class Gif(models.Model):
    """A short animation without sound, made from a video or taken from a provider.

    ``kept_at`` puts it among its owner's GIFs. Its files are ``gif.webp`` and ``gif.gif`` in ``folder``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="gifs")
    video = models.ForeignKey(Video, models.SET_NULL, null=True, blank=True, related_name="gifs")
    provider = models.CharField(max_length=16, blank=True)
    provider_id = models.CharField(max_length=64, blank=True)
    width = models.PositiveIntegerField()  # pixels
    height = models.PositiveIntegerField()
    frame_count = models.PositiveIntegerField(default=1)
    alt = models.CharField(_("description"), max_length=MAX_ALT_CHARACTERS, blank=True)
    kept_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = GifQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "-kept_at"], condition=Q(kept_at__isnull=False), name="gif_kept"),
        ]

    def __str__(self) -> str:
        return f"{self.id} of {self.owner_id}"

    @property
    def folder(self) -> str:
        """Where its files lie in the storage."""
        return f"gifs/{self.id}"

    def file_url(self, suffix: str = "webp") -> str:
        """Return the address of its WebP or GIF file."""
        return f"{settings.MEDIA_URL}{self.folder}.{suffix}"
