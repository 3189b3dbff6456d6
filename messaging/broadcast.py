"""Events: their shapes, who hears them, and the one place that has them told.

Every function here waits for the commit, so nobody ever hears of what didn't happen.
"""

import hashlib
import logging
import uuid
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from accounts.ids import as_text
from accounts.models import User
from messaging import tabs
from messaging.models import Folder, Message, Participant
from messaging.policies import may_exchange_signals
from messaging.rendering import Place, RowView, here, preview, render_message, render_row, row_view
from messaging.rows import load_row, shows_activity
from messaging.standing import standing_of

logger = logging.getLogger(__name__)
Frame = dict[str, Any]
_Created = tuple[Message, Mapping[int, Participant]]


def session_mark(session_key: str | None) -> str:
    """Return a name for a session that gives nothing away of its key."""
    return hashlib.sha256((session_key or "").encode()).hexdigest()


def messages_created(created: Sequence[_Created], unread: Mapping[int, int] = MappingProxyType({})) -> None:
    """Tell the participants (``sides``) of each new message of it, and move the row in their lists, once each.

    ``unread`` is how many conversations are unread for each account, if that is known by the time of the commit.
    """

    def publish() -> None:
        place = here()
        frames: dict[int, list[Frame]] = defaultdict(list)
        for message, sides in created:
            try:
                frame = _created_frame(message, place)
            except Exception:  # what can't be drawn takes nothing from the others
                logger.exception("message %s can't be shown", message.pk)
                continue
            for user_id in sides:
                frames[user_id].append(frame)
        # Of several in one conversation the row shows the last.
        last = list({message.conversation_id: (message, sides) for message, sides in created}.values())
        if not unread:  # the messages don't wait for the counts that rows show
            deliver(frames)
            tabs.tell_later(lambda: _events(_rows_of(last, _unread_of(last), place)))
            return
        try:
            rows = _rows_of(last, unread, place)
        except Exception:  # the messages are shown all the same
            logger.exception("Rows of new messages can't be shown.")
            rows = {}
        deliver({user_id: frames.get(user_id, []) + rows.get(user_id, []) for user_id in {**frames, **rows}})

    if created:
        _after_commit(publish)


def _unread_of(created: Collection[_Created]) -> dict[int, int]:
    return Participant.objects.unread_by_user({user_id for _message, sides in created for user_id in sides})


def _rows_of(last: Collection[_Created], badges: Mapping[int, int], place: Place) -> dict[int, list[Frame]]:
    frames: dict[int, list[Frame]] = defaultdict(list)
    for message, sides in last:
        for user_id, row in _created_rows(message, sides, badges, place):
            frames[user_id].append(row)
    return frames


def _created_frame(message: Message, place: Place) -> Frame:
    return _message_frame(
        "message.created",
        message,
        place,
        client_id=message.texts[2],
        seq=message.seq,
        sender=str(message.sender_id),
    )


def _message_frame(kind: str, message: Message, place: Place, **more: Any) -> Frame:
    return {
        "type": kind,
        "conversation": message.texts[1],
        "version": message.version,
        "id": message.texts[0],
        **more,
        "html": render_message(message, place),
    }


def message_changed(message: Message, sides: Mapping[int, Participant]) -> None:
    """Tell every participant who can see it that a message (loaded ``with_parts``) looks different now."""

    def publish() -> None:
        frame = changed_frame(message)
        hidden = set(message.deletions.values_list("user_id", flat=True))
        seeing = {
            user_id: side for user_id, side in sides.items() if user_id not in hidden and message.seq > side.cleared_seq
        }
        deliver({user_id: [frame, *([row_frame(side)] if message.is_gone else [])] for user_id, side in seeing.items()})

    _after_commit(publish)


def changed_frame(message: Message) -> Frame:
    """Return the frame that shows a message (loaded ``with_parts``) as it is now."""
    return _message_frame("message.changed", message, here())


def message_deleted(mine: Participant, message: Message) -> None:
    """Tell the deleter's own tabs, and nobody else."""
    _after_commit(lambda: deliver({mine.user_id: [deleted_frame(mine.conversation_id, message.pk), row_frame(mine)]}))


def deleted_frame(conversation_id: uuid.UUID, message_id: uuid.UUID) -> Frame:
    """Return the frame that takes a message off its deleter's pages."""
    return {"type": "message.deleted", "conversation": str(conversation_id), "id": str(message_id)}


def conversation_read(mine: Participant, theirs: Participant, *, moved: bool) -> None:
    """Tell the reader's own tabs, and the other side where both show read receipts."""

    def publish() -> None:
        row = row_frame(mine)
        frame = _read_frame(mine) | {"unread": mine.unread_count, "badge": row["badge"]}
        deliver({mine.user_id: [frame, row]})

    _after_commit(publish)
    if moved:
        read_by_writing(mine, theirs)


