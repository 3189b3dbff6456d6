"""Conversations, and each account's own side of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import as_text, new_id
from messaging.models.filters import HeldFor
from messaging.querysets import ConversationQuerySet, ParticipantQuerySet


def pair_key(one: int, other: int) -> str:
    """Return the key that the direct conversation of two accounts is found by, whoever asks."""
    low, high = sorted((one, other))
    return f"{low}:{high}"


class Conversation(models.Model):
    """The one thread between a set of accounts; a direct one has two.

    ``last_seq`` and ``version`` are taken under this row's lock: both sides and the database agree
    on one order, whatever clocks say.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    pair_key = models.CharField(max_length=41, unique=True, null=True, blank=True)
    last_seq = models.PositiveBigIntegerField(default=0)
    version = models.PositiveBigIntegerField(default=0)
    last_activity = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)

    objects = ConversationQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.id)

    def get_absolute_url(self) -> str:
        """Return the conversation's address."""
        return f"/inbox/{as_text(self.id)}/"


class Folder(models.TextChoices):
    """Where a conversation lies for one participant."""

    NOWHERE = "nowhere", _("Nowhere")  # nothing was said to them yet, or they deleted it
    INBOX = "inbox", _("Inbox")
    REQUESTS = "requests", _("Requests")
    FILTERED = "filtered", _("Filtered")  # requests that a rule of their recipient held back
    ARCHIVE = "archive", _("Archive")


REQUEST_FOLDERS = (Folder.REQUESTS, Folder.FILTERED)


def state_token(version: int, deletions: int) -> str:
    """Return the ``state`` of a conversation for one participant: its version, and how many messages they deleted."""
    return f"{version}.{deletions}"


class Participant(models.Model):
    """One account's own side of a conversation.

    ``accepted_at`` is set when they wrote here or accepted the request: from then on the dialogue is
    open. ``deletions`` counts the messages they deleted for themselves; ``cleared_seq`` is how far
    they deleted the whole conversation.
    """

    # Each message changes both sides, and with them every index there is: below are all that are needed.
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="participants", db_index=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="participations", db_index=False)
    folder = models.CharField(max_length=8, choices=Folder, default=Folder.NOWHERE)
    held_for = models.CharField(max_length=8, choices=HeldFor, blank=True, default="", db_default="")
    accepted_at = models.DateTimeField(null=True, blank=True)
    last_read_seq = models.PositiveBigIntegerField(default=0)
    unread_count = models.PositiveIntegerField(default=0)
    marked_unread = models.BooleanField(default=False)
    muted = models.BooleanField(default=False)
    pinned = models.BooleanField(default=False)
    last_activity = models.DateTimeField(default=timezone.now)
    deletions = models.PositiveBigIntegerField(default=0)
    cleared_seq = models.PositiveBigIntegerField(default=0)
    cleared_at_deletion = models.PositiveBigIntegerField(default=0)
    draft = models.TextField(blank=True)

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "user"], name="participant_once"),
        ]
        indexes = [
            # "My inbox, newest first": the order of a page is the order of this index.
            models.Index(fields=["user", "folder", "-pinned", "-last_activity", "-id"], name="participant_inbox"),
            # The badge counts only unread ones, however large the inbox is. With the folder, though it is always the
            # same: else SQLite takes the index above.
            models.Index(
                fields=["user", "folder"],
                condition=Q(folder="inbox", muted=False) & (Q(unread_count__gt=0) | Q(marked_unread=True)),
                name="participant_unread",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.conversation_id}"

    @property
    def state(self) -> str:
        """The ``state`` token of ``/changes/``; needs ``conversation`` loaded."""
        return state_token(self.conversation.version, self.deletions)

    def count_unread(self) -> int:
        """Count the messages of others this account can see and hasn't read."""
        from messaging.models.messages import Message

        unread = Message.objects.visible_to(self.user).filter(
            conversation=self.conversation_id, seq__gt=self.last_read_seq, unsent_at=None, removed_at=None
        )
        return unread.exclude(sender=self.user_id).count()

    @property
    def archived(self) -> bool:
        """Whether this account put the conversation away."""
        return self.folder == Folder.ARCHIVE

    @property
    def is_request(self) -> bool:
        """Whether this account has yet to accept the conversation."""
        return self.folder in REQUEST_FOLDERS
