"""A conversation as a page, its older messages, and what changed since."""

import re
import uuid
from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import Refusal
from accounts.requests import SignedInRequest
from accounts.views.answers import wants_json
from messaging import actions, metrics
from messaging.broadcast import shows_reading
from messaging.models import Conversation, Folder, Message, MessageKind, Participant
from messaging.policies import may_exchange_signals, write_refusal
from messaging.rendering import blank_message, here, render_message
from messaging.requests import facts_of
from messaging.rows import shows_activity
from messaging.standing import Standing, standing_of
from messaging.timeline import Entry, entries
from messaging.views.answers import pane_or_page, problem, reading
from messaging.views.inbox import CONTEXT_OF_FOUND, MAX_MESSAGES_FROM_FOUND, list_context

MESSAGES_A_PAGE = 50
CHANGES_A_PAGE = 200
_STATE = re.compile(r"([0-9]{1,18})\.([0-9]{1,18})")  # digits that fit the columns


@reading
def conversation(request: SignedInRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Show a conversation, with the composer or the reason why there is none."""
    response = show(request, conversation_id)
    if not {"js", "__Host-js"} & request.COOKIES.keys():  # nothing on the page could tell that it was read
        actions.mark_read(request.user, conversation_id)
    return response


@reading
def messages(request: SignedInRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Give the page of messages before ``before``: JSON for the live page, else a page of its own."""
    sides = load_sides(request.user, conversation_id)
    page, more = load_page(request, sides.mine)
    if wants_json(request):
        return JsonResponse({"messages": described(page), "more": more})
    context = {
        "view": "history",
        "conversation": sides.mine.conversation,
        "other": sides.other,
        "entries": entries(page, request.user, sides.mine.last_read_seq, 0),
        "older_url": older_url(conversation_id, page) if more else "",
        "current_id": conversation_id,
    }
    return pane_or_page(
        request, "messaging/pane_history.html", lambda: list_context(request, Folder.INBOX, searching=False), **context
    )


@reading
def composer(request: SignedInRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Give the composer alone, or the reason why there is none: the policy may have changed."""
    sides = load_sides(request.user, conversation_id)
    context = composer_context(request, sides, standing_of(sides.mine, sides.theirs))
    template = "messaging/refusal.html" if context["refusal"] else "messaging/composer.html"
    return render(request, template, context)


@reading
def changes(request: SignedInRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Give what changed since a ``state``, oldest first, at most 200 changes a page."""
    since = _STATE.fullmatch(request.GET.get("since", ""))
    if since is None:
        return problem(Refusal("bad_state", _("since: a state such as 12.0")))
    metrics.CATCH_UPS.inc()
    version, deletions = int(since[1]), int(since[2])
    # The state is read before the messages: what is committed in between is told again, never skipped.
    sides = load_sides(request.user, conversation_id)
    mine, theirs = sides.mine, sides.theirs
    # A state ahead of the database comes from before a backup was restored: start afresh, or it never heals.
    if version > mine.conversation.version or deletions > mine.deletions:
        version = deletions = 0
    changed = list(
        Message.objects.visible_to(request.user)
        .filter(conversation=conversation_id)
        .changed_since(version)
        .with_parts()[: CHANGES_A_PAGE + 1]
    )
    deleted = list(
        mine.conversation.deletions.filter(user=request.user, number__gt=deletions).order_by("number")[
            : CHANGES_A_PAGE + 1
        ]
    )
    more_changed, more_deleted = len(changed) > CHANGES_A_PAGE, len(deleted) > CHANGES_A_PAGE
    changed, deleted = changed[:CHANGES_A_PAGE], deleted[:CHANGES_A_PAGE]
    reached = changed[-1].version if more_changed else max(version, mine.conversation.version)
    counted = deleted[-1].number if more_deleted else max(deletions, mine.deletions)
    answer: dict[str, Any] = {
        "state": f"{reached}.{counted}",
        "more": more_changed or more_deleted,
        "messages": described(changed),
        "deleted": [str(deletion.message_id) for deletion in deleted],
    }
    if mine.cleared_at_deletion > deletions:
        answer["cleared"] = mine.cleared_seq
    if shows_reading(theirs, mine):
        answer["read"] = theirs.last_read_seq
    return JsonResponse(answer)


class Sides:
    """Both sides of a conversation, as one of them looks at it."""

    def __init__(self, mine: Participant, theirs: Participant) -> None:
        self.mine, self.theirs = mine, theirs
        self.other: User = theirs.user


def load_sides(user: User, conversation_id: uuid.UUID) -> Sides:
    """Load a conversation of ``user``. Raises ``Participant.DoesNotExist`` where it isn't theirs."""
    found = Conversation.objects.of(user).filter(pk=conversation_id)
    sides = list(Participant.objects.filter(conversation__in=found).select_related("user", "conversation"))
    mine = next((side for side in sides if side.user_id == user.pk), None)
    theirs = next((side for side in sides if side.user_id != user.pk), None)
    if mine is None or theirs is None:
        raise Participant.DoesNotExist
    return Sides(mine, theirs)


def load_page(request: SignedInRequest, mine: Participant) -> tuple[Sequence[Message], bool]:
    """Load the page that ``before`` or ``at`` asks for, and whether there are older ones."""
    visible = Message.objects.visible_to(request.user).filter(conversation=mine.conversation_id).with_parts()
    size, before = MESSAGES_A_PAGE, _number(request.GET.get("before"))
    if at := _number(request.GET.get("at")):
        size = min(max(size, mine.conversation.last_seq - at + CONTEXT_OF_FOUND), MAX_MESSAGES_FROM_FOUND)
    page = visible.page_before(before, size + 1)
    return page[-size:], len(page) > size


def show(request: SignedInRequest, conversation_id: uuid.UUID, **over: Any) -> HttpResponse:
    """Draw the conversation page; ``over`` replaces parts of its context (an error, the text to keep)."""
    sides = load_sides(request.user, conversation_id)
    mine, theirs, other = sides.mine, sides.theirs, sides.other
    page, more = load_page(request, mine)
    standing = standing_of(mine, theirs)
    their_read_seq = theirs.last_read_seq if shows_reading(theirs, mine) else 0
    blank = Entry("message", html=blank_message(mine.conversation_id, request.user, timezone.now()), mine=True)
    context = composer_context(request, sides, standing) | {
        "view": "conversation",
        "participant": mine,
        "entries": entries(page, request.user, mine.last_read_seq, their_read_seq),
        "blank": blank,
        "older_url": older_url(conversation_id, page) if more else "",
        "state": mine.state,
        "their_read_seq": their_read_seq,
        "activity": activity(mine, theirs, standing),
        "typing": request.user.show_activity and other.show_activity,
        "current_id": conversation_id,
    }
    if mine.is_request:
        context["facts"] = facts_of(request.user, [(mine, theirs)])[0]
    folder = Folder.ARCHIVE if mine.archived else Folder.INBOX
    return pane_or_page(
        request,
        "messaging/pane_conversation.html",
        lambda: list_context(request, folder, searching=False),
        **context | over,
    )


def composer_context(request: SignedInRequest, sides: Sides, standing: Standing) -> dict[str, Any]:
    """Return what the composer shows: the draft, the message it answers, and why nothing or only text is allowed."""
    reply = None
    if reply_id := _uuid(request.GET.get("reply")):
        visible = Message.objects.visible_to(request.user).filter(conversation=sides.mine.conversation_id)
        message = visible.select_related("sender").filter(pk=reply_id, unsent_at=None, removed_at=None).first()
        if message:
            reply = {"id": message.pk, "name": message.sender.name, "text": message.body[:120]}
    refusal, more = write_refusal(standing), write_refusal(standing, MessageKind.PHOTO)
    return {
        "conversation": sides.mine.conversation,
        "other": sides.other,
        "client_id": uuid.uuid4(),
        "body": sides.mine.draft,
        "reply": reply,
        "refusal": refusal,
        "only_text": more.detail if more and not refusal else "",
    }


def activity(mine: Participant, theirs: Participant, standing: Standing) -> str:
    """Return when the other was last active, in words; nothing where that isn't shown."""
    other = theirs.user
    if not shows_activity(mine, theirs) or not may_exchange_signals(standing):
        return ""
    if other.active_now:
        return _("Active now")
    if other.last_active_at is None or (timezone.now() - other.last_active_at).days >= 1:
        return ""
    return _("Active %(time)s ago") % {"time": timesince(other.last_active_at, depth=1)}


def described(messages: Sequence[Message]) -> list[dict[str, Any]]:
    """Return messages as the live page takes them."""
    place = here()
    return [
        {
            "id": message.texts[0],
            "seq": message.seq,
            "version": message.version,
            "html": render_message(message, place),
        }
        for message in messages
    ]


def older_url(conversation_id: uuid.UUID, page: Sequence[Message]) -> str:
    """Return the address of the messages before ``page``."""
    return f"{reverse('send', args=[conversation_id])}?before={page[0].seq}"


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None


def _uuid(text: str | None) -> uuid.UUID | None:
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None
