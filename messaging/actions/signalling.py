"""What passes without leaving a trace: typing, and the heartbeat of an open page."""

import uuid
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
class Pulse:
    """The answer to a heartbeat: the state of the open conversation and the number on the badge."""

    state: str | None
    unread: int


def heartbeat(user: User, conversation_id: uuid.UUID | None) -> Pulse:
    """Return where the database stands. Raises ``Conversation.DoesNotExist`` where it isn't theirs."""
    unread = Participant.objects.unread_by_user([user.pk])[user.pk]
    if conversation_id is None:
        return Pulse(None, unread)
    rows = _STATES.rows([user.pk], [conversation_id])
    if not rows:
        raise Conversation.DoesNotExist
    ((version, deletions),) = rows
    return Pulse(state_token(version, deletions), unread)


_STATES = Prepared(
    lambda users, conversations: Participant.objects.filter(
        user__pk__among=users, conversation__pk__among=conversations
    ).values_list("conversation__version", "deletions")
)
