"""Messages and inbox rows as HTML.

A message looks the same to everyone who may see it, so one rendering serves both sides; what is mine
is told apart on the page. A row is its owner's alone.
"""

import datetime
import html
import uuid
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from typing import Any, NamedTuple

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.templatetags.interface import avatar
from messaging import looks, stencils
from messaging.looks import LinkCard, Picture, VideoLook
from messaging.models import Folder, Message, MessageKind, Participant
from messaging.stencils import mark
from messaging.text import is_large_emoji, segments

MESSAGE, ROW = "messaging/message.html", "messaging/row.html"
MESSAGE_AVATAR, ROW_AVATAR = 28, 52  # CSS pixels
MAX_QUOTE_CHARACTERS = 120
MAX_PREVIEW_CHARACTERS = 120


@dataclass(frozen=True)
class ReplyView:
    """The message that is answered: enough to quote it."""

    id: uuid.UUID
    name: str
    text: str


@dataclass(frozen=True)
class Moment:
    """A time as pages write it: for scripts, in UTC, and for people, as the time of day or the day."""

    iso: SafeString
    utc: SafeString
    clock: SafeString
    day: SafeString


@dataclass(frozen=True)
class MessageView:
    """What ``messaging/message.html`` draws."""

    id: uuid.UUID | str
    conversation_id: uuid.UUID
    client_id: uuid.UUID | str
    seq: int
    version: int
    sender_id: int
    name: str
    avatar: SafeString
    kind: str
    text: SafeString
    large: bool
    picture: Picture | None
    photos: list[Picture]
    video: VideoLook | None
    card: LinkCard | None
    reply: ReplyView | None
    likes: list[int]
    gone: str
    created: Moment


@dataclass
class RowView:
    """What ``messaging/row.html`` draws: a conversation in its owner's list."""

    id: uuid.UUID | str
    url: str
    other: User
    name: str
    avatar: SafeString
    preview: str
    preview_mine: bool
    activity: Moment
    is_today: bool
    unread: int
    marked_unread: bool
    muted: bool
    pinned: bool
    folder: str
    show_active: bool
    draft: str


def gone_reason(message: Message) -> str:
    """Return why there are no words any more: ``unsent``, ``removed`` (by a moderator) or nothing."""
    if message.removed_at:
        return "removed"
    return "unsent" if message.unsent_at else ""


class Place(NamedTuple):
    """Where something is drawn, as far as that makes a difference: whoever draws a lot asks once."""

    zone: datetime.tzinfo
    language: str | None
    today: str  # ISO


def here() -> Place:
    """Return the place that this thread draws for."""
    zone = timezone.get_current_timezone()
    return Place(zone, get_language(), timezone.now().astimezone(zone).date().isoformat())


def moment(value: datetime.datetime, place: Place) -> Moment:
    """Return ``value`` in the time zone and the language of the page."""
    return _moment(value, place.zone, place.language)


