"""What an account can see of conversations and messages: one rule, one method.

Everything else starts from these, so what isn't somebody's is never loaded for them.
"""

import datetime
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from django.db import models
from django.db.models import Exists, F, OuterRef, Prefetch, Q, Subquery

from accounts.prepared import Prepared, Wanted, ask
from videos.models import Gif

if TYPE_CHECKING:
    from accounts.models import User
    from messaging.models import Conversation, LinkPreview, Message, Participant, Photo, Sticker  # noqa: F401  (named in strings)


class InboxKey(NamedTuple):
    """The place of a row in an inbox; the next page begins after it."""

    pinned: bool
    last_activity: datetime.datetime
    pk: int


class ConversationQuerySet(models.QuerySet["Conversation"]):
    """Conversations."""

    def of(self, user: "User") -> Self:
        """Those ``user`` takes part in."""
        return self.filter(participants__user=user)


class ParticipantQuerySet(models.QuerySet["Participant"]):
    """Accounts' own sides of conversations."""

    def of(self, user: "User") -> Self:
        """The sides of ``user``."""
        return self.filter(user=user)

    def in_folder(self, user: "User", folder: str) -> Self:
        """``user``'s conversations in ``folder``: pinned first, then the newest, in the index's order."""
        return self.filter(user=user, folder=folder).order_by("-pinned", "-last_activity", "-id")

    def after(self, key: InboxKey) -> Self:
        """Those that come after ``key`` in the order of ``in_folder``."""
        return self.filter(
            Q(pinned__lt=key.pinned)
            | Q(pinned=key.pinned, last_activity__lt=key.last_activity)
            | Q(pinned=key.pinned, last_activity=key.last_activity, id__lt=key.pk)
        )

    def with_row(self) -> Self:
        """Load what an inbox row shows, and ``last_message_id``: the newest message its owner can see."""
        from messaging.models import Deletion, Message, Participant

        newest = (
            Message.objects.filter(conversation=OuterRef("conversation"), seq__gt=OuterRef("cleared_seq"))
            .filter(~Exists(Deletion.objects.filter(message=OuterRef("pk"), user=OuterRef(OuterRef("user")))))
            .order_by("-seq")
        )
        sides = Prefetch(
            "conversation__participants",
            queryset=Participant.objects.select_related("user"),
            to_attr="sides",
        )
        return (
            self.select_related("conversation", "user")
            .prefetch_related(sides)
            .annotate(last_message_id=Subquery(newest.values("pk")[:1]))
        )

    def unread(self) -> Self:
        """Those that count for the badge: unread or marked so, in the inbox, not muted."""
        return self.filter(Q(unread_count__gt=0) | Q(marked_unread=True), folder="inbox", muted=False)

    def begun_by(self, user_ids: list[int], since: datetime.datetime) -> dict[int, int]:
        """Return with how many people each of ``user_ids`` began a conversation after ``since``, in one query."""
        from messaging.models import Participant

        # Who writes first accepts first: where the other was earlier, this was an answer.
        answered = Participant.objects.filter(
            conversation=OuterRef("conversation"), accepted_at__lt=OuterRef("accepted_at")
        )
        begun = self.filter(~Exists(answered), user__in=user_ids, accepted_at__gte=since)
        counts = begun.order_by().values("user").annotate(count=models.Count("pk"))
        return dict.fromkeys(user_ids, 0) | {row["user"]: row["count"] for row in counts}

    def unread_by_user(self, user_ids: Collection[int]) -> dict[int, int]:
        """Return how many conversations are unread, for each of ``user_ids``, in one query."""
        (found,) = ask(unread_wanted(user_ids))
        return unread_of(user_ids, found)


def _unread_of(user_ids: Any) -> "models.QuerySet[Participant, Any]":
    from messaging.models import Participant

    unread = Participant.objects.unread().filter(user__pk__among=user_ids).order_by()
    return unread.values("user").annotate(count=models.Count("*")).values_list("user", "count")


_UNREAD = Prepared(_unread_of)