def read_by_writing(mine: Participant, theirs: Participant) -> None:
    """Tell the other side alone how far one read; the writer's own tabs see it from the message."""

    def publish() -> None:
        if shows_reading(mine, theirs):
            deliver({theirs.user_id: [_read_frame(mine)]})

    _after_commit(publish)


def _read_frame(mine: Participant) -> Frame:
    return {
        "type": "conversation.read",
        "conversation": str(mine.conversation_id),
        "user": str(mine.user_id),
        "seq": mine.last_read_seq,
    }


def shows_reading(mine: Participant, theirs: Participant) -> bool:
    """Whether the other side may know how far the owner of ``mine`` read: both allow it, and they talk."""
    if mine.is_request or not (mine.user.read_receipts and theirs.user.read_receipts):
        return False
    return may_exchange_signals(standing_of(theirs, mine))


def row_changed(side: Participant) -> None:
    """Show a conversation's row anew in its owner's lists."""
    _after_commit(lambda: deliver({side.user_id: [row_frame(side)]}))


def list_changed(user_id: int) -> None:
    """Have an account's open lists drawn anew: more changed in them than rows are worth telling."""
    _after_commit(lambda: deliver({user_id: [{"type": "list.changed"}]}))


def row_frame(side: Participant) -> Frame:
    """Return the ``inbox.row`` frame of a side, read afresh."""
    return _row_frame(load_row(side), Participant.objects.unread_by_user([side.user_id])[side.user_id], get_language())


def typing(conversation_id: uuid.UUID, user: User, listener_id: int) -> None:
    """Tell one account that ``user`` is typing."""
    deliver(
        {listener_id: [{"type": "conversation.typing", "conversation": str(conversation_id), "user": str(user.pk)}]}
    )


def policy_changed(conversation_id: uuid.UUID, user_ids: Iterable[int]) -> None:
    """Have the given accounts' pages ask anew whether they can write."""
    frame = {"type": "policy.changed", "conversation": str(conversation_id)}
    frames = {user_id: [frame] for user_id in user_ids}
    _after_commit(lambda: deliver(frames))


def standing_changed(user_id: int) -> None:
    """Have every open conversation of an account ask anew whether it can write: what holds for it changed."""
    _after_commit(lambda: deliver({user_id: [{"type": "policy.changed", "conversation": None}]}))


def decision_made(user_id: int, url: str) -> None:
    """Lead every open page of an account to ``url``, where moderators' decision about it is read."""
    _after_commit(lambda: deliver({user_id: [{"type": "decision.made", "url": url}]}))


def session_ended(user_id: int, session_key: str) -> None:
    """Close the sockets of one session."""
    event = {"type": "session.ended", "session": session_mark(session_key)}
    _after_commit(lambda: tabs.tell({user_id: event}))


def access_changed(user_id: int) -> None:
    """Have every socket of an account check whether it may stay."""
    _after_commit(lambda: tabs.tell({user_id: {"type": "access.changed"}}))


def deliver(frames: Mapping[int, list[Frame]]) -> None:
    """Send each account its frames, in their order, in one event."""
    tabs.tell(_events(frames))


def _events(frames: Mapping[int, list[Frame]]) -> dict[int, tabs.Event]:
    return {user_id: {"type": "frames", "frames": listed} for user_id, listed in frames.items()}


def _after_commit(publish: Callable[[], None]) -> None:
    """Publish once it is committed. What fails is logged and no more: readers heal from the database."""
    transaction.on_commit(publish, robust=True)


def _row_frame(row: RowView, badge: int, language: str | None) -> Frame:
    return {
        "type": "inbox.row",
        "conversation": as_text(row.id),
        "html": render_row(row, language=language),
        "unread": row.unread,
        "badge": badge,
        "folder": row.folder,
    }


def _created_rows(
    message: Message, sides: Mapping[int, Participant], badges: Mapping[int, int], place: Place
) -> Iterator[tuple[int, Frame]]:
    """Return, for each side, the frame of its row, which the message moved up."""
    words = preview(message)
    one, other = sides.values()
    for side, theirs in ((one, other), (other, one)):
        # No block parts them: the message could be written just now.
        active = shows_activity(side, theirs) and theirs.user.active_now
        row = row_view(side, theirs.user, message, show_active=active, place=place, words=words)
        frame = _row_frame(row, badges[side.user_id], place.language)
        if side.user_id != message.sender_id and side.folder == Folder.INBOX and not side.muted:
            frame["notice"] = {"name": message.sender.name, "text": words, "url": row.url}
        yield side.user_id, frame
