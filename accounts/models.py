"""Accounts, and the two ways they relate: following and blocking."""

import datetime
from collections.abc import Collection
from typing import Any, ClassVar, Self

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.contrib.auth.models import UserManager as DjangoUserManager
from django.db import models, transaction
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.ids import new_id
from accounts.querysets import DataCopyQuerySet, UserQuerySet
from accounts.signals import account_changed
from accounts.validators import validate_display_name, validate_username

# Pixels; the pages show 28, 40, 52, 96 and 128 CSS pixels, at up to two pixels each.
AVATAR_SIZES = (64, 128, 256)


class MessagePrivacy(models.TextChoices):
    """Who can send messages to an account."""

    EVERYONE = "everyone", _("Everyone")
    FOLLOWING = "following", _("People I follow")
    FRIENDS = "friends", _("Friends")
    NOBODY = "nobody", _("Nobody")


class Theme(models.TextChoices):
    """The look an account chose."""

    SYSTEM = "system", _("As the device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class UserManager(DjangoUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    """Finds and makes accounts; usernames are compared without case."""

    def get_by_natural_key(self, username: str | None) -> "User":
        """Return the account by its name, whatever the case it was typed in."""
        return self.get(username__iexact=username)


class User(AbstractUser):
    """A person's account: ``username`` is unique without regard to case."""

    first_name = None  # type: ignore[assignment]
    last_name = None  # type: ignore[assignment]
    username = models.CharField(
        _("username"),
        max_length=24,
        unique=True,
        validators=[validate_username],
        error_messages={"unique": _("This username is taken.")},
    )
    display_name = models.CharField(_("name"), max_length=50, blank=True, validators=[validate_display_name])
    bio = models.CharField(_("about you"), max_length=200, blank=True)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    avatar = models.CharField(max_length=64, blank=True, editable=False)
    message_privacy = models.CharField(
        _("who can send you messages"),
        max_length=9,
        choices=MessagePrivacy,
        default=MessagePrivacy.FRIENDS,
    )
    read_receipts = models.BooleanField(_("read receipts"), default=True)
    show_activity = models.BooleanField(_("show when you are active"), default=True)
    theme = models.CharField(_("appearance"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    notify_in_app = models.BooleanField(_("show a notice when a message arrives"), default=True)
    last_active_at = models.DateTimeField(null=True, blank=True)
    messaging_suspended_until = models.DateTimeField(_("messaging suspended until"), null=True, blank=True)
    # Until then they write only where a dialogue is open already.
    restricted_until = models.DateTimeField(_("no new conversations until"), null=True, blank=True)
    # Moderators decided something about the account that its owner has to read before anything else.
    has_unread_decision = models.BooleanField(default=False, editable=False)

    # Its owner asked for the end of the account; `erase_at` is when that comes, and `erased_at` when it was done.
    deletion_requested_at = models.DateTimeField(_("deletion requested at"), null=True, blank=True, editable=False)
    # Not where the staff had closed the account, or closed it since.
    deletion_can_be_undone = models.BooleanField(default=False, editable=False)
    erase_at = models.DateTimeField(_("erased from"), null=True, blank=True, editable=False)
    erased_at = models.DateTimeField(_("erased at"), null=True, blank=True, editable=False)

    REQUIRED_FIELDS: ClassVar[list[str]] = ["email"]
    # What nobody asks for who writes or is written to: left in the database there, until somebody does ask.
    ASIDE: ClassVar = ("email", "bio", "theme", "last_login", "is_superuser", "notify_in_app") + (
        "deletion_requested_at",
        "deletion_can_be_undone",
        "erase_at",
        "erased_at",
    )
    objects: ClassVar[UserManager] = UserManager()

    _stored_password: str | None = None  # the hash as the database has it; None until it was read or written

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("username"), name="user_username_unique_without_case"),
        ]
        indexes = [
            models.Index(
                fields=["erase_at"],
                condition=models.Q(erase_at__isnull=False, erased_at=None),
                name="user_to_erase",
            ),
        ]

    def __str__(self) -> str:
        return f"@{self.username}"

    @classmethod
    def from_db(cls, db: str | None, field_names: Collection[str], values: Collection[Any], **kwargs: Any) -> Self:
        """Load an account."""
        user = super().from_db(db, field_names, values, **kwargs)
        user.after_loading()
        return user

    def after_loading(self) -> None:
        """Remember the password the account was read with (``accounts.prepared`` loads without ``from_db``)."""
        self._stored_password = self.__dict__.get("password")

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Write the account; a new password, whoever set it, ends sessions, so others are told of it.

        Here, since pages, the admin and commands set passwords, each in its own way.
        """
        existed = not self._state.adding
        super().save(*args, **kwargs)
        fields = kwargs.get("update_fields")
        password = self.__dict__.get("password")
        if (fields is None or "password" in fields) and password != self._stored_password:
            self._stored_password = password
            if existed:
                transaction.on_commit(lambda: account_changed.send(sender=User, user=self))

    @property
    def name(self) -> str:
        """The name to show: the display name, or the username where there is none."""
        return self.display_name or self.username

    def get_full_name(self) -> str:
        """Return the name to show (Django's admin and mails ask for it)."""
        return self.name

    def get_short_name(self) -> str:
        """Return the name to show."""
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the profile."""
        return f"/@{self.username}/"

    def avatar_url(self, css_pixels: int) -> str:
        """Return the address of the avatar file that is sharp at ``css_pixels`` on a dense screen."""
        size = next((size for size in AVATAR_SIZES if size >= 2 * css_pixels), AVATAR_SIZES[-1])
        return f"{settings.MEDIA_URL}avatars/{self.avatar}-{size}.webp"

    @property
    def active_now(self) -> bool:
        """Whether the account asked for a page or held a socket within the last two minutes."""
        return self.last_active_at is not None and timezone.now() - self.last_active_at < datetime.timedelta(minutes=2)


class Follow(models.Model):
    """``follower`` follows ``followed``; two accounts that follow each other are friends."""

    follower = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows_made")
    followed = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="follows_received")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["follower", "followed"], name="follow_once"),
            models.CheckConstraint(condition=~models.Q(follower=models.F("followed")), name="follow_not_oneself"),
        ]
        indexes = [
            models.Index(fields=["followed", "-id"], name="follow_followers"),
            models.Index(fields=["follower", "-id"], name="follow_following"),
        ]

    def __str__(self) -> str:
        return f"{self.follower_id} follows {self.followed_id}"


class Block(models.Model):
    """``blocker`` wants nothing to do with ``blocked``, who can't tell."""

    blocker = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="blocks_made")
    blocked = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="blocks_received")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["blocker", "blocked"], name="block_once"),
            models.CheckConstraint(condition=~models.Q(blocker=models.F("blocked")), name="block_not_oneself"),
        ]

    def __str__(self) -> str:
        return f"{self.blocker_id} blocks {self.blocked_id}"


