"""Background work of messaging."""

from messaging import actions
from videos import background


@background.every(minutes=60)
def clean() -> None:
    """Throw away photos that were uploaded and never sent."""
    actions.discard_forgotten()
