"""What a report was about, as it is at this moment: words, files by their hash, and some context.

Read at once and written nowhere here; ``actions.reporting`` keeps it.
"""

import datetime
import hashlib
import tempfile
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.core.files.storage import default_storage
from django.utils import timezone

from accounts import avatars
from accounts.models import Follow, User
from accounts.policies import age_on, is_minor, today
from messaging import packs
from messaging.models import Message, MessageKind
from moderation.models import Decision
from videos import stored

SCHEMA = 1
CONTEXT_MESSAGES = 5  # on each side of the reported one
AVATAR_SIZE = 256  # pixels
CHUNK_BYTES = 1024 * 1024
WEBP, MP4 = "image/webp", "video/mp4"


@dataclass
class KeptFile:
    """A file of the evidence, already in the storage under its hash."""

    sha256: str
    content_type: str
    byte_count: int


@dataclass
class Snapshot:
    """The content of the evidence, and the files it names."""

    content: dict[str, Any]
    files: dict[str, KeptFile] = field(default_factory=dict)


def take(
    reporter: User, subject: User, *, message: Message | None = None, conversation_id: uuid.UUID | None = None
) -> Snapshot:
    """Return the snapshot of a message and what surrounds it, of the end of a conversation, or of an account."""
    snapshot = Snapshot({"schema": SCHEMA, "taken_at": _time(timezone.now())})
    messages = _around(message) if message else _end_of(conversation_id) if conversation_id else []
    strikes = Decision.objects.in_force(subject).count()
    follows = set(
        Follow.objects.filter(follower__in=[reporter, subject], followed__in=[reporter, subject]).values_list(
            "follower_id", flat=True
        )
    )
    snapshot.content |= {
        "subject": _account(snapshot, subject)
        | {"strikes": strikes, "follows_reporter": subject.pk in follows, "bio": subject.bio},
        "reporter": _account(snapshot, reporter) | {"follows_subject": reporter.pk in follows},
        "conversation": str(conversation_id) if conversation_id else None,
        "messages": [_described(snapshot, one, reported=message is not None and one == message) for one in messages],
    }
    return snapshot


def _around(message: Message) -> list[Message]:
    """Return ``message`` with the nearest before and after it, in their order."""
    near = Message.objects.filter(conversation=message.conversation_id).with_parts()
    before = near.filter(seq__lte=message.seq).order_by("-seq")[: CONTEXT_MESSAGES + 1]
    after = near.filter(seq__gt=message.seq).order_by("seq")[:CONTEXT_MESSAGES]
    return [*list(before)[::-1], *after]


def _end_of(conversation_id: uuid.UUID) -> list[Message]:
    """Return the last messages of a conversation, in their order."""
    last = Message.objects.filter(conversation=conversation_id).with_parts().order_by("-seq")
    return list(last[: 2 * CONTEXT_MESSAGES + 1])[::-1]


def _described(snapshot: Snapshot, message: Message, *, reported: bool) -> dict[str, Any]:
    return {
        "id": str(message.pk),
        "seq": message.seq,
        "reported": reported,
        "sender": message.sender.username,
        "sender_id": message.sender_id,
        "kind": message.kind,
        "body": message.body,
        "created_at": _time(message.created_at),
        "unsent_at": _time(message.unsent_at),
        "removed_at": _time(message.removed_at),
        "likes": sorted(like.user_id for like in message.liked()),
        "reply_to": str(message.reply_to_id) if message.reply_to_id else None,
        "sticker": message.sticker_key,
        "files": [] if message.unsent_at else list(_files_of(snapshot, message, whole=reported)),
    }


def _files_of(snapshot: Snapshot, message: Message, *, whole: bool) -> Iterable[dict[str, Any]]:
    """Keep the files of ``message``; of a video that only stands nearby, the picture alone."""
    if message.kind == MessageKind.PHOTO:
        for photo in message.photos.all():
            yield _keep(snapshot, f"{photo.folder}/2048.webp", WEBP, alt=photo.alt)
    elif message.kind == MessageKind.STICKER and message.sticker and not packs.find(message.sticker_key):
        yield _keep(snapshot, message.sticker.file_name, WEBP, alt=message.sticker.alt)
    elif message.kind == MessageKind.GIF and message.gif:
        yield _keep(snapshot, f"{message.gif.folder}/gif.webp", WEBP, alt=message.gif.alt)
    elif message.kind == MessageKind.VIDEO and message.video:
        video = message.video
        about = {"video": str(video.pk), "author": video.author.username, "caption": video.caption}
        yield _keep(snapshot, f"{video.folder}/poster.webp", WEBP, **about)
        if whole:
            yield _keep(snapshot, f"{video.folder}/video.mp4", MP4, **about)


def _account(snapshot: Snapshot, user: User) -> dict[str, Any]:
    """Return an account's state: what others could see of it, and what decides who may write."""
    avatar = _keep(snapshot, avatars.path_of(user.avatar, AVATAR_SIZE), WEBP) if user.avatar else None
    return {
        "id": user.pk,
        "username": user.username,
        "display_name": user.display_name,
        "joined": _time(user.date_joined),
        "age": age_on(user.birth_date, today()) if user.birth_date else None,
        "minor": is_minor(user.birth_date) if user.birth_date else None,
        "active": user.is_active,
        "message_privacy": user.message_privacy,
        "messaging_suspended_until": _time(user.messaging_suspended_until),
        "avatar": avatar,
    }


def _keep(snapshot: Snapshot, name: str, content_type: str, **about: Any) -> dict[str, Any]:
    """Copy the file ``name`` to where evidence lies, under its hash; say so where it isn't there (any more)."""
    found = stored.find(name)
    if found is None:
        return {"missing": name, **about}
    digest = hashlib.sha256()
    with tempfile.NamedTemporaryFile() as copy:
        for chunk in found.chunks(range(found.size), CHUNK_BYTES):
            digest.update(chunk)
            copy.write(chunk)
        copy.flush()
        kept = KeptFile(digest.hexdigest(), content_type, found.size)
        target = f"evidence/{kept.sha256}"
        if not default_storage.exists(target):
            stored.put(Path(copy.name), target)
    snapshot.files[kept.sha256] = kept
    return {"sha256": kept.sha256, "bytes": kept.byte_count, "type": content_type, **about}


def _time(moment: datetime.datetime | None) -> str | None:
    return moment.isoformat() if moment else None
