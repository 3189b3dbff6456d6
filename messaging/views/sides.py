"""What an account does with its own side of a conversation."""

import uuid
from collections.abc import Callable

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.policies import Refusal, Refused
from accounts.requests import SignedInRequest
from accounts.views.answers import wants_json, way_back
from messaging import actions, broadcast
from messaging.forms import DraftForm, ReadForm, SwitchForm
from messaging.models import Participant
from messaging.views.answers import changing, fields
from messaging.views.conversation import load_sides


@changing
def read(request: SignedInRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Note how far the account read: up to ``seq``, or to the end."""
    data = fields(request)
    form = ReadForm(data)
    if not form.is_valid() or data.get("seq", "") is None:
        raise Refused(Refusal("bad_frame", _("seq: a number from 0")))
    return _answer(request, actions.mark_read(request.user, conversation_id, form.cleaned_data["seq"]))


@changing
def accept(request: SignedInRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Accept a request."""
    side = actions.accept(request.user, conversation_id)
    return _answer(request, side, back=side.conversation.get_absolute_url())


@changing
def decline(request: SignedInRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Delete a request; its sender isn't told."""
    return _answer(request, actions.decline(request.user, conversation_id), back=reverse("requests"))


@changing
def mute(request: SignedInRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Silence a conversation, or with ``on=0`` let it speak."""
    return _switch(request, conversation_id, actions.mute)


@changing
def pin(request: SignedInRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Keep a conversation on top, or with ``on=0`` let it go."""
    return _switch(request, conversation_id, actions.pin)


@changing
def archive(request: SignedInRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Put a conversation away, or with ``on=0`` back into the inbox."""
    return _switch(request, conversation_id, actions.archive)


@changing
def unread(request: SignedInRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Mark a conversation as unread, or with ``on=0`` as read."""
    return _switch(request, conversation_id, actions.mark_unread)


@changing
def delete(request: SignedInRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Delete the whole conversation for oneself; a page without JavaScript is asked to confirm it."""
    if not wants_json(request) and "confirmed" not in request.POST:
        other = load_sides(request.user, conversation_id).other
        context = {
            "question": _("Delete the conversation with %(name)s?") % {"name": other.name},
            "explanation": _("It disappears for you alone, for good. They keep their copy."),
            "action": request.path,
            "back": reverse("conversation", args=[conversation_id]),
        }
        return render(request, "messaging/confirm_delete.html", context)
    return _answer(request, actions.clear(request.user, conversation_id))


@changing
def draft(request: SignedInRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Keep the text that is being written."""
    form = DraftForm(fields(request))
    if not form.is_valid():
        raise Refused(Refusal("too_long", _("This is too long for a message.")))
    actions.save_draft(request.user, conversation_id, form.cleaned_data["body"])
    return HttpResponse(status=204)


def _switch(request: SignedInRequest, conversation_id: uuid.UUID, action: Callable[..., Participant]) -> HttpResponse:
    form = SwitchForm(fields(request))
    if not form.is_valid():
        raise Refused(Refusal("bad_frame", _("on: 1 or 0")))
    return _answer(request, action(request.user, conversation_id, on=form.cleaned_data["on"]))


def _answer(request: SignedInRequest, side: Participant, back: str = "") -> HttpResponse:
    """Answer with the conversation's row, as the socket shows it, or lead back to the list."""
    if wants_json(request):
        return JsonResponse(broadcast.row_frame(side))
    return HttpResponseRedirect(way_back(request, back or reverse("inbox")))
