"""Messages, who likes them, and who deleted them for themselves.

Every row below a conversation carries the conversation's id, so that messages can be partitioned or
sharded by it.
"""

from collections.abc import Collection
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import new_id
from messaging.models.content import LinkPreview, Sticker
from messaging.models.conversations import Conversation
from messaging.querysets import MessageQuerySet, PhotoQuerySet
from videos.models import MAX_ALT_CHARACTERS, Gif, Video


class MessageKind(models.TextChoices):
    """What a message is."""

    TEXT = "text", _("Text")
    STICKER = "sticker", _("Sticker")
    GIF = "gif", _("GIF")
    PHOTO = "photo", _("Photo")
    VIDEO = "video", _("Video")


class Message(models.Model):
    """One entry of a conversation; ``seq`` is its place: 1, 2, 3 … without holes.

    ``version`` is the conversation's version at its last change, ``sent_version`` at its first. An unsent or
    removed message keeps its place, without its content.

    What it carries goes by ``kind``: ``body`` (text, or the caption of photos and of a video), a built-in
    sticker by ``sticker_key`` (``pack/name``) or one of the sender's own, a ``gif``, ``photos``, or a ``video``,
    which is None where the video is gone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    # What a constraint below begins with needs no index of its own: each costs every message.
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="messages", db_index=False)
    sender = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="messages_sent")
    seq = models.PositiveBigIntegerField()
    version = models.PositiveBigIntegerField()
    sent_version = models.PositiveBigIntegerField(default=0)
    client_id = models.UUIDField()
    kind = models.CharField(max_length=8, choices=MessageKind, default=MessageKind.TEXT)
    body = models.TextField(blank=True)
    # Not a database reference: the answered message may lie in another partition by then.
    reply_to = models.ForeignKey(
        "self",
        models.DO_NOTHING,
        null=True,
        blank=True,
        related_name="replies",
        db_constraint=False,
        db_index=False,
    )
    # Most messages have none of these, so they are indexed below, where there is one.
    sticker_key = models.CharField(max_length=64, blank=True)
    sticker = models.ForeignKey(
        Sticker, models.SET_NULL, null=True, blank=True, related_name="messages", db_index=False
    )
    gif = models.ForeignKey(Gif, models.SET_NULL, null=True, blank=True, related_name="messages", db_index=False)
    video = models.ForeignKey(Video, models.SET_NULL, null=True, blank=True, related_name="messages", db_index=False)
    preview = models.ForeignKey(
        LinkPreview, models.SET_NULL, null=True, blank=True, related_name="messages", db_index=False
    )
    # Sent to somebody who hasn't let the sender in yet: until they do, links in it are mere text for everyone.
    as_request = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(default=timezone.now)
    unsent_at = models.DateTimeField(null=True, blank=True)
    removed_at = models.DateTimeField(null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="message_place"),
            models.UniqueConstraint(fields=["conversation", "sender", "client_id"], name="message_sent_once"),
            models.CheckConstraint(condition=Q(version__gte=F("seq")), name="message_version_from_seq"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["conversation", "version"], name="message_changes"),
            *(
                models.Index(fields=[field], condition=Q(**{f"{field}__isnull": False}), name=f"message_{field}")
                for field in ("reply_to", "sticker", "gif", "video", "preview")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} #{self.seq}"

    @property
    def is_gone(self) -> bool:
        """Whether its words were taken away, by the sender or by a moderator."""
        return self.unsent_at is not None or self.removed_at is not None

    @property
    def texts(self) -> tuple[str, str, str]:
        """Return its id, its conversation's and its ``client_id`` as they are written: a message shows them often."""
        found = self.__dict__.get("_texts")
        if found is None:
            found = str(self.id), str(self.conversation_id), str(self.client_id)
            self.__dict__["_texts"] = found
        return found

    def liked(self) -> "Collection[Like] | models.QuerySet[Like]":
        """Return its likes; where they were read with it, without a manager made for the look."""
        found = getattr(self, "_prefetched_objects_cache", {}).get("likes")
        return self.likes.all() if found is None else found


class Photo(models.Model):
    """A photo: an upload that waits to be sent, and then a part of its message, at ``position`` 0 to 8.

    Its files are ``640.webp`` and ``2048.webp`` in ``folder``, named for their longest side in pixels at most;
    ``width`` and ``height`` are those of the larger. ``color`` (``#rrggbb``) stands in while it loads.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="photos")
    conversation = models.ForeignKey(Conversation, models.CASCADE, null=True, blank=True, related_name="photos")
    message = models.ForeignKey(Message, models.CASCADE, null=True, blank=True, related_name="photos")
    position = models.PositiveSmallIntegerField(default=0)
    alt = models.CharField(_("description"), max_length=MAX_ALT_CHARACTERS, blank=True)
    width = models.PositiveIntegerField()  # pixels
    height = models.PositiveIntegerField()
    color = models.CharField(max_length=7, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = PhotoQuerySet.as_manager()

    class Meta:
        ordering: ClassVar = ["position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["message", "position"], name="photo_place"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["created_at"], condition=Q(message=None), name="photo_unsent"),
        ]

    def __str__(self) -> str:
        return f"{self.id} of {self.owner_id}"

    @property
    def folder(self) -> str:
        """Where its files lie in the storage."""
        return f"photos/{self.id}"

    def file_url(self, size: int) -> str:
        """Return the address of the file whose longest side is at most ``size`` pixels: 640 or 2048."""
        return f"{settings.MEDIA_URL}{self.folder}/{size}.webp"


class Like(models.Model):
    """A heart on a message, one per account."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="likes")
    message = models.ForeignKey(Message, models.CASCADE, related_name="likes", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="likes")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "user"], name="like_once")]

    def __str__(self) -> str:
        return f"{self.user_id} likes {self.message_id}"


class Deletion(models.Model):
    """A message deleted by one participant for themselves; ``number`` counts theirs from 1."""

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="deletions", db_index=False)
    message = models.ForeignKey(Message, models.CASCADE, related_name="deletions", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="message_deletions")
    number = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["message", "user"], name="deletion_once"),
            models.UniqueConstraint(fields=["conversation", "user", "number"], name="deletion_number"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} deleted {self.message_id}"
