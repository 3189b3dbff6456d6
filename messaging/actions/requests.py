"""Requests: accepted or deleted, one or all; and the links in them, which are dead until then."""

import datetime
import uuid

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from messaging import broadcast
from messaging.actions import previews
from messaging.actions.conversations import clear_side, clear_sides
from messaging.actions.locking import Locked, lock, lock_all
from messaging.actions.messages import show_anew
from messaging.models import Folder, Message, Participant, RequestRules

BATCH = 100


@transaction.atomic
def accept(user: User, conversation_id: uuid.UUID) -> Participant:
    """Accept a request: from now on the dialogue is open. Raises ``Conversation.DoesNotExist``."""
    locked = lock(user, conversation_id)
    mine = locked.side_of(user)
    if mine.is_request:
        mine.folder, mine.held_for = Folder.INBOX, ""
        mine.accepted_at = mine.accepted_at or timezone.now()
        mine.save(update_fields=["folder", "held_for", "accepted_at"])
        open_links(locked)
        broadcast.row_changed(mine)
        broadcast.policy_changed(locked.conversation.pk, list(locked.sides))
    return mine


@transaction.atomic
def decline(user: User, conversation_id: uuid.UUID) -> Participant:
    """Delete a request. Its sender isn't told. Raises ``Conversation.DoesNotExist``."""
    locked = lock(user, conversation_id)
    mine = locked.side_of(user)
    return clear_side(mine) if mine.is_request else mine


def decline_all(user: User, folder: Folder, until: datetime.datetime) -> int:
    """Delete all requests of ``user`` in ``folder`` with nothing newer than ``until``; return how many."""
    waiting = Participant.objects.of(user).filter(folder=folder, last_activity__lte=until)
    count = 0
    while ids := list(waiting.order_by("pk").values_list("conversation", flat=True)[:BATCH]):
        with transaction.atomic():
            sides = [locked.side_of(user) for locked in lock_all(ids).values()]
            # Again under the lock: one may have been accepted, or more been said in it.
            sides = [side for side in sides if side.folder == folder and side.last_activity <= until]
            clear_sides(sides)
        count += len(sides)
    if count:
        broadcast.list_changed(user.pk)
    return count


def open_links(locked: Locked) -> None:
    """Let the links in what was sent as a request be followed from now on, under the conversation's lock."""
    held = list(Message.objects.with_parts().filter(conversation=locked.conversation, as_request=True).order_by("seq"))
    if not held:
        return
    links = [(message, url) for message in held if not message.is_gone and (url := previews.link_in(message.body))]
    previews.attach(links)
    for message in held:
        message.as_request = False
    Message.objects.bulk_update(held, ["as_request", "preview"])
    show_anew(locked, held)
    previews.fetch_later(message for message, _url in links)


def save_rules(
    user: User, *, newer_than_days: int, without_picture: bool, unknown: bool, hidden_words: str
) -> RequestRules:
    """Write what ``user`` wants held back, of what arrives from now on."""
    rules, _created = RequestRules.objects.update_or_create(
        user=user,
        defaults={
            "newer_than_days": newer_than_days,
            "without_picture": without_picture,
            "unknown": unknown,
            "hidden_words": hidden_words,
        },
    )
    return rules
