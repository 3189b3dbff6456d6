"""What one account does with its own side of a conversation, and how a conversation begins."""

import uuid
from collections.abc import Sequence

from django.db import IntegrityError, transaction

from accounts.models import User
from accounts.turns import STRANGER_S, charge, current_bill
from messaging import broadcast
from messaging.actions.locking import lock
from messaging.models import Conversation, Folder, Participant, pair_key


def open_conversation(user: User, other: User) -> Conversation:
    """Return the direct conversation of two accounts, made if need be. The other isn't told.

    Raises ``ValueError`` for oneself.
    """
    if user.pk == other.pk:
        raise ValueError("A conversation has two sides.")
    key = pair_key(user.pk, other.pk)
    try:
        return Conversation.objects.get(pair_key=key)
    except Conversation.DoesNotExist:
        pass
    try:
        with transaction.atomic():
            conversation = Conversation.objects.create(pair_key=key)
            charge(current_bill.get(), STRANGER_S)
            Participant.objects.bulk_create(
                [Participant(conversation=conversation, user=side) for side in (user, other)]
            )
            return conversation
    except IntegrityError:  # the other opened it at the same moment
        return Conversation.objects.get(pair_key=key)


@transaction.atomic
def mark_read(user: User, conversation_id: uuid.UUID, seq: int | None = None) -> Participant:
    """Note that ``user`` read up to ``seq`` (or all); forward only. Raises ``Conversation.DoesNotExist``."""
    locked = lock(user, conversation_id)
    mine = locked.side_of(user)
    last = locked.conversation.last_seq
    reached = max(mine.last_read_seq, min(last if seq is None else seq, last))
    if reached == mine.last_read_seq and not mine.marked_unread and not mine.unread_count:
        return mine
    moved = reached != mine.last_read_seq
    mine.last_read_seq, mine.marked_unread = reached, False
    mine.unread_count = mine.count_unread()
    mine.save(update_fields=["last_read_seq", "marked_unread", "unread_count"])
    broadcast.conversation_read(mine, locked.other_than(user), moved=moved)
    return mine


@transaction.atomic
def clear(user: User, conversation_id: uuid.UUID) -> Participant:
    """Delete the whole conversation so far for ``user``. Raises ``Conversation.DoesNotExist``."""
    locked = lock(user, conversation_id)
    return clear_side(locked.side_of(user))


def clear_side(mine: Participant) -> Participant:
    """Delete all there is so far on one side, under its conversation's lock."""
    clear_sides([mine])
    broadcast.row_changed(mine)
    return mine


def clear_sides(sides: Sequence[Participant]) -> None:
    """Delete all there is so far on each side, under their conversations' locks; nobody is told."""
    for mine in sides:
        mine.folder, mine.held_for, mine.pinned = Folder.NOWHERE, "", False
        # How far they read stays: deleting must not look like reading to the other.
        mine.cleared_seq = mine.conversation.last_seq
        mine.unread_count, mine.marked_unread, mine.draft = 0, False, ""
        mine.deletions += 1
        mine.cleared_at_deletion = mine.deletions
    Participant.objects.bulk_update(
        sides,
        [
            *("folder", "held_for", "pinned", "cleared_seq", "unread_count", "marked_unread", "draft"),
            *("deletions", "cleared_at_deletion"),
        ],
    )


def mute(user: User, conversation_id: uuid.UUID, *, on: bool = True) -> Participant:
    """Silence a conversation, or let it speak again. Raises ``Conversation.DoesNotExist``."""
    return _set(user, conversation_id, muted=on)


def pin(user: User, conversation_id: uuid.UUID, *, on: bool = True) -> Participant:
    """Keep a conversation on top, or let it go. Raises ``Conversation.DoesNotExist``."""
    return _set(user, conversation_id, pinned=on)


def mark_unread(user: User, conversation_id: uuid.UUID, *, on: bool = True) -> Participant:
    """Mark a conversation as if it waited to be read. Raises ``Conversation.DoesNotExist``."""
    return _set(user, conversation_id, marked_unread=on)


@transaction.atomic
def archive(user: User, conversation_id: uuid.UUID, *, on: bool = True) -> Participant:
    """Put a conversation away, or back into the inbox. Raises ``Conversation.DoesNotExist``."""
    locked = lock(user, conversation_id)
    mine = locked.side_of(user)
    source, target = (Folder.INBOX, Folder.ARCHIVE) if on else (Folder.ARCHIVE, Folder.INBOX)
    if mine.folder == source:
        mine.folder, mine.pinned = target, False
        mine.save(update_fields=["folder", "pinned"])
        broadcast.row_changed(mine)
    return mine


def save_draft(user: User, conversation_id: uuid.UUID, body: str) -> None:
    """Keep what ``user`` is writing, for their other browsers. Raises ``Conversation.DoesNotExist``."""
    updated = Participant.objects.filter(conversation=conversation_id, user=user).update(draft=body)
    if not updated:
        raise Conversation.DoesNotExist


@transaction.atomic
def _set(user: User, conversation_id: uuid.UUID, **switch: bool) -> Participant:
    mine = lock(user, conversation_id).side_of(user)
    for name, value in switch.items():
        setattr(mine, name, value)
    mine.save(update_fields=list(switch))
    broadcast.row_changed(mine)
    return mine