def unread_wanted(user_ids: Collection[int]) -> Wanted:
    """Return what finds how many conversations are unread for each of ``user_ids``, for ``unread_of``."""
    return _UNREAD.wanted(user_ids)


def unread_of(user_ids: Collection[int], found: Collection[tuple[int, int]]) -> dict[int, int]:
    """Return those numbers by the account's key, from what was ``found``."""
    return dict.fromkeys(user_ids, 0) | dict(found)


class MessageQuerySet(models.QuerySet["Message"]):
    """Messages."""

    def visible_to(self, user: "User") -> Self:
        """Those in ``user``'s conversations that ``user`` hasn't deleted, alone or with the conversation."""
        from messaging.models import Deletion

        return self.filter(
            ~Exists(Deletion.objects.filter(message=OuterRef("pk"), user=user)),
            conversation__participants__user=user,
            seq__gt=F("conversation__participants__cleared_seq"),
        )

    def not_gone(self) -> Self:
        """Those that still have their content: neither unsent nor removed by a moderator."""
        return self.filter(unsent_at=None, removed_at=None)

    _loads_parts = False

    def with_parts(self) -> Self:
        """Load what a message shows: its sender, its content, its likes, and the message it answers (``parts.py``)."""
        found = self.all()
        found._loads_parts = True
        return found

    def _clone(self) -> Self:
        one: Self = super()._clone()  # type: ignore[misc]
        one._loads_parts = self._loads_parts
        return one

    def _fetch_all(self) -> None:
        is_first = self._result_cache is None
        super()._fetch_all()
        if is_first and self._loads_parts and self._result_cache:
            from messaging.parts import load_parts

            load_parts(self._result_cache)

    def page_before(self, seq: int | None, size: int) -> "Sequence[Message]":
        """Return the last ``size`` of these before ``seq`` (or at all), oldest first."""
        messages = self.order_by("-seq")
        if seq is not None:
            messages = messages.filter(seq__lt=seq)
        return list(messages[:size])[::-1]

    def changed_since(self, version: int) -> Self:
        """Those that were made or changed after ``version``, in the order it happened."""
        return self.filter(version__gt=version).order_by("version")


class PhotoQuerySet(models.QuerySet["Photo"]):
    """Photos."""

    def unsent_of(self, owner: "User") -> Self:
        """Those ``owner`` uploaded and hasn't sent."""
        return self.filter(owner=owner, message=None)

    def visible_to(self, user: "User") -> Self:
        """Those ``user`` can look at now: in a message they can see, or their own that wait to be sent."""
        from messaging.models import Message

        seen = Message.objects.visible_to(user).not_gone().filter(pk=OuterRef("message"))
        return self.filter(Q(owner=user, message=None) | Exists(seen))


class StickerQuerySet(models.QuerySet["Sticker"]):
    """Accounts' own stickers."""

    def of(self, owner: "User") -> Self:
        """``owner``'s set, the newest first."""
        return self.filter(owner=owner, removed_at=None).order_by("-created_at", "-id")

    def visible_to(self, user: "User") -> Self:
        """Those ``user`` can look at now: of their own set, or in a message they can see."""
        from messaging.models import Message

        seen = Message.objects.visible_to(user).not_gone().filter(sticker=OuterRef("pk"))
        return self.filter(Q(owner=user, removed_at=None) | Exists(seen))


def gifs_visible_to(user: "User") -> "models.QuerySet[Gif]":
    """Return the GIFs ``user`` can look at now: their own, and those in a message they can see."""
    from messaging.models import Message

    seen = Message.objects.visible_to(user).not_gone().filter(gif=OuterRef("pk"))
    return Gif.objects.filter(Q(owner=user) | Exists(seen))


def previews_visible_to(user: "User") -> "models.QuerySet[LinkPreview]":
    """Return the previews of links in the messages ``user`` can see."""
    from messaging.models import LinkPreview, Message

    seen = Message.objects.visible_to(user).not_gone().filter(preview=OuterRef("pk"))
    return LinkPreview.objects.filter(Exists(seen))
