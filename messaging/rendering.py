"""Messages and inbox rows as HTML.

A message looks the same to everyone who may see it, so one rendering serves both sides; what is mine
is told apart on the page. A row is its owner's alone.
"""

import datetime
import uuid
from dataclasses import dataclass

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from accounts.models import User
from messaging import looks
from messaging.looks import LinkCard, Picture, VideoLook
from messaging.models import Folder, Message, MessageKind, Participant
from messaging.text import Segment, is_large_emoji, segments

MAX_QUOTE_CHARACTERS = 120
MAX_PREVIEW_CHARACTERS = 120


@dataclass(frozen=True)
class ReplyView:
    """The message that is answered: enough to quote it."""

    id: uuid.UUID
    name: str
    text: str


@dataclass(frozen=True)
class MessageView:
    """What ``messaging/message.html`` draws."""

    id: uuid.UUID | str
    conversation_id: uuid.UUID
    client_id: uuid.UUID | str
    seq: int
    version: int
    sender: User
    kind: str
    segments: list[Segment]
    large: bool
    picture: Picture | None
    photos: list[Picture]
    video: VideoLook | None
    card: LinkCard | None
    reply: ReplyView | None
    likes: list[int]
    gone: str
    created_at: datetime.datetime


@dataclass(frozen=True)
class RowView:
    """What ``messaging/row.html`` draws: a conversation in its owner's list."""

    id: uuid.UUID
    url: str
    other: User
    preview: str
    preview_mine: bool
    last_activity: datetime.datetime
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


def message_view(message: Message) -> MessageView:
    """Return what a page shows of ``message``, loaded ``with_parts``."""
    gone = gone_reason(message)
    return MessageView(
        id=message.pk,
        conversation_id=message.conversation_id,
        client_id=message.client_id,
        seq=message.seq,
        version=message.version,
        sender=message.sender,
        kind=message.kind,
        segments=[] if gone else _segments(message),
        large=not gone and message.kind == MessageKind.TEXT and is_large_emoji(message.body),
        picture=None if gone else looks.picture_of(message),
        photos=[] if gone else looks.photos_of(message),
        video=None if gone else looks.video_of(message),
        card=None if gone else looks.card_of(message),
        reply=_reply_view(message.reply_to) if message.reply_to and not gone else None,
        likes=sorted(like.user_id for like in message.likes.all()),
        gone=gone,
        created_at=message.created_at,
    )


def render_message(message: Message) -> SafeString:
    """Return ``message`` (loaded ``with_parts``) as the HTML everyone who may see it gets."""
    return _draw("messaging/message.html", message=message_view(message))


def blank_message(conversation_id: uuid.UUID, sender: User, moment: datetime.datetime) -> SafeString:
    """Return the HTML that the browser fills in for a message on its way."""
    view = MessageView(
        id="",
        conversation_id=conversation_id,
        client_id="",
        seq=0,
        version=0,
        sender=sender,
        kind=MessageKind.TEXT,
        segments=[],
        large=False,
        picture=None,
        photos=[],
        video=None,
        card=None,
        reply=None,
        likes=[],
        gone="",
        created_at=moment,
    )
    return _draw("messaging/message.html", message=view)


def row_view(side: Participant, other: User, message: Message | None, *, show_active: bool) -> RowView:
    """Return the row of ``side``, whose newest visible message is ``message``."""
    return RowView(
        id=side.conversation_id,
        url=side.conversation.get_absolute_url(),
        other=other,
        preview=preview(message),
        preview_mine=message is not None and message.sender_id == side.user_id,
        last_activity=side.last_activity,
        unread=side.unread_count,
        marked_unread=side.marked_unread,
        muted=side.muted,
        pinned=side.pinned,
        folder=side.folder,
        show_active=show_active,
        draft=side.draft[:MAX_PREVIEW_CHARACTERS],
    )


def render_row(row: RowView) -> SafeString:
    """Return a row as HTML; nothing for a conversation that lies nowhere."""
    if row.folder == Folder.NOWHERE:
        return SafeString("")
    return _draw("messaging/row.html", row=row)


def preview(message: Message | None) -> str:
    """Return the line a list shows of a message."""
    if message is None:
        return ""
    if reason := gone_reason(message):
        return _("Removed by moderators") if reason == "removed" else _("Unsent a message")
    words = " ".join(message.body[: MAX_PREVIEW_CHARACTERS * 2].split())
    return " · ".join(filter(None, (looks.in_words(message), words)))[:MAX_PREVIEW_CHARACTERS]


def _segments(message: Message) -> list[Segment]:
    """Return the text of ``message`` with its links, which a request has none of: they would be too easy to follow."""
    return [Segment(message.body)] if message.as_request and message.body else segments(message.body)


def _reply_view(message: Message) -> ReplyView:
    return ReplyView(message.pk, message.sender.name, preview(message)[:MAX_QUOTE_CHARACTERS])


def _draw(template: str, **context: object) -> SafeString:
    """Render a template, which escapes what people wrote."""
    return mark_safe(get_template(template).render(context).strip())  # noqa: S308  (a template's output)
