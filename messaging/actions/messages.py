"""What can happen to a message that is there: likes, deletion for oneself, unsending."""

import uuid
from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from messaging import broadcast
from messaging.actions import content
from messaging.actions.locking import Locked, lock_message
from messaging.models import Deletion, Like, Message
from messaging.policies import Refusal, Refused, interaction_refusal
from messaging.standing import standing_of

MAX_REPLIES_TOLD = 20


@transaction.atomic
def like(user: User, message_id: uuid.UUID) -> Message:
    """Put ``user``'s heart on a message. Raises ``Refused`` or ``Message.DoesNotExist``."""
    locked, message = _interact(user, message_id)
    if message.is_gone:
        raise Refused(Refusal("gone", _("This message isn't there any more.")))
    _like, created = Like.objects.get_or_create(message=message, user=user, conversation=locked.conversation)
    return _changed(locked, message) if created else message


@transaction.atomic
def unlike(user: User, message_id: uuid.UUID) -> Message:
    """Take ``user``'s heart back. Raises ``Refused`` or ``Message.DoesNotExist``."""
    locked, message = _interact(user, message_id)
    count, _by_model = Like.objects.filter(message=message, user=user).delete()
    return _changed(locked, message) if count else message


@transaction.atomic
def unsend(user: User, message_id: uuid.UUID) -> Message:
    """Withdraw ``user``'s own message for everyone; its place stays.

    Allowed to anyone signed in, whatever the policy says of writing: taking back is never harm.
    Raises ``Refused`` (``not_yours``) or ``Message.DoesNotExist``.
    """
    locked, message = lock_message(user, message_id)
    if message.sender_id != user.pk:
        raise Refused(Refusal("not_yours", _("Only its sender can unsend a message.")))
    if message.is_gone:
        return message
    message.body, message.unsent_at = "", timezone.now()
    emptied = content.take_away(message)
    Like.objects.filter(message=message).delete()
    _changed(locked, message, "body", "unsent_at", *emptied)
    _requote(locked, message)
    recount(locked, message)
    return message


@transaction.atomic
def delete_for_me(user: User, message_id: uuid.UUID) -> tuple[uuid.UUID, uuid.UUID]:
    """Hide a message from ``user``, for good. Return the ids of its conversation and of itself.

    The other side never learns of it. Raises ``Message.DoesNotExist``, also for one deleted before.
    """
    locked, message = lock_message(user, message_id)
    mine = locked.side_of(user)
    mine.deletions += 1
    Deletion.objects.create(message=message, user=user, conversation=locked.conversation, number=mine.deletions)
    mine.unread_count = mine.count_unread()
    mine.save(update_fields=["deletions", "unread_count"])
    broadcast.message_deleted(mine, message)
    return locked.conversation.pk, message.pk


def show_anew(locked: Locked, messages: Sequence[Message], *, told: int | None = None) -> None:
    """Give ``messages`` (loaded ``with_parts``) the next versions, and have all or the first ``told`` shown anew."""
    for message in messages:
        message.version = locked.next_version()
    Message.objects.bulk_update(messages, ["version"], batch_size=500)
    if messages:
        locked.conversation.save(update_fields=["version"])
    for message in messages[:told]:
        broadcast.message_changed(message, locked.sides)


def _interact(user: User, message_id: uuid.UUID) -> tuple[Locked, Message]:
    locked, message = lock_message(user, message_id)
    if refusal := interaction_refusal(standing_of(locked.side_of(user), locked.other_than(user))):
        raise Refused(refusal)
    return locked, message


def _changed(locked: Locked, message: Message, *fields: str) -> Message:
    """Give ``message`` the next version, save it, and have it shown anew to everyone."""
    message.version = locked.next_version()
    message.save(update_fields=["version", *fields])
    locked.conversation.save(update_fields=["version"])
    message = Message.objects.with_parts().get(pk=message.pk)
    broadcast.message_changed(message, locked.sides)
    return message


def _requote(locked: Locked, message: Message) -> None:
    """Show the answers to an unsent message anew: they quote what isn't there any more.

    Pages hear of the first few at once, and of the rest with their next catch-up.
    """
    replies = list(Message.objects.with_parts().filter(conversation=locked.conversation, reply_to=message))
    show_anew(locked, replies, told=MAX_REPLIES_TOLD)


def recount(locked: Locked, message: Message) -> None:
    """Take a message that went, or came back, into account in its recipients' unread counts."""
    for user_id, side in locked.sides.items():
        if user_id != message.sender_id and message.seq > side.last_read_seq:
            side.unread_count = side.count_unread()
            side.save(update_fields=["unread_count"])
            broadcast.row_changed(side)
