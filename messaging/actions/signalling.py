"""What passes without leaving a trace: typing, and the heartbeat of an open page."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from accounts.models import User
from accounts.prepared import Prepared
from messaging import broadcast
from messaging.models import Conversation, Participant, state_token
from messaging.policies import may_exchange_signals, write_refusal
from messaging.standing import standing_of


def tell_typing(user: User, conversation_id: uuid.UUID) -> None:
    """Tell the other side that ``user`` is typing, where both show their activity.

    Raises ``Conversation.DoesNotExist`` where it isn't theirs; silent where writing isn't possible.
    """
    conversation = Conversation.objects.of(user).get(pk=conversation_id)
    sides = {side.user_id: side for side in conversation.participants.select_related("user")}
    mine = sides.pop(user.pk)
    (theirs,) = sides.values()
    if not (user.show_activity and theirs.user.show_activity):
        return
    # Two directions: they may know of me only if I let them in, and I must be able to write to them.
    if may_exchange_signals(standing_of(theirs, mine)) and write_refusal(standing_of(mine, theirs)) is None:
        broadcast.typing(conversation.pk, user, theirs.user_id)


@dataclass(frozen=True)
class Asked:
    """What a heartbeat asks: of which account, and of which conversation, if one is open."""

    user_id: int
    conversation_id: uuid.UUID | None


@dataclass(frozen=True)
class Pulse:
    """Where the database stands: the state of the open conversation and the number on the badge.

    ``is_theirs`` is False where the conversation isn't the account's.
    """

    state: str | None
    unread: int
    is_theirs: bool = True


def pulses(asked: Sequence[Asked]) -> list[Pulse]:
    """Return where the database stands for each, in two queries for all of them."""
    people = {one.user_id for one in asked}
    unread = Participant.objects.unread_by_user(people)
    conversations = {one.conversation_id for one in asked if one.conversation_id}
    found = {row[:2]: row[2:] for row in _STATES.rows(people, conversations)} if conversations else {}
    answers = []
    for one in asked:
        kept = found.get((one.user_id, one.conversation_id))
        state = state_token(*kept) if kept else None
        answers.append(Pulse(state, unread[one.user_id], is_theirs=bool(kept) or one.conversation_id is None))
    return answers


_STATES = Prepared(
    lambda users, conversations: Participant.objects.filter(
        user__pk__among=users, conversation__pk__among=conversations
    ).values_list("user_id", "conversation_id", "conversation__version", "deletions")
)
