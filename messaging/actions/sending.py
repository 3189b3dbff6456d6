"""The way of one message, for one draft as for many that arrive together."""

import uuid
from collections import Counter
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

import accounts.policies
from accounts.counting import too_fast
from accounts.models import User
from accounts.prepared import new
from accounts.turns import Bill
from messaging import broadcast, limits
from messaging.actions import content, previews, requests
from messaging.actions.batches import Batch, Draft, Session, load
from messaging.actions.content import Content
from messaging.actions.locking import Locked
from messaging.actions.writing import insertion, update, write
from messaging.holding import reason_to_hold
from messaging.models import Conversation, Folder, Message, Participant
from messaging.policies import Refusal, write_refusal
from messaging.querysets import unread_of, unread_wanted
from messaging.standing import Standing


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
        batch = load(drafts)
        for places in _rounds(batch, drafts):
            _send_round(batch, drafts, places, outcomes)
        previews.attach(batch.links)
        _tell(batch)
        _write(batch)
    return outcomes


def _rounds(batch: Batch, drafts: Sequence[Draft]) -> list[list[int]]:
    """Return the places of ``drafts`` in rounds, those of each conversation and of each sender in their order.

    A conversation where one may change what is decided about the next is in each round once.
    """
    rounds: list[list[int]] = [[]]
    free: Counter[uuid.UUID] = Counter()  # the first round where the next of a conversation may be
    last: dict[User | Session | None, int] = {}  # the one where a sender's last is: limits are theirs, wherever it goes
    one_by_one = _sent_again(drafts) | _unsettled(batch, drafts)
    for place, draft in enumerate(drafts):
        turn = last[draft.sender] = max(free[draft.conversation_id], last.get(draft.sender, 0))
        if turn == len(rounds):
            rounds.append([])
        rounds[turn].append(place)
        free[draft.conversation_id] = turn + (draft.conversation_id in one_by_one)
    return rounds


def _unsettled(batch: Batch, drafts: Sequence[Draft]) -> set[uuid.UUID]:
    """Return the conversations of several ``drafts`` in which one may change what is decided about the next.

    None does where the two talk, nor where only one of them writes, and not as a request.
    """
    senders: dict[uuid.UUID, list[User | Session | None]] = {}
    for draft in drafts:
        senders.setdefault(draft.conversation_id, []).append(draft.sender)
    return {
        pk
        for pk, several in senders.items()
        if len(several) > 1
        and (locked := batch.locked.get(pk)) is not None
        and not locked.is_dialogue
        and not (len({*several}) == 1 and _needs_no_request(batch, locked, several[0]))
    }


def _needs_no_request(batch: Batch, locked: Locked, sender: User | Session | None) -> bool:
    if not isinstance(sender, User) or sender.pk not in locked.sides:
        return False
    _mine, theirs = locked.both(sender.pk)
    return not batch.relations.standing(sender, theirs.user, theirs, locked.conversation.last_seq).is_request


def _sent_again(drafts: Sequence[Draft]) -> set[uuid.UUID]:
    """Return the conversations in which a ``client_id`` comes more than once."""
    if len({draft.client_id for draft in drafts}) == len(drafts):
        return set()
    times = Counter((draft.conversation_id, draft.client_id) for draft in drafts)
    return {conversation_id for (conversation_id, _client_id), count in times.items() if count > 1}


def _send_round(batch: Batch, drafts: Sequence[Draft], places: Sequence[int], outcomes: list[Outcome]) -> None:
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


def _tell(batch: Batch) -> None:
    """Tell everyone whom it concerns, once it is committed."""
    broadcast.messages_created([(message, locked.sides) for message, locked in batch.written], batch.unread)
    for conversation_id, reader in batch.read:
        mine = batch.locked[conversation_id].sides[reader]
        broadcast.read_by_writing(mine, batch.locked[conversation_id].other_than(mine.user))
    for conversation_id in batch.accepted:
        broadcast.policy_changed(conversation_id, list(batch.locked[conversation_id].sides))
    previews.fetch_later(message for message, _url in batch.links)


def _judge(batch: Batch, draft: Draft) -> _Fit | Outcome:
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


def _accept(batch: Batch, fit: _Fit) -> Sent:
    """Make the message of a draft that may be sent: in memory, with its place taken."""
    draft, locked, mine = fit.draft, fit.locked, fit.mine
    if mine.last_read_seq < locked.conversation.last_seq:
        batch.read.add((draft.conversation_id, mine.user_id))  # who writes has read what is above
    if mine.accepted_at is None and not fit.first:
        batch.accepted.add(draft.conversation_id)  # an answer opens the dialogue for the one who asked
    _let_in(batch, fit)
    message = _make(batch, fit)
    message.as_request = fit.standing.is_request
    # A stranger's link makes this server fetch nothing as long as the request isn't accepted.
    if not fit.standing.is_request:
        _preview_later(batch, message)
    _count(message, mine, fit.theirs, draft.bill)
    return Sent(message, message.version)


def _let_in(batch: Batch, fit: _Fit) -> None:
    """Bring the links of a request to life where this message answers it, or shows that it isn't one any more."""
    followed_since = fit.theirs.is_request and not fit.standing.is_request
    if fit.first or not (fit.mine.accepted_at is None or followed_since):
        return
    requests.open_links(fit.locked)
    for message, locked in batch.written:
        if locked is fit.locked and message.as_request:  # not in the database yet, nor told
            message.as_request, message.version = False, locked.next_version()
            _preview_later(batch, message)


def _preview_later(batch: Batch, message: Message) -> None:
    if url := previews.link_in(message.body):
        batch.links.append((message, url))


def _repeat(earlier: Message, draft: Draft) -> Outcome:
    """Answer a repeated ``client_id``: the first result for the same content, a refusal for another.

    Of an unsent message there is nothing left to compare with, so it counts as the same.
    """
    same = (earlier.kind, earlier.body, earlier.reply_to_id) == (draft.kind, draft.body, draft.reply_to)
    if not (same and content.is_same(earlier, draft.wanted)) and not earlier.is_gone:
        return Refusal("client_id_reused", _("This message was sent already, with other content."))
    return Sent(earlier, earlier.sent_version, duplicate=True)


def _make(batch: Batch, fit: _Fit) -> Message:
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


def _write(batch: Batch) -> None:
    if not batch.written:
        return
    messages = [message for message, _locked in batch.written]
    touched = list({id(locked): locked for _message, locked in batch.written}.values())
    _drop_drafts(batch)
    ties = content.has_ties(messages)
    people = {user_id for locked in touched for user_id in locked.sides}
    for found in write(
        insertion(messages),
        update([locked.conversation for locked in touched], ["last_seq", "version", "last_activity"]),
        update([side for locked in touched for side in locked.sides.values()], _SIDE_FIELDS),
        last=not ties,
        then=[unread_wanted(people)],
    ):
        batch.unread.update(unread_of(people, found))
    if ties:
        content.tie(messages)


def _drop_drafts(batch: Batch) -> None:
    """Drop the sender's draft. They are kept without the lock, so a side's is never written back with the rest."""
    done = [locked.sides[message.sender_id] for message, locked in batch.written]
    if stale := [side for side in done if side.draft]:
        Participant.objects.filter(pk__in=[side.pk for side in stale]).update(draft="")
        for side in stale:
            side.draft = ""
