"""What moderators do with messages: take them away from everyone, give them back, and forget them for good."""

import uuid
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from messaging import broadcast
from messaging.actions import content
from messaging.actions.locking import Locked, lock_all
from messaging.actions.messages import recount, show_anew
from messaging.models import Like, Message


@transaction.atomic
def remove_messages(ids: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """Take messages away from everyone; return those that were there. What they say is kept, unseen, for an appeal."""
    return _set_removed(ids, removed=True)


@transaction.atomic
def restore_messages(ids: Iterable[uuid.UUID]) -> list[uuid.UUID]:
    """Give back messages that moderators took away; return those that could be. An unsent one stays unsent."""
    return _set_removed(ids, removed=False)


@transaction.atomic
def erase_removed(ids: Iterable[uuid.UUID]) -> int:
    """Forget what removed messages said, files and all, for good; return how many. Pages show no difference."""
    messages = Message.objects.select_for_update(of=("self",)).with_parts()
    count = 0
    for message in messages.filter(pk__in=list(ids), removed_at__isnull=False):
        message.body = ""
        message.save(update_fields=["body", *content.take_away(message)])
        Like.objects.filter(message=message).delete()
        count += 1
    return count


def _set_removed(ids: Iterable[uuid.UUID], *, removed: bool) -> list[uuid.UUID]:
    found = Message.objects.filter(pk__in=list(ids), removed_at__isnull=removed)
    conversations = set(found.values_list("conversation_id", flat=True))
    locked = lock_all(conversations)
    changed = []
    for message in found.with_parts().order_by("conversation", "seq"):
        message.removed_at = timezone.now() if removed else None
        message.save(update_fields=["removed_at"])
        _show(locked[message.conversation_id], message)
        changed.append(message.pk)
    return changed


def _show(locked: Locked, message: Message) -> None:
    """Show a message and the answers that quote it anew, count it as unread or not, and move the rows."""
    replies = Message.objects.with_parts().filter(conversation=locked.conversation, reply_to=message)
    show_anew(locked, [Message.objects.with_parts().get(pk=message.pk), *replies])
    recount(locked, message)
    for side in locked.sides.values():
        broadcast.row_changed(side)
