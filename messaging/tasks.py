"""Background work of messaging."""

import uuid

from messaging import actions
from videos import background


@background.task
def fetch_preview(preview_id: str, conversation_id: str = "") -> None:
    """Fetch the preview of a link, and show it."""
    actions.fetch_preview(uuid.UUID(preview_id), uuid.UUID(conversation_id) if conversation_id else None)


@background.every(minutes=5)
def sweep_previews() -> None:
    """Take up the previews that somebody began and left, or that never came to the queue."""
    for preview_id in actions.unfinished_previews():
        fetch_preview(str(preview_id))


@background.every(minutes=60)
def clean() -> None:
    """Throw away photos that were uploaded and never sent, and what no message shows any more."""
    actions.discard_forgotten()
    actions.discard_unused_stickers()
    actions.discard_unused_gifs()
    actions.discard_unused_previews()
