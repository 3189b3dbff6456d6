"""One function per change of conversations and messages.

Each checks the policy, writes in one transaction under the conversation's lock, and has the others told
after the commit. Views, consumers and commands all call these.
"""

from messaging.actions.batches import Draft, Session
from messaging.actions.content import Wanted
from messaging.actions.conversations import (
    archive,
    clear,
    mark_read,
    mark_unread,
    mute,
    open_conversation,
    pin,
    save_draft,
)
from messaging.actions.gifs import (
    NoProviderError,
    add_found_gif,
    discard_unused_gifs,
    keep_gif,
    remove_gif,
    search_gifs,
)
from messaging.actions.messages import delete_for_me, like, unlike, unsend
from messaging.actions.moderating import erase_removed, remove_messages, restore_messages
from messaging.actions.photos import describe_photo, discard_forgotten, discard_photo, send_files, upload_photo
from messaging.actions.previews import discard_unused_previews, fetch_preview, unfinished_previews
from messaging.actions.requests import accept, decline, decline_all, save_rules
from messaging.actions.sending import Outcome, Sent, Unsent, send_message, send_messages, sent
from messaging.actions.signalling import Asked, Pulse, pulses, tell_typing
from messaging.actions.stickers import Piece, add_sticker, discard_unused_stickers, remove_sticker

__all__ = [
    "Asked",
    "Draft",
    "NoProviderError",
    "Outcome",
    "Piece",
    "Pulse",
    "Sent",
    "Session",
    "Unsent",
    "Wanted",
    "accept",
    "add_found_gif",
    "add_sticker",
    "archive",
    "clear",
    "decline",
    "decline_all",
    "delete_for_me",
    "describe_photo",
    "discard_forgotten",
    "discard_photo",
    "discard_unused_gifs",
    "discard_unused_previews",
    "discard_unused_stickers",
    "erase_removed",
    "fetch_preview",
    "keep_gif",
    "like",
    "mark_read",
    "mark_unread",
    "mute",
    "open_conversation",
    "pin",
    "pulses",
    "remove_gif",
    "remove_messages",
    "remove_sticker",
    "restore_messages",
    "save_draft",
    "save_rules",
    "search_gifs",
    "send_files",
    "send_message",
    "send_messages",
    "sent",
    "tell_typing",
    "unfinished_previews",
    "unlike",
    "unsend",
    "upload_photo",
]
