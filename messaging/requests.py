"""What helps somebody to decide about a request, for one as for a page of them."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from accounts.querysets import friends_in_common
from messaging.models import HeldFor, Participant

SHOWN_FRIENDS = 3
DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class RequestFacts:
    """What a request's card shows of its sender; ``others`` is how many other people they wrote to first in a day."""

    friends: list[User]
    friend_count: int
    account_since: datetime.datetime
    others: int
    held: str


def facts_of(viewer: User, sides: Sequence[tuple[Participant, Participant]]) -> list[RequestFacts]:
    """Return the facts of each request, given as ``viewer``'s side and the sender's: three queries for all."""
    senders = [theirs.user_id for _mine, theirs in sides]
    common = friends_in_common(viewer, senders)
    since = timezone.now() - DAY
    begun = Participant.objects.begun_by(senders, since)
    return [
        RequestFacts(
            friends=common[theirs.user_id][:SHOWN_FRIENDS],
            friend_count=len(common[theirs.user_id]),
            account_since=theirs.user.date_joined,
            others=begun[theirs.user_id] - (theirs.accepted_at is not None and theirs.accepted_at >= since),
            held=str(HeldFor(mine.held_for).label) if mine.held_for else "",
        )
        for mine, theirs in sides
    ]
