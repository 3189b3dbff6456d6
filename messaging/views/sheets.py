"""The parts of the composer's sheet: alone for a script, else as pages whose forms send to a conversation."""

import uuid
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from accounts.requests import SignedInRequest
from messaging.outside.gifs import provider
from messaging.policies import write_refusal
from messaging.standing import standing_of
from messaging.views.conversation import load_sides

MAX_WORDS_CHARACTERS = 100


def show(request: SignedInRequest, part: str, kind: str, **context: Any) -> HttpResponse:
    """Draw the part of the sheet with messages of ``kind``: ``messaging/sheet/<part>.html``.

    Raises ``ObjectDoesNotExist`` where ``?conversation=`` names one that isn't the asker's.
    """
    template = f"messaging/sheet/{part}.html"
    chosen = provider()
    context |= {"kind": kind, "query": words_of(request), "credit": chosen.credit if chosen else ""}
    if getattr(request, "htmx", None):
        response = render(request, template, context | {"sendable": True})
    else:
        context |= _place(request, kind) | {"part": template, "client_id": uuid.uuid4()}
        response = render(request, "messaging/sheet/page.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def back_to(request: SignedInRequest, name: str) -> HttpResponse:
    """Lead back to the page ``name`` of the sheet, for the conversation a form came from."""
    conversation_id = uuid_in(request.POST.get("conversation"))
    query = f"?conversation={conversation_id}" if conversation_id else ""
    return HttpResponseRedirect(reverse(name) + query, status=HTTPStatus.FOUND)


def words_of(request: SignedInRequest) -> str:
    """Return what is searched for."""
    return request.GET.get("q", "").replace("\0", "").strip()[:MAX_WORDS_CHARACTERS]


def uuid_in(text: str | None) -> uuid.UUID | None:
    """Return the id that ``text`` is, or None."""
    try:
        return uuid.UUID(text or "")
    except ValueError:
        return None


def _place(request: SignedInRequest, kind: str) -> dict[str, Any]:
    """Return the conversation a page sends to, if one is named, or why nothing can be sent there."""
    conversation_id = uuid_in(request.GET.get("conversation"))
    if conversation_id is None:
        return {"sendable": False}
    sides = load_sides(request.user, conversation_id)
    refusal = write_refusal(standing_of(sides.mine, sides.theirs), kind)
    return {
        "conversation": sides.mine.conversation,
        "here": f"?conversation={conversation_id}",
        "other": sides.other,
        "refusal": refusal,
        "sendable": refusal is None,
    }
