"""What a browser may say over the socket: one function a frame, from shape to action to answer.

It runs on the database thread, whole, so that a frame costs one hop. Who speaks is asked anew each time.
"""

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.utils.translation import gettext as _

from accounts.actions import note_activity
from accounts.models import User
from accounts.policies import Refusal, Refused
from accounts.sessions import current_user
from accounts.turns import Bill
from messaging import actions
from messaging.broadcast import Frame
from messaging.forms import MessageForm, ReadForm, form_data, is_text, plain_text
from messaging.models import Participant

MAX_FRAME_BYTES = 64 * 1024


@dataclass(frozen=True)
class Speaker:
    """Who says something, and where their socket comes from."""

    user: User
    address: str


class BadFrame(Exception):
    """A frame whose shape is wrong; the text says how."""


def ready(session_key: str) -> Frame | None:
    """Return the first frame of a socket, or None where nobody is signed in."""
    user = current_user(session_key)
    if user is None:
        return None
    unread = Participant.objects.unread_by_user([user.pk])[user.pk]
    return {"type": "ready", "user": str(user.pk), "unread": unread}


def answer(session_key: str, frame: Any, address: str) -> list[Frame] | None:
    """Carry out ``frame``, that came from ``address``, and return the answers; None where the session has ended."""
    user = current_user(session_key)
    if user is None:
        return None
    try:
        handler = _handler(frame)
        note_activity(user)
        return handler(Speaker(user, address), frame)
    except (BadFrame, ObjectDoesNotExist, Refused) as error:
        return [said_no(frame, error)]


def said_no(frame: Any, error: Exception) -> Frame:
    """Return the frame that says why ``frame`` wasn't carried out."""
    if isinstance(error, BadFrame):
        return refused(ref(frame), "bad_frame", str(error))
    if isinstance(error, Refused):
        refusal = error.refusal
        return refused(ref(frame), refusal.code, refusal.detail, getattr(refusal, "retry_after", None))
    return refused(ref(frame), "not_found", _("This isn't here, or isn't yours."))


def refused(ref: str | None, code: str, detail: str, retry_after: int | None = None) -> Frame:
    """Return the frame that says why something wasn't done; ``ref`` is what it was about."""
    return {"type": "refused", "ref": ref, "code": code, "detail": detail, "retry_after": retry_after}


def ack(sent: actions.Sent) -> Frame:
    """Return the acknowledgement of a committed message."""
    message = sent.message
    message_id, conversation_id, client_id = message.texts
    return {
        "type": "ack",
        "client_id": client_id,
        "message": {"id": message_id, "seq": message.seq, "created_at": message.created_at.isoformat()},
        "conversation": conversation_id,
        "version": sent.version,
        "duplicate": sent.duplicate,
    }


def is_send(frame: Any) -> bool:
    """Whether ``frame`` wants a message sent; these are answered together (``messaging.sends``), not one by one."""
    return isinstance(frame, dict) and frame.get("type") == "message.send"


def is_ping(frame: Any) -> bool:
    """Whether ``frame`` is a heartbeat; these too are answered together (``messaging.heartbeats``)."""
    return isinstance(frame, dict) and frame.get("type") == "ping"


def conversation_of_ping(frame: Frame) -> uuid.UUID | None:
    """Return which conversation is open, by a ``ping`` frame, if one is. Raises ``BadFrame``."""
    return _uuid(frame, "conversation") if frame.get("conversation") else None


def pong(frame: Frame, conversation_id: uuid.UUID | None, pulse: actions.Pulse) -> Frame:
    """Return the answer to a ``ping`` frame: ``stale`` where its page isn't where the database is."""
    if not pulse.is_theirs:
        return said_no(frame, ObjectDoesNotExist())
    kind = "pong" if pulse.state in (None, frame.get("state")) else "stale"
    about = {"conversation": str(conversation_id), "state": pulse.state} if conversation_id else {}
    return {"type": kind, "unread": pulse.unread, **about}


def draft_from(
    sender: User | actions.Session, conversation_id: uuid.UUID, data: dict[str, Any], address: str, bill: Bill | None
) -> actions.Draft:
    """Return the draft of a valid ``MessageForm``'s ``cleaned_data``, sent from ``address``."""
    return actions.Draft(
        sender=sender,
        conversation_id=conversation_id,
        client_id=data["client_id"],
        body=data["body"],
        kind=data["kind"],
        reply_to=data["reply_to"],
        wanted=actions.Wanted(data["sticker"], data["gif"], data["video"], data["photo"]),
        address=address,
        bill=bill,
    )


def read_draft(session_key: str, frame: Frame, address: str, bill: Bill | None) -> actions.Draft:
    """Return what a ``message.send`` frame wants sent; who sends it isn't asked here.

    Raises ``BadFrame`` or ``Refused``.
    """
    conversation_id = _uuid(frame, "conversation")
    data = plain_text(frame)
    if data is None:
        form = MessageForm(form_data(frame))
        if not form.is_valid():
            raise Refused(Refusal(*form.problem()))
        data = form.cleaned_data
    return draft_from(actions.Session(session_key), conversation_id, data, address, bill)


def _like(speaker: Speaker, frame: Frame) -> list[Frame]:
    liked = frame.get("liked")
    if not isinstance(liked, bool):
        raise BadFrame("liked: true or false")
    (actions.like if liked else actions.unlike)(speaker.user, _uuid(frame, "message"))
    return []


def _delete(speaker: Speaker, frame: Frame) -> list[Frame]:
    actions.delete_for_me(speaker.user, _uuid(frame, "message"))
    return []


def _unsend(speaker: Speaker, frame: Frame) -> list[Frame]:
    actions.unsend(speaker.user, _uuid(frame, "message"))
    return []


def _read(speaker: Speaker, frame: Frame) -> list[Frame]:
    form = ReadForm(form_data(frame))
    if not form.is_valid() or form.cleaned_data["seq"] is None:
        raise BadFrame("seq: a number from 0")
    actions.mark_read(speaker.user, _uuid(frame, "conversation"), form.cleaned_data["seq"])
    return []


def _typing(speaker: Speaker, frame: Frame) -> list[Frame]:
    actions.tell_typing(speaker.user, _uuid(frame, "conversation"))
    return []


_HANDLERS: dict[str, Callable[[Speaker, Frame], list[Frame]]] = {
    "message.like": _like,
    "message.delete": _delete,
    "message.unsend": _unsend,
    "conversation.read": _read,
    "conversation.typing": _typing,
}


def _handler(frame: Any) -> Callable[[Speaker, Frame], list[Frame]]:
    if not isinstance(frame, dict):
        raise BadFrame("a frame is a JSON object")
    kind = frame.get("type")
    handler = _HANDLERS.get(kind) if isinstance(kind, str) else None
    if handler is None:
        raise BadFrame("unknown type")
    return handler


def _uuid(frame: Frame, name: str) -> uuid.UUID:
    try:
        return uuid.UUID(frame.get(name))
    except (ValueError, TypeError, AttributeError):
        raise BadFrame(f"{name}: an id") from None


def ref(frame: Any) -> str | None:
    """Return what a frame was about: its ``client_id``, or its message, or its conversation."""
    if not isinstance(frame, dict):
        return None
    names = ("client_id", "message", "conversation")
    return next((frame[name] for name in names if isinstance(frame.get(name), str) and is_text(frame[name])), None)
