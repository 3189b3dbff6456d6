"""Tables of messaging."""

from accounts.ids import new_id  # the first migration names it here
from messaging.models.content import LinkPreview, PreviewState, Recent, RecentKind, Sticker
from messaging.models.conversations import REQUEST_FOLDERS, Conversation, Folder, Participant, pair_key, state_token
from messaging.models.filters import HeldFor, RequestRules
from messaging.models.messages import Deletion, Like, Message, MessageKind, Photo

__all__ = [
    "REQUEST_FOLDERS",
    "Conversation",
    "Deletion",
    "Folder",
    "HeldFor",
    "Like",
    "LinkPreview",
    "Message",
    "MessageKind",
    "Participant",
    "Photo",
    "PreviewState",
    "Recent",
    "RecentKind",
    "RequestRules",
    "Sticker",
    "new_id",
    "pair_key",
    "state_token",
]
