"""Tables of messaging."""

from accounts.ids import new_id  # the first migration names it here
from messaging.models.content import LinkPreview, PreviewState, Recent, RecentKind, Sticker
from messaging.models.conversations import Conversation, Folder, Participant, pair_key
from messaging.models.messages import Deletion, Like, Message, MessageKind, Photo

__all__ = [
    "Conversation",
    "Deletion",
    "Folder",
    "Like",
    "LinkPreview",
    "Message",
    "MessageKind",
    "Participant",
    "Photo",
    "PreviewState",
    "Recent",
    "RecentKind",
    "Sticker",
    "new_id",
    "pair_key",
]
