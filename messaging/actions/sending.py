"""The way of one message, for one draft as for many that arrive together."""

import datetime
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import NamedTuple, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import accounts.policies
from accounts.counting import too_fast
from accounts.models import User
from accounts.prepared import Prepared, ask, new
from accounts.sessions import SignedIn, account_last_said
from accounts.turns import Bill, current_bill
from messaging import broadcast, limits
from messaging.actions import content, locking, previews, requests
from messaging.actions.content import NO_WISH, Content, Wanted
from messaging.actions.locking import Locked
from messaging.actions.writing import insertion, update, write
from messaging.holding import reason_to_hold
from messaging.models import Conversation, Folder, Message, MessageKind, Participant
from messaging.policies import Refusal, write_refusal
from messaging.standing import Relations, Standing, relations_between


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


class Sent(NamedTuple):
    """A message that is committed; ``duplicate`` where an earlier attempt already wrote it."""

    message: Message
    version: int
    duplicate: bool = False


class Unsent(Enum):
    """Why there is nobody or nothing to tell a refusal of."""

    NOT_THEIRS = "not_found"  # the conversation isn't the sender's
    SIGNED_OUT = "signed_out"  # the session has ended


Outcome = Sent | accounts.policies.Refusal | Unsent
"""What became of a draft."""


@dataclass
class _Batch:
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


class _Fit(NamedTuple):
    """A draft that nothing but the limits can stop, and what was found out about it."""

    draft: Draft
    sender: User
    locked: Locked
    mine: Participant
    theirs: Participant
    standing: Standing
    carried: Content
    first: bool


def send_message(draft: Draft) -> Sent:
    """Send one message and return it, committed.

    Raises ``Refused`` with the reason, or ``Conversation.DoesNotExist`` where it isn't the sender's.
    """
    (outcome,) = send_messages([draft])
    return sent(outcome)


def sent(outcome: Outcome) -> Sent:
    """Return what was sent; raises as ``send_message`` does where nothing was."""
    if isinstance(outcome, Unsent):
        raise Conversation.DoesNotExist
    if isinstance(outcome, accounts.policies.Refusal):
        raise accounts.policies.Refused(outcome)
    return outcome


def send_messages(drafts: Sequence[Draft]) -> list[Outcome]:
    """Send ``drafts`` in one transaction, in their order, and return what became of each.

    A draft that is refused takes nothing away from its neighbours. The sender must be freshly loaded:
    suspension and age are decided from it.
    """
    outcomes: list[Outcome] = [Unsent.NOT_THEIRS] * len(drafts)
    with transaction.atomic():
        batch = _load(drafts)
        for places in _rounds(batch, drafts):
            _send_round(batch, drafts, places, outcomes)
        _write(batch)
        _tell(batch)
    return outcomes


def _rounds(batch: _Batch, drafts: Sequence[Draft]) -> list[list[int]]:
    """Return the places of ``drafts`` in rounds, each conversation's in their order.

    Whether one may be sent depends on those before it in its conversation only as long as the two don't talk yet, or
    where it is one of them again: such a conversation is in each round once.
    """
    rounds: list[list[int]] = [[]]
    turns: Counter[uuid.UUID] = Counter()
    again = _sent_again(drafts)
    for place, draft in enumerate(drafts):
        locked = batch.locked.get(draft.conversation_id)
        turn = turns[draft.conversation_id]
        if turn == len(rounds):
            rounds.append([])
        rounds[turn].append(place)
        if draft.conversation_id in again or (locked and not locked.is_dialogue):
            turns[draft.conversation_id] += 1
    return rounds


def _sent_again(drafts: Sequence[Draft]) -> set[uuid.UUID]:
    """Return the conversations in which a ``client_id`` comes more than once."""
    if len({draft.client_id for draft in drafts}) == len(drafts):
        return set()
    times = Counter((draft.conversation_id, draft.client_id) for draft in drafts)
    return {conversation_id for (conversation_id, _client_id), count in times.items() if count > 1}


def _send_round(batch: _Batch, drafts: Sequence[Draft], places: Sequence[int], outcomes: list[Outcome]) -> None:
    """Decide the drafts at ``places``, with one look at the limits for all of them; note what became of each."""
    fits: dict[int, _Fit] = {}
    for place in places:
        judged = _judge(batch, drafts[place])
        if isinstance(judged, _Fit):
            fits[place] = judged
        else:
            outcomes[place] = judged
    waits = limits.seconds_to_wait([_attempt(fit) for fit in fits.values()])
    for (place, fit), wait in zip(fits.items(), waits, strict=True):
        outcomes[place] = too_fast(wait) if wait else _accept(batch, fit)