class CopyState(models.TextChoices):
    """How far a copy of an account is."""

    WAITING = "waiting", _("Waiting")
    WORKING = "working", _("Being prepared")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Failed")


class DataCopy(models.Model):
    """A copy of everything there is of ``owner``, to take along: an archive in the storage, once it is ready.

    ``claimed_until`` is the lease of whoever prepares it: past that, somebody else may. ``file`` is its name below
    ``exports/``, empty before it is ready and once ``expires_at`` has passed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="data_copies")
    state = models.CharField(max_length=8, choices=CopyState, default=CopyState.WAITING)
    progress = models.PositiveSmallIntegerField(default=0)  # percent
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    file = models.CharField(max_length=64, blank=True)
    byte_count = models.PositiveBigIntegerField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects = DataCopyQuerySet.as_manager()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["owner"], condition=models.Q(state__in=["waiting", "working"]), name="data_copy_one_at_a_time"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["owner", "-created_at"], name="data_copy_newest")]

    def __str__(self) -> str:
        return f"{self.id} of {self.owner_id}"

    @property
    def is_unfinished(self) -> bool:
        """Whether it is still to come."""
        return self.state in (CopyState.WAITING, CopyState.WORKING)

    @property
    def file_name(self) -> str:
        """Where its file lies in the storage."""
        return f"exports/{self.file}"