@lru_cache(maxsize=1024)
def _moment(value: datetime.datetime, zone: datetime.tzinfo, language: str | None) -> Moment:
    local = value.astimezone(zone)
    utc = value.astimezone(datetime.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    pieces = local.isoformat(), utc, f"{local.hour:02}:{local.minute:02}", _day(local.date(), language)
    return Moment(*(conditional_escape(piece) for piece in pieces))


@lru_cache(maxsize=64)
def _day(value: datetime.date, language: str | None) -> str:
    return date_format(value, "j M")


def message_view(message: Message, place: Place) -> MessageView:
    """Return what a page shows of ``message``, loaded ``with_parts``."""
    gone = gone_reason(message)
    return MessageView(
        id=message.pk,
        conversation_id=message.conversation_id,
        client_id=message.client_id,
        seq=message.seq,
        version=message.version,
        sender_id=message.sender_id,
        name=message.sender.name,
        avatar=avatar(message.sender, MESSAGE_AVATAR),
        kind=message.kind,
        text=SafeString("") if gone else _text(message),
        large=not gone and message.kind == MessageKind.TEXT and is_large_emoji(message.body),
        picture=None if gone else looks.picture_of(message),
        photos=[] if gone else looks.photos_of(message),
        video=None if gone else looks.video_of(message),
        card=None if gone else looks.card_of(message),
        reply=_reply_view(message.reply_to) if message.reply_to and not gone else None,
        likes=sorted(like.user_id for like in message.liked()),
        gone=gone,
        created=moment(message.created_at, place),
    )


def render_message(message: Message, place: Place | None = None) -> SafeString:
    """Return ``message`` (loaded ``with_parts``) as the HTML everyone who may see it gets."""
    place = place or here()
    if not _is_plain(message):
        return stencils.draw(MESSAGE, {"message": message_view(message, place)})
    message_id, conversation_id, client_id = message.texts
    values = {
        "id": message_id,
        "conversation_id": conversation_id,
        "client_id": client_id,
        "seq": message.seq,
        "version": message.version,
        "sender_id": message.sender_id,
        "name": message.sender.name,
        "avatar": avatar(message.sender, MESSAGE_AVATAR),
        "text": _text(message),
        **vars(moment(message.created_at, place)),
    }
    shape = (is_large_emoji(message.body), place.language)
    return stencils.fill(MESSAGE, shape, lambda: {"message": _marked(message_view(message, place), "created")}, values)


def _is_plain(message: Message) -> bool:
    """Whether there is nothing to show but text, as of most messages when they are new."""
    more = message.reply_to_id or message.preview_id or gone_reason(message)
    return message.kind == MessageKind.TEXT and not more and not message.liked()


def blank_message(conversation_id: uuid.UUID, sender: User, now: datetime.datetime) -> SafeString:
    """Return the HTML that the browser fills in for a message on its way."""
    view = MessageView(
        id="",
        conversation_id=conversation_id,
        client_id="",
        seq=0,
        version=0,
        sender_id=sender.pk,
        name=sender.name,
        avatar=avatar(sender, MESSAGE_AVATAR),
        kind=MessageKind.TEXT,
        text=SafeString(""),
        large=False,
        picture=None,
        photos=[],
        video=None,
        card=None,
        reply=None,
        likes=[],
        gone="",
        created=moment(now, here()),
    )
    return stencils.draw(MESSAGE, {"message": view})


def row_view(
    side: Participant,
    other: User,
    message: Message | None,
    *,
    show_active: bool,
    place: Place | None = None,
    words: str | None = None,
) -> RowView:
    """Return the row of ``side``, whose newest visible message is ``message``; ``words`` is its ``preview``."""
    place = place or here()
    activity = moment(side.last_activity, place)
    return RowView(
        id=side.conversation_id,
        url=side.conversation.get_absolute_url(),
        other=other,
        name=other.name,
        avatar=avatar(other, ROW_AVATAR),
        preview=preview(message) if words is None else words,
        preview_mine=message is not None and message.sender_id == side.user_id,
        activity=activity,
        is_today=activity.iso.startswith(place.today),
        unread=side.unread_count,
        marked_unread=side.marked_unread,
        muted=side.muted,
        pinned=side.pinned,
        folder=side.folder,
        show_active=show_active,
        draft=side.draft[:MAX_PREVIEW_CHARACTERS],
    )


def render_row(row: RowView, *, is_current: bool = False, language: str | None = None) -> SafeString:
    """Return a row as HTML, marked where its conversation ``is_current``; nothing for one that lies nowhere."""
    if row.folder == Folder.NOWHERE:
        return SafeString("")
    flags = (row.preview_mine, row.is_today, row.marked_unread, row.muted, row.pinned, row.show_active)
    shape = (*flags, row.folder, row.unread > 0, bool(row.draft), is_current, language or get_language())
    values = vars(row) | vars(row.activity)
    return stencils.fill(ROW, shape, lambda: {"row": _marked(row, "activity"), "is_current": is_current}, values)


def preview(message: Message | None) -> str:
    """Return the line a list shows of a message."""
    if message is None:
        return ""
    if reason := gone_reason(message):
        return _("Removed by moderators") if reason == "removed" else _("Unsent a message")
    words = " ".join(message.body[: MAX_PREVIEW_CHARACTERS * 2].split())
    return " · ".join(filter(None, (looks.in_words(message), words)))[:MAX_PREVIEW_CHARACTERS]


def _text(message: Message) -> SafeString:
    """Return the text of ``message`` with its links, which a request has none of: they would be too easy to follow."""
    if message.as_request:
        return conditional_escape(message.body)
    found = segments(message.body)
    if len(found) == 1 and not found[0].url:
        return SafeString(html.escape(message.body))
    pieces = [
        format_html('<a href="{}" rel="noopener noreferrer nofollow ugc" target="_blank">{}</a>', one.url, one.text)
        if one.url
        else conditional_escape(one.text)
        for one in found
    ]
    return mark_safe("".join(pieces))  # noqa: S308  (each escaped)


def _reply_view(message: Message) -> ReplyView:
    return ReplyView(message.pk, message.sender.name, preview(message)[:MAX_QUOTE_CHARACTERS])


_VARYING = {"id", "conversation_id", "client_id", "seq", "version", "sender_id", "name", "avatar", "text", "url"} | {
    "preview",
    "draft",
    "unread",
}
_DECIDING = {"draft", "unread"}


def _marked(view: Any, time: str) -> Any:
    """Return ``view`` with marks for all that the template writes; what it decides by stays empty where it is."""
    marks = {
        name: mark(name) for name, value in vars(view).items() if name in _VARYING and (value or name not in _DECIDING)
    }
    return replace(view, **marks, **{time: Moment(*(mark(field.name) for field in fields(Moment)))})
