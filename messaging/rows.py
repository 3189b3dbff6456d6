"""Loading inbox rows: a page of them in a fixed number of queries."""

from collections.abc import Iterable

from messaging.models import Message, Participant
from messaging.rendering import RowView, row_view


def load_rows(sides: Iterable[Participant]) -> list[RowView]:
    """Return the rows of ``sides``, which were loaded ``with_row``."""
    sides = list(sides)
    newest = Message.objects.in_bulk(
        [side.last_message_id for side in sides if side.last_message_id]  # type: ignore[attr-defined]
    )
    return [_row(side, newest.get(side.last_message_id)) for side in sides]  # type: ignore[attr-defined]


def load_row(side: Participant) -> RowView:
    """Return the row of one side, read afresh."""
    return load_rows(Participant.objects.with_row().filter(pk=side.pk))[0]


def _row(side: Participant, message: Message | None) -> RowView:
    other = next(one.user for one in side.conversation.sides if one.user_id != side.user_id)  # type: ignore[attr-defined]
    return row_view(side, other, message, show_active=shows_activity(side, other.show_activity))


def shows_activity(side: Participant, other_shows: bool) -> bool:
    """Whether the owner of ``side`` may see that the other is active: both show it, and they talk."""
    return side.user.show_activity and other_shows and side.accepted_at is not None
