"""Background work of messaging."""

from messaging import actions
from videos import background


@background.every(minutes=60)
def clean() -> None:
    """Throw away photos that were uploaded and never sent, and stickers and GIFs that nothing shows any more."""
    actions.discard_forgotten()
    actions.discard_unused_stickers()
    actions.discard_unused_gifs()
