"""A conversation as a file to keep: what one of its accounts can see of it now, as JSON or as a page of its own.

Written piece by piece, so that its length costs time and no memory.
"""

import json
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db.models import Prefetch
from django.template.loader import render_to_string
from django.utils import timezone

from accounts.export import iso
from accounts.models import User
from messaging import packs
from messaging.models import Conversation, Like, Message, MessageKind, Participant
from videos.models import Video

FORMAT = "paperplane.conversation"
VERSION = 1  # of the JSON; a new one where a field goes or means something else
BATCH = 500  # messages read at once

Entry: TypeAlias = dict[str, Any]


@dataclass(frozen=True)
class Copied:
    """A conversation and who may read it here: ``people`` are its accounts by their ids, ``reader`` is one of them."""

    conversation: Conversation
    reader: User
    people: dict[int, User]

    @property
    def other(self) -> User:
        """The one the reader writes with."""
        return next(person for pk, person in self.people.items() if pk != self.reader.pk)


def find(reader: User, conversation_id: uuid.UUID) -> Copied:
    """Return a conversation of ``reader``. Raises ``Participant.DoesNotExist`` where it isn't theirs."""
    mine = Participant.objects.of(reader).select_related("conversation").get(conversation=conversation_id)
    sides = Participant.objects.filter(conversation=conversation_id).select_related("user")
    return Copied(mine.conversation, reader, {side.user_id: side.user for side in sides})


def as_json(copied: Copied) -> Iterator[str]:
    """Yield one JSON object, whose ``messages`` are one a line."""
    head = json.dumps(about(copied))
    yield f'{head.removesuffix("}")}, "messages": [\n'
    separator = ""
    for batch in batches(copied):
        yield separator + ",\n".join(json.dumps(entry) for entry in batch)
        separator = ",\n"
    yield "\n]}\n"


def as_page(copied: Copied) -> Iterator[str]:
    """Yield an HTML page that needs nothing from anywhere."""
    context = {"copied": copied, "exported_at": iso(timezone.now())}
    yield render_to_string("messaging/export/head.html", context)
    day, count = "", 0
    for batch in batches(copied):
        for entry in batch:  # a day's first message stands below its date
            entry["day"], day = ("" if entry["sent_at"][:10] == day else entry["sent_at"][:10]), entry["sent_at"][:10]
        count += len(batch)
        yield render_to_string("messaging/export/messages.html", {"entries": batch, "me": copied.reader.username})
    yield render_to_string("messaging/export/foot.html", {"count": count})


def about(copied: Copied) -> Entry:
    """Return what the JSON says before the messages."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "exported_at": iso(timezone.now()),
        "exported_by": copied.reader.username,
        "conversation": str(copied.conversation.pk),
        "created_at": iso(copied.conversation.created_at),
        "participants": [
            {"username": person.username, "name": person.name} for _pk, person in sorted(copied.people.items())
        ],
    }


def batches(copied: Copied) -> Iterator[list[Entry]]:
    """Yield what the reader can see, oldest first; each batch costs the same, wherever it lies."""
    seen = Message.objects.visible_to(copied.reader).not_gone().filter(conversation=copied.conversation)
    likes = Prefetch("likes", Like.objects.order_by("pk"))
    messages = seen.select_related("sticker", "gif").prefetch_related(likes, "photos").order_by("seq")
    after = 0
    while batch := list(messages.filter(seq__gt=after)[:BATCH]):
        shared = {message.video_id for message in batch if message.video_id}
        videos = Video.objects.watchable_by(copied.reader).select_related("author").in_bulk(shared) if shared else {}
        yield [_entry(copied, message, videos) for message in batch]
        after = batch[-1].seq


def _entry(copied: Copied, message: Message, videos: dict[uuid.UUID, Video]) -> Entry:
    """Return a message as the file has it: who, when, what, and who likes it."""
    return {
        "id": str(message.pk),
        "seq": message.seq,
        "sent_at": iso(message.created_at),
        "sender": copied.people[message.sender_id].username,
        "kind": message.kind,
        **_content(message, videos),
        "reply_to": str(message.reply_to_id) if message.reply_to_id else None,
        "likes": [copied.people[like.user_id].username for like in message.liked() if like.user_id in copied.people],
    }


def _content(message: Message, videos: dict[uuid.UUID, Video]) -> Entry:
    match message.kind:
        case MessageKind.STICKER:
            built_in = packs.find(message.sticker_key)
            own = message.sticker
            return {"sticker": message.sticker_key or str(message.sticker_id or ""), "alt": _alt(built_in, own)}
        case MessageKind.GIF:
            return {"gif": str(message.gif_id or ""), "alt": message.gif.alt if message.gif else ""}
        case MessageKind.PHOTO:
            photos = [{"id": str(photo.pk), "alt": photo.alt} for photo in message.photos.all()]
            return {"caption": message.body, "photos": photos}
        case MessageKind.VIDEO:
            video = videos.get(message.video_id) if message.video_id else None
            return {"caption": message.body, "video": _video(video) if video else None}
    return {"text": message.body}


def _alt(built_in: packs.Sticker | None, own: Any) -> str:
    if built_in:
        return built_in.name
    return own.alt if own else ""


def _video(video: Video) -> Entry:
    return {"id": str(video.pk), "author": video.author.username, "caption": video.caption}
