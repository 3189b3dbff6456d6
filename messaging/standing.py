"""How a sender and a recipient stand to each other: every fact the policy decides from, read at once.

A room of its own, since the decisions in ``policies`` are pure and the facts are needed for one pair
(a page) as for many (a batch of sends).
"""

import datetime
from collections.abc import Iterable
from typing import NamedTuple

from django.utils import timezone

from accounts.models import Block, Follow, MessagePrivacy, User
from accounts.policies import is_old_enough_to_message, today
from accounts.prepared import Prepared, Wanted, ask
from messaging.models import Participant


class Sender(NamedTuple):
    """The facts about one account that don't depend on whom it writes to."""

    suspended_until: datetime.datetime | None = None
    old_enough: bool = True
    restricted_until: datetime.datetime | None = None


class Standing(NamedTuple):
    """The facts about one sender and one recipient, at one moment."""

    recipient_name: str
    privacy: MessagePrivacy
    suspended_until: datetime.datetime | None = None
    restricted_until: datetime.datetime | None = None
    sender_old_enough: bool = True
    recipient_old_enough: bool = True
    recipient_active: bool = True
    sender_blocked_recipient: bool = False
    recipient_blocked_sender: bool = False
    dialogue: bool = False
    sender_follows: bool = False
    recipient_follows: bool = False
    unanswered: int = 0

    @property
    def sender(self) -> Sender:
        """What holds for the sender, whoever the recipient is."""
        return Sender(self.suspended_until, self.sender_old_enough, self.restricted_until)

    @property
    def blocked(self) -> bool:
        """Whether either of the two blocked the other."""
        return self.sender_blocked_recipient or self.recipient_blocked_sender

    @property
    def is_request(self) -> bool:
        """Whether what the sender writes now lands among the recipient's requests."""
        return not self.dialogue and self.privacy == MessagePrivacy.EVERYONE and not self.recipient_follows


_FOLLOWS = Prepared(
    lambda _pairs: Follow.objects.values_list("follower_id", "followed_id"), by=("follower", "followed")
)
_BLOCKS = Prepared(lambda _pairs: Block.objects.values_list("blocker_id", "blocked_id"), by=("blocker", "blocked"))


_PRIVACY = {privacy.value: privacy for privacy in MessagePrivacy}


Pair = tuple[int, int]
"""The keys of two accounts."""


def relations_between(pairs: Iterable[Pair]) -> tuple[Wanted, Wanted]:
    """Return what finds the relations of each of ``pairs``, either way, for ``Relations``."""
    either_way = [(one, other) for pair in pairs for one, other in (pair, pair[::-1])]
    return _FOLLOWS.wanted(either_way), _BLOCKS.wanted(either_way)


class Relations:
    """Who follows and who blocks whom: pairs of accounts."""

    def __init__(self, follows: Iterable[Pair] = (), blocks: Iterable[Pair] = ()) -> None:
        self.today = today()
        self.follows, self.blocks = set(follows), set(blocks)

    def look_up(self, pairs: Iterable[Pair]) -> "Relations":
        """Add those of ``pairs``, read now."""
        follows, blocks = ask(*relations_between(pairs))
        self.follows.update(follows)
        self.blocks.update(blocks)
        return self

    def standing(self, sender: User, recipient: User, theirs: Participant | None, last_seq: int) -> Standing:
        """Return how ``sender`` stands to ``recipient``, whose side of the conversation is ``theirs``.

        As long as they neither wrote nor accepted, all of its ``last_seq`` messages are the sender's.
        """
        dialogue = theirs is not None and theirs.accepted_at is not None
        return Standing(
            recipient_name=recipient.username,
            privacy=_PRIVACY[recipient.message_privacy],
            suspended_until=_if_future(sender.messaging_suspended_until),
            restricted_until=_if_future(sender.restricted_until),
            sender_old_enough=is_old_enough_to_message(sender, self.today),
            recipient_old_enough=is_old_enough_to_message(recipient, self.today),
            recipient_active=recipient.is_active,
            sender_blocked_recipient=(sender.pk, recipient.pk) in self.blocks,
            recipient_blocked_sender=(recipient.pk, sender.pk) in self.blocks,
            dialogue=dialogue,
            sender_follows=(sender.pk, recipient.pk) in self.follows,
            recipient_follows=(recipient.pk, sender.pk) in self.follows,
            unanswered=0 if dialogue else last_seq,
        )


def sender_of(user: User) -> Sender:
    """Return what holds for ``user`` as a sender, whoever the recipient is."""
    return Sender(
        _if_future(user.messaging_suspended_until),
        is_old_enough_to_message(user),
        _if_future(user.restricted_until),
    )


def standing_of(mine: Participant, theirs: Participant) -> Standing:
    """Return how the owner of ``mine``, as the sender, stands to the owner of ``theirs``.

    Two sides of one conversation, their users and ``theirs.conversation`` loaded.
    """
    relations = Relations().look_up([(mine.user_id, theirs.user_id)])
    return relations.standing(mine.user, theirs.user, theirs, theirs.conversation.last_seq)


def standing_between(sender: User, recipient: User) -> Standing:
    """Return how two accounts stand, with or without a conversation between them."""
    from messaging.models import pair_key

    theirs = (
        Participant.objects.filter(conversation__pair_key=pair_key(sender.pk, recipient.pk), user=recipient)
        .select_related("conversation")
        .first()
    )
    last_seq = theirs.conversation.last_seq if theirs else 0
    return Relations().look_up([(sender.pk, recipient.pk)]).standing(sender, recipient, theirs, last_seq)


def _if_future(moment: datetime.datetime | None) -> datetime.datetime | None:
    return moment if moment is not None and moment > timezone.now() else None
