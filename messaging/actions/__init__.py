"""One function per change of conversations and messages.

Each checks the policy, writes in one transaction under the conversation's lock, and has the others told
after the commit. Views, consumers and commands all call these.
"""

from messaging.actions.content import Wanted
from messaging.actions.conversations import (
    accept,
    archive,
    clear,
    decline,
    mark_read,
    mark_unread,
    mute,
    open_conversation,
    pin,
    save_draft,
)
from messaging.actions.messages import delete_for_me, like, unlike, unsend
from messaging.actions.photos import describe_photo, discard_forgotten, discard_photo, send_files, upload_photo
from messaging.actions.sending import Draft, Outcome, Sent, send_message, send_messages
from messaging.actions.signalling import heartbeat, tell_typing

__all__ = [
    "Draft",
    "Outcome",
    "Sent",
    "Wanted",
    "accept",
    "archive",
    "clear",
    "decline",
    "delete_for_me",
    "describe_photo",
    "discard_forgotten",
    "discard_photo",
    "heartbeat",
    "like",
    "mark_read",
    "mark_unread",
    "mute",
    "open_conversation",
    "pin",
    "save_draft",
    "send_files",
    "send_message",
    "send_messages",
    "tell_typing",
    "unlike",
    "unsend",
    "upload_photo",
]
