"""The order of a conversation's page: messages in runs, day dividers, the line where reading stopped."""

import datetime
import itertools
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.safestring import SafeString

from accounts.models import User
from messaging.models import Message
from messaging.rendering import here, render_message

# Messages of one person closer than this stand together, as in static/js/timeline.js.
RUN_GAP = datetime.timedelta(minutes=5)


@dataclass(frozen=True)
class Entry:
    """One line of the page: a ``message``, a ``day`` or the ``new`` line."""

    type: str
    day: datetime.date | None = None
    message: Message | None = None
    html: SafeString | None = None
    mine: bool = False
    run: str = "single"
    liked: bool = False
    i_like: bool = False
    seen: bool = False


def entries(messages: Sequence[Message], reader: User, read_seq: int, their_read_seq: int) -> list[Entry]:
    """Arrange ``messages`` (oldest first, ``with_parts``) for ``reader``, who had read up to ``read_seq``."""
    first_new = next((m for m in messages if m.seq > read_seq and m.sender_id != reader.pk), None)
    seen = max((m.seq for m in messages if m.sender_id == reader.pk and m.seq <= their_read_seq), default=0)
    page: list[Entry] = []
    place = here()
    for before, message, after in zip([None, *messages], messages, [*messages[1:], None], strict=False):
        if before is None or _day(before) != _day(message):
            page.append(Entry("day", day=_day(message)))
        if message is first_new:
            page.append(Entry("new"))
        likes = [like.user_id for like in message.liked()]
        page.append(
            Entry(
                "message",
                message=message,
                html=render_message(message, place),
                mine=message.sender_id == reader.pk,
                run=_run(_joined(before, message, first_new), _joined(message, after, first_new)),
                liked=bool(likes),
                i_like=reader.pk in likes,
                seen=message.seq == seen,
            )
        )
    return page


def _day(message: Message) -> datetime.date:
    return timezone.localdate(message.created_at)


def _joined(one: Message | None, next_one: Message | None, first_new: Message | None) -> bool:
    """Whether two neighbours stand together."""
    return (
        one is not None
        and next_one is not None
        and next_one is not first_new
        and one.sender_id == next_one.sender_id
        and _day(one) == _day(next_one)
        and next_one.created_at - one.created_at < RUN_GAP
    )


def _run(after_one: bool, before_one: bool) -> str:
    names = dict(zip(itertools.product((False, True), repeat=2), ("single", "first", "last", "middle"), strict=True))
    return names[(after_one, before_one)]
