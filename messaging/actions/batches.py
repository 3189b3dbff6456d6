"""What somebody wants to send, and the facts that decide about all that is sent together."""

import datetime
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, cast

from django.utils import timezone

from accounts.models import User
from accounts.prepared import Prepared, ask
from accounts.sessions import SignedIn, account_last_said
from accounts.turns import Bill, current_bill
from messaging.actions import locking
from messaging.actions.content import NO_WISH, Wanted
from messaging.actions.locking import Locked
from messaging.models import Message, MessageKind
from messaging.standing import Relations, relations_between


class Session(NamedTuple):
    """Whoever is signed in with a session, which is looked at once the message is sent."""

    key: str


@dataclass
class Draft:
    """A message somebody wants to send from ``address``; its shape was checked by ``MessageForm``.

    A ``sender`` that is named by a session becomes the account while it is sent, or None where nobody is signed in.
    What it counts for beside its work goes onto ``bill``, that of whose turn it is.
    """

    sender: User | Session | None
    conversation_id: uuid.UUID
    client_id: uuid.UUID
    body: str
    kind: str = MessageKind.TEXT
    reply_to: uuid.UUID | None = None
    wanted: Wanted = NO_WISH
    address: str = ""
    bill: Bill | None = field(default_factory=current_bill.get, compare=False)

    @property
    def account(self) -> User:
        """The sender, where it isn't only a session that names it."""
        return cast("User", self.sender)


@dataclass
class Batch:
    """The facts that the drafts of one transaction are decided from, each kind read by one query."""

    locked: dict[uuid.UUID, Locked]
    relations: Relations
    earlier: dict[tuple[uuid.UUID, int, uuid.UUID], Message]
    answerable: dict[uuid.UUID, Message]
    now: datetime.datetime
    written: list[tuple[Message, Locked]] = field(default_factory=list)
    links: list[tuple[Message, str]] = field(default_factory=list)
    accepted: set[uuid.UUID] = field(default_factory=set)
    read: set[tuple[uuid.UUID, int]] = field(default_factory=set)
    photos: set[uuid.UUID] = field(default_factory=set)
    unread: dict[int, int] = field(default_factory=dict)  # conversations of each account, once known, as of the commit


_EARLIER = Prepared(lambda _attempts: Message.objects.all(), by=("conversation", "sender", "client_id"))


def load(drafts: Sequence[Draft]) -> Batch:
    """Lock the conversations of ``drafts`` and read what decides about them, on PostgreSQL in one round trip."""
    ids = {draft.conversation_id for draft in drafts}
    signed = SignedIn({draft.sender.key for draft in drafts if isinstance(draft.sender, Session)})
    guesses = [_likely_sender(draft) for draft in drafts]
    attempts = [_attempt_of(draft, sender) for draft, sender in zip(drafts, guesses, strict=True)]
    known = {pk: pair for pk in ids if (pair := locking.pairs.get(pk))}
    asked = ask(*locking.wanted(ids), *relations_between(known.values()), _EARLIER.wanted(attempts), *signed.wanted())
    conversations, sides, follows, blocks, earlier, *sessions = asked
    locked = locking.locked_of(conversations, sides)
    relations = Relations(follows, blocks)
    # Who talks there never changes, but what is decided by it is decided by what was read under the lock.
    if unknown := [one.pair for pk, one in locked.items() if known.get(pk) != one.pair]:
        relations.look_up(unknown)
    _name_senders(drafts, signed.users(sessions, {side.user_id: side.user for side in sides}))
    if mistaken := [draft for draft, sender in zip(drafts, guesses, strict=True) if sender != _likely_sender(draft)]:
        earlier += _EARLIER.objects([_attempt_of(draft, _likely_sender(draft)) for draft in mistaken])
    replies = {draft.reply_to for draft in drafts if draft.reply_to}
    answerable = (
        Message.objects.filter(pk__in=replies, conversation__in=locked).select_related("sender") if replies else ()
    )
    return Batch(
        locked=locked,
        relations=relations,
        earlier={(message.conversation_id, message.sender_id, message.client_id): message for message in earlier},
        answerable={message.pk: message for message in answerable},
        now=timezone.now(),
    )


def _likely_sender(draft: Draft) -> int:
    """Return the key of the account that sends ``draft``, as far as that is known; 0 where it isn't."""
    if isinstance(draft.sender, Session):
        return account_last_said(draft.sender.key) or 0
    return draft.sender.pk if draft.sender else 0


def _attempt_of(draft: Draft, sender: int) -> tuple[uuid.UUID, int, uuid.UUID]:
    return draft.conversation_id, sender, draft.client_id


def _name_senders(drafts: Sequence[Draft], users: Mapping[str, User | None]) -> None:
    for draft in drafts:
        if isinstance(draft.sender, Session):
            draft.sender = users[draft.sender.key]
