"""Taking the lock of a conversation: every change below one happens under it, in one order."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from accounts.models import User
from accounts.prepared import Prepared, Wanted, ask
from messaging.models import Conversation, Message, Participant
from messaging.standing import Pair

# Who talks in a direct conversation, of those that were locked here lately: what concerns the two can be asked for
# together with the lock.
pairs: dict[uuid.UUID, Pair] = {}
_MOST_PAIRS = 20_000


@dataclass
class Locked:
    """A conversation under its row lock, and both sides of it."""

    conversation: Conversation
    sides: dict[int, Participant]

    def side_of(self, user: User) -> Participant:
        """Return ``user``'s side."""
        return self.sides[user.pk]

    def other_than(self, user: User) -> Participant:
        """Return the side that isn't ``user``'s (of a direct conversation)."""
        return self.both(user.pk)[1]

    @property
    def pair(self) -> Pair:
        """The accounts of both sides (of a direct conversation)."""
        one, other = self.sides
        return one, other

    @property
    def is_dialogue(self) -> bool:
        """Whether both sides wrote or accepted."""
        return all(side.accepted_at is not None for side in self.sides.values())

    def both(self, user_id: int) -> tuple[Participant, Participant]:
        """Return the side of the account with this key, and the other one (of a direct conversation)."""
        one, other = self.sides.values()
        return (one, other) if one.user_id == user_id else (other, one)

    def next_version(self) -> int:
        """Take the next version. The caller saves the conversation."""
        self.conversation.version += 1
        return self.conversation.version


_CONVERSATIONS = Prepared(lambda ids: Conversation.objects.select_for_update().filter(pk__among=ids).order_by("pk"))
_SIDES = Prepared(
    lambda ids: (
        Participant.objects.filter(conversation__pk__among=ids)
        .select_related("user")
        .defer(*(f"user__{name}" for name in User.ASIDE))
        .order_by("pk")
    )
)


def wanted(ids: Collection[uuid.UUID]) -> tuple[Wanted, Wanted]:
    """Return what locks the conversations ``ids``: lowest first, so that two batches can't wait for each other."""
    return _CONVERSATIONS.wanted(ids), _SIDES.wanted(ids)


def locked_of(conversations: Sequence[Conversation], sides: Sequence[Participant]) -> dict[uuid.UUID, Locked]:
    """Return what was locked, from the answers; a conversation that began between the two isn't."""
    locked = {conversation.pk: Locked(conversation, {}) for conversation in conversations}
    for side in sides:
        if (one := locked.get(side.conversation_id)) is not None:
            side.conversation = one.conversation
            one.sides[side.user_id] = side
    if len(pairs) > _MOST_PAIRS:
        pairs.clear()
    pairs.update((pk, one.pair) for pk, one in locked.items())
    return locked


def lock_all(ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Locked]:
    """Lock the conversations ``ids``; what isn't there is left out."""
    return locked_of(*ask(*wanted(ids)))


def lock(user: User, conversation_id: uuid.UUID) -> Locked:
    """Lock one conversation of ``user``. Raises ``Conversation.DoesNotExist`` where it isn't theirs."""
    if not Participant.objects.filter(conversation=conversation_id, user=user).exists():
        raise Conversation.DoesNotExist
    return lock_all([conversation_id])[conversation_id]


def lock_message(user: User, message_id: uuid.UUID) -> tuple[Locked, Message]:
    """Lock the conversation of a message that ``user`` can see, and load it under the lock.

    Raises ``Message.DoesNotExist`` where there is none such.
    """
    conversation_id = Message.objects.visible_to(user).values_list("conversation_id", flat=True).get(pk=message_id)
    locked = lock_all([conversation_id])[conversation_id]
    # Again under the lock: it may have been deleted between the two reads.
    return locked, Message.objects.visible_to(user).with_parts().get(pk=message_id)