def _tell(batch: _Batch) -> None:
    """Tell everyone whom it concerns, once it is committed."""
    broadcast.messages_created([(message, locked.sides) for message, locked in batch.written])
    for conversation_id, reader in batch.read:
        mine = batch.locked[conversation_id].sides[reader]
        broadcast.read_by_writing(mine, batch.locked[conversation_id].other_than(mine.user))
    for conversation_id in batch.accepted:
        broadcast.policy_changed(conversation_id, list(batch.locked[conversation_id].sides))
    previews.fetch_later(message for message, _url in batch.links)


_EARLIER = Prepared(lambda _attempts: Message.objects.all(), by=("conversation", "sender", "client_id"))


def _load(drafts: Sequence[Draft]) -> _Batch:
    ids = {draft.conversation_id for draft in drafts}
    signed = SignedIn({draft.sender.key for draft in drafts if isinstance(draft.sender, Session)})
    guesses = [_likely_sender(draft) for draft in drafts]
    attempts = [_attempt_of(draft, sender) for draft, sender in zip(drafts, guesses, strict=True)]
    known = {pk: pair for pk in ids if (pair := locking.pairs.get(pk))}
    asked = ask(*locking.wanted(ids), *relations_between(known.values()), _EARLIER.wanted(attempts), signed.wanted())
    conversations, sides, follows, blocks, earlier, sessions = asked
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
    return _Batch(
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


def _judge(batch: _Batch, draft: Draft) -> _Fit | Outcome:
    """Refuse ``draft``, recognise it, or find that nothing but the limits can stop it."""
    sender = draft.sender
    if not isinstance(sender, User):
        return Unsent.SIGNED_OUT
    sender_id = sender.pk
    locked = batch.locked.get(draft.conversation_id)
    if locked is None or sender_id not in locked.sides:
        return Unsent.NOT_THEIRS
    if batch.earlier and (earlier := batch.earlier.get((draft.conversation_id, sender_id, draft.client_id))):
        return _repeat(earlier, draft)
    mine, theirs = locked.both(sender_id)
    standing = batch.relations.standing(sender, theirs.user, theirs, locked.conversation.last_seq)
    if refusal := write_refusal(standing, draft.kind):
        return refusal
    carried = content.find(sender, draft.kind, draft.wanted, batch.photos)
    if isinstance(carried, accounts.policies.Refusal):
        return carried
    if draft.reply_to and draft.reply_to not in batch.answerable:
        return Refusal("bad_reply", _("The message you answer isn't here any more."))
    batch.photos.update(photo.pk for photo in carried.photos)
    return _Fit(draft, sender, locked, mine, theirs, standing, carried, first=locked.conversation.last_seq == 0)


def _attempt(fit: _Fit) -> limits.Attempt:
    draft = fit.draft
    return limits.Attempt(
        sender_id=fit.mine.user_id,
        recipient_id=fit.theirs.user_id,
        body=draft.body,
        stranger=not fit.standing.dialogue and not fit.standing.recipient_follows,
        first=fit.first,
        new_account=accounts.policies.is_new(fit.sender),
        address=draft.address,
        bill=draft.bill,
    )


def _accept(batch: _Batch, fit: _Fit) -> Sent:
    """Make the message of a draft that may be sent: in memory, with its place taken."""
    draft, locked, mine = fit.draft, fit.locked, fit.mine
    if mine.last_read_seq < locked.conversation.last_seq:
        batch.read.add((draft.conversation_id, mine.user_id))  # who writes has read what is above
    if mine.accepted_at is None and not fit.first:
        batch.accepted.add(draft.conversation_id)  # an answer opens the dialogue for the one who asked
    _let_in(fit)
    message = _make(batch, fit)
    message.as_request = fit.standing.is_request
    # A stranger's link makes this server fetch nothing as long as the request isn't accepted.
    if not fit.standing.is_request and (url := previews.link_in(draft.body)):
        batch.links.append((message, url))
    _count(message, mine, fit.theirs, draft.bill)
    return Sent(message, message.version)


def _let_in(fit: _Fit) -> None:
    """Bring the links of a request to life where this message answers it, or shows that it isn't one any more."""
    followed_since = fit.theirs.is_request and not fit.standing.is_request
    if fit.mine.accepted_at is None or followed_since:
        requests.open_links(fit.locked)


def _repeat(earlier: Message, draft: Draft) -> Outcome:
    """Answer a repeated ``client_id``: the first result for the same content, a refusal for another.

    Of an unsent message there is nothing left to compare with, so it counts as the same.
    """
    same = (earlier.kind, earlier.body, earlier.reply_to_id) == (draft.kind, draft.body, draft.reply_to)
    if not (same and content.is_same(earlier, draft.wanted)) and not earlier.is_gone:
        return Refusal("client_id_reused", _("This message was sent already, with other content."))
    return Sent(earlier, earlier.sent_version, duplicate=True)


def _make(batch: _Batch, fit: _Fit) -> Message:
    draft, carried, conversation = fit.draft, fit.carried, fit.locked.conversation
    conversation.last_seq += 1
    conversation.last_activity = batch.now
    version = fit.locked.next_version()
    reply_to = batch.answerable.get(draft.reply_to) if draft.reply_to else None
    related = {
        "conversation": conversation,
        "sender": fit.sender,
        "sticker": carried.sticker,
        "gif": carried.gif,
        "video": carried.video,
        "reply_to": reply_to,
        "preview": None,
    }
    message: Message = new(
        Message,
        {
            "conversation_id": draft.conversation_id,
            "sender_id": fit.mine.user_id,
            "seq": conversation.last_seq,
            "version": version,
            "sent_version": version,
            "client_id": draft.client_id,
            "kind": draft.kind,
            "body": draft.body,
            "sticker_key": carried.sticker_key,
            "created_at": batch.now,
            **{f"{name}_id": one.pk for name, one in related.items() if one is not None},
        },
        related,
    )
    # Nobody can have liked it yet, and its photos are here: nothing has to be read to show it.
    message._prefetched_objects_cache = {"likes": [], "photos": list(carried.photos)}  # type: ignore[attr-defined]
    batch.written.append((message, fit.locked))
    batch.earlier[(draft.conversation_id, fit.mine.user_id, draft.client_id)] = message
    batch.answerable[message.pk] = message
    return message


def _count(message: Message, mine: Participant, theirs: Participant, bill: Bill | None) -> None:
    """Move both sides: who writes has read everything and accepts; the other has one more to read."""
    mine.accepted_at = mine.accepted_at or message.created_at
    mine.folder, mine.held_for = Folder.INBOX, ""
    mine.last_read_seq, mine.unread_count, mine.marked_unread = message.seq, 0, False
    theirs.unread_count += 1
    _land(message, theirs, bill)
    mine.last_activity = theirs.last_activity = message.created_at


def _land(message: Message, theirs: Participant, bill: Bill | None) -> None:
    """Take the conversation on its recipient's side to where ``message`` puts it."""
    if message.as_request and theirs.folder != Folder.INBOX:
        if theirs.folder != Folder.FILTERED:
            theirs.held_for = reason_to_hold(message.sender, theirs.user, message.body, bill) or ""
            theirs.folder = Folder.FILTERED if theirs.held_for else Folder.REQUESTS
    elif not (theirs.folder == Folder.ARCHIVE and theirs.muted):
        theirs.folder, theirs.held_for = Folder.INBOX, ""


_SIDE_FIELDS = [
    "accepted_at",
    "folder",
    "held_for",
    "last_read_seq",
    "unread_count",
    "marked_unread",
    "last_activity",
]


def _write(batch: _Batch) -> None:
    if not batch.written:
        return
    messages = [message for message, _locked in batch.written]
    touched = list({id(locked): locked for _message, locked in batch.written}.values())
    previews.attach(batch.links)
    write(
        insertion(messages),
        update([locked.conversation for locked in touched], ["last_seq", "version", "last_activity"]),
        update([side for locked in touched for side in locked.sides.values()], _SIDE_FIELDS),
    )
    content.tie(messages)
    # Drafts are kept without the lock, so a side's draft is never written back: only the sender's is dropped.
    done = [locked.sides[message.sender_id] for message, locked in batch.written]
    if stale := [side for side in done if side.draft]:
        Participant.objects.filter(pk__in=[side.pk for side in stale]).update(draft="")
        for side in stale:
            side.draft = ""
