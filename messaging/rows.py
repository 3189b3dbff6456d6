"""Loading inbox rows: a page of them in a fixed number of queries."""

from collections.abc import Iterable

from django.db.models import prefetch_related_objects

from accounts.models import Block
from messaging.models import Message, MessageKind, Participant
from messaging.rendering import Place, RowView, here, row_view


def load_rows(sides: Iterable[Participant]) -> list[RowView]:
    """Return the rows of ``sides``, which were loaded ``with_row``."""
    sides = list(sides)
    newest = Message.objects.in_bulk(
        [side.last_message_id for side in sides if side.last_message_id]  # type: ignore[attr-defined]
    )
    prefetch_related_objects([one for one in newest.values() if one.kind == MessageKind.PHOTO], "photos")
    people = {one.user_id for side in sides for one in side.conversation.sides}  # type: ignore[attr-defined]
    blocks = set(Block.objects.filter(blocker__in=people, blocked__in=people).values_list("blocker_id", "blocked_id"))
    place = here()
    return [_row(side, newest.get(side.last_message_id), blocks, place) for side in sides]  # type: ignore[attr-defined]


def load_row(side: Participant) -> RowView:
    """Return the row of one side, read afresh."""
    return load_rows(Participant.objects.with_row().filter(pk=side.pk))[0]


def _row(side: Participant, message: Message | None, blocks: set[tuple[int, int]], place: Place) -> RowView:
    theirs = next(one for one in side.conversation.sides if one.user_id != side.user_id)  # type: ignore[attr-defined]
    apart = not blocks.isdisjoint({(side.user_id, theirs.user_id), (theirs.user_id, side.user_id)})
    active = not apart and shows_activity(side, theirs) and theirs.user.active_now
    return row_view(side, theirs.user, message, show_active=active, place=place)


def shows_activity(mine: Participant, theirs: Participant) -> bool:
    """Whether the two sides may see of each other when they are active, as far as a block doesn't part them.

    Both show it, and both wrote here or accepted: a request gives nothing away.
    """
    shown = mine.user.show_activity and theirs.user.show_activity
    return shown and mine.accepted_at is not None and theirs.accepted_at is not None
