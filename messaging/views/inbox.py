"""The list of conversations: inbox, archive, search, and who to write to."""

import datetime
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Q
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from accounts.models import User
from accounts.requests import SignedInRequest
from messaging import actions
from messaging.models import Folder, Message, Participant
from messaging.querysets import InboxKey
from messaging.rows import load_rows
from messaging.views.answers import changing, pane_or_page, reading

ROWS_A_PAGE = 20  # more than a screen shows; the next come as the end of them comes into sight
MOST_ROWS = 200  # of a list that is drawn anew with as many as it had
PEOPLE_A_PAGE = 50
FOUND_MESSAGES = 20
# How far back from the end a found message is shown in its live conversation.
MAX_MESSAGES_FROM_FOUND = 400
CONTEXT_OF_FOUND = 10


@reading
def inbox(request: SignedInRequest) -> HttpResponse:
    """Show the inbox, or with ``q`` what is found in it."""
    return pane_or_page(request, "messaging/pane_empty.html", lambda: list_context(request, Folder.INBOX), view="list")


@reading
def archive(request: SignedInRequest) -> HttpResponse:
    """Show the conversations put away."""
    return pane_or_page(
        request, "messaging/pane_empty.html", lambda: list_context(request, Folder.ARCHIVE), view="list"
    )


@reading
def badge(request: SignedInRequest) -> JsonResponse:
    """Tell how many conversations are unread; 401 once the session is over."""
    return JsonResponse({"unread": Participant.objects.unread_by_user([request.user.pk])[request.user.pk]})


@reading
def new(request: SignedInRequest) -> HttpResponse:
    """Show the people the account follows, friends first, filtered by ``q``."""
    query = _words(request)
    people = User.objects.followed_by(request.user).with_relation_to(request.user).filter(is_blocked=False)
    if query:
        people = people.matching(query)
    return pane_or_page(
        request,
        "messaging/pane_new.html",
        lambda: list_context(request, Folder.INBOX, searching=False),
        view="new",
        query=query,
        people=people.order_by("-follows_me", "username")[:PEOPLE_A_PAGE],
    )


@changing
def write(request: SignedInRequest, username: str) -> HttpResponse:
    """Open the conversation with an account (the Message button); the other isn't told yet."""
    other = get_object_or_404(User.objects.reachable(), username__iexact=username)
    if other.pk == request.user.pk:
        return redirect("inbox")
    return redirect(actions.open_conversation(request.user, other))


def list_context(request: SignedInRequest, folder: Folder, *, searching: bool = True) -> dict[str, Any]:
    """Return what ``messaging/list.html`` shows."""
    user = request.user
    query = _words(request) if searching else ""
    sides = Participant.objects.in_folder(user, folder)
    if query:
        sides = _matching(user, query)
    key = inbox_key(request.GET.get("after", "")) if searching else None
    if key:
        sides = sides.after(key)
    count = _rows_wanted(request)
    page = list(sides.with_row()[: count + 1])
    rows = load_rows(page[:count])
    # By the folder, which the index of an inbox begins with: what is in the inbox itself isn't counted over.
    aside = Participant.objects.of(user).filter(folder__in=[Folder.REQUESTS, Folder.ARCHIVE]).order_by()
    counts = dict(aside.values_list("folder").annotate(Count("pk")))
    place = "archive" if folder == Folder.ARCHIVE else "inbox"
    return {
        "folder": folder.value,
        "query": query,
        "rows": rows,
        "next_page": next_page(place, page[count - 1], query) if len(page) > count else None,
        "found_messages": _found(user, query) if query and not key else [],
        "request_count": counts.get(Folder.REQUESTS, 0),
        "archive_count": counts.get(Folder.ARCHIVE, 0),
    }


def _rows_wanted(request: SignedInRequest) -> int:
    """Return how many rows to show: a page of them, or as many as ``rows`` says, within bounds."""
    try:
        wanted = int(request.GET.get("rows", ""))
    except ValueError:
        return ROWS_A_PAGE
    return min(max(wanted, ROWS_A_PAGE), MOST_ROWS)


def _words(request: SignedInRequest) -> str:
    """Return what is searched for; without NUL, which PostgreSQL can't take."""
    return request.GET.get("q", "").replace("\0", "").strip()[:100]


def _matching(user: User, words: str) -> Any:
    """Return the sides of ``user`` whose other side's name matches, in the inbox and the archive."""
    words = words.removeprefix("@")
    others = Participant.objects.exclude(user=user).filter(
        Q(user__username__istartswith=words) | Q(user__display_name__icontains=words),
        conversation__participants__user=user,
    )
    return (
        Participant.objects.of(user)
        .filter(folder__in=[Folder.INBOX, Folder.ARCHIVE], conversation__in=others.values("conversation"))
        .order_by("-pinned", "-last_activity", "-id")
    )


def _found(user: User, words: str) -> list[dict[str, Any]]:
    """Return the newest messages of ``user`` with ``words`` in them, each with where it stands."""
    own = Participant.objects.of(user).filter(folder__in=[Folder.INBOX, Folder.ARCHIVE])
    messages = list(
        Message.objects.visible_to(user)
        .filter(body__icontains=words, unsent_at=None, removed_at=None, conversation__in=own.values("conversation"))
        .select_related("conversation")
        .order_by("-id")[:FOUND_MESSAGES]
    )
    others = {
        side.conversation_id: side.user
        for side in Participant.objects.filter(conversation__in=[message.conversation_id for message in messages])
        .exclude(user=user)
        .select_related("user")
    }
    return [
        {
            "message": message,
            "conversation_url": _place_of(message),
            "other": others[message.conversation_id],
            "excerpt": _excerpt(message.body, words),
            "created_at": message.created_at,
        }
        for message in messages
    ]


def _place_of(message: Message) -> str:
    """Return where to see a message: in the live conversation, or on a page of its own if it is far back."""
    if message.conversation.last_seq - message.seq < MAX_MESSAGES_FROM_FOUND - CONTEXT_OF_FOUND:
        return f"{message.conversation.get_absolute_url()}?at={message.seq}"
    return f"{reverse('send', args=[message.conversation_id])}?before={message.seq + CONTEXT_OF_FOUND}"


def _excerpt(body: str, words: str) -> str:
    place = max(0, body.lower().find(words.lower()) - 30)
    return ("…" if place else "") + " ".join(body[place : place + 120].split())


def inbox_key(text: str) -> InboxKey | None:
    """Read the ``after`` of a page's address; None where it isn't one."""
    try:
        pinned, moment, pk = text.split("_")
        when = datetime.datetime.fromisoformat(moment)
        return InboxKey(pinned == "1", when.astimezone(datetime.UTC), int(pk)) if when.tzinfo else None
    except (ValueError, OverflowError):
        return None


def next_page(place: str, last: Participant, query: str) -> str:
    """Return the address of what follows the row of ``last`` at the URL named ``place``."""
    after = f"{int(last.pinned)}_{last.last_activity.isoformat()}_{last.pk}"
    return f"{reverse(place)}?{urlencode({'after': after} | ({'q': query} if query else {}))}"
