"""What somebody takes along of their conversations, and of what they sent in them."""

from collections.abc import Callable, Iterable, Iterator

from django.db import models
from django.db.models import Prefetch

from accounts.export import Facts, Part, Section, by_key, iso
from accounts.models import User
from messaging import export
from messaging.models import Folder, Participant, Photo, RequestRules, Sticker
from videos.own_data import stored_part


def _facts(user: User) -> Facts:
    return {
        "request_rules": RequestRules.objects.filter(user=user)
        .values("newer_than_days", "without_picture", "unknown", "hidden_words")
        .first(),
        "conversations": [_described(side) for side in by_key(_sides(user))],
        "photos": [
            {
                "id": str(photo.pk),
                "description": photo.alt,
                "uploaded_at": iso(photo.created_at),
                "sent": photo.message_id is not None,
            }
            for photo in by_key(_photos(user))
        ],
        "stickers": [
            {"id": str(sticker.pk), "description": sticker.alt, "added_at": iso(sticker.created_at)}
            for sticker in by_key(Sticker.objects.of(user))
        ],
    }


def _described(side: Participant) -> Facts:
    return {
        "id": str(side.conversation_id),
        "with": [
            other.user.username for other in side.conversation.participants.all() if other.user_id != side.user_id
        ],
        "folder": side.folder,
        "accepted_at": iso(side.accepted_at),
        "last_activity": iso(side.last_activity),
        "last_read": side.last_read_seq,
        "unread": side.unread_count,
        "muted": side.muted,
        "pinned": side.pinned,
        "draft": side.draft,
    }


def _parts(user: User) -> Iterator[Part]:
    for side in by_key(_sides(user)):
        people = {one.user_id: one.user for one in side.conversation.participants.all()}
        copied = export.Copied(side.conversation, user, people)
        other = copied.other.username
        for suffix, write in (("json", export.as_json), ("html", export.as_page)):
            yield Part(f"conversations/{other}-{side.conversation_id}.{suffix}", _encoded(write, copied), packs=True)
    for photo in by_key(_photos(user)):
        yield stored_part(f"photos/{photo.pk}.webp", f"{photo.folder}/2048.webp")
    for sticker in by_key(Sticker.objects.of(user)):
        yield stored_part(f"stickers/{sticker.pk}.webp", sticker.file_name)


def _encoded(write: Callable[[export.Copied], Iterator[str]], copied: export.Copied) -> Callable[[], Iterable[bytes]]:
    return lambda: (piece.encode() for piece in write(copied))


def _sides(user: User) -> "models.QuerySet[Participant]":
    """Return ``user``'s sides of conversations in which there is something for them to see."""
    both = Prefetch("conversation__participants", Participant.objects.select_related("user"))
    return (
        Participant.objects.of(user)
        .exclude(folder=Folder.NOWHERE)
        .select_related("conversation")
        .prefetch_related(both)
    )


def _photos(user: User) -> "models.QuerySet[Photo]":
    """Return ``user``'s photos that they can still see."""
    return Photo.objects.visible_to(user).filter(owner=user)


def _count(user: User) -> int:
    return 2 * _sides(user).count() + _photos(user).count() + Sticker.objects.of(user).count()


SECTION = Section("messages", _facts, _parts, _count)
