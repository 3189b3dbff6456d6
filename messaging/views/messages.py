"""Sending, and what can be done with a message."""

import uuid
from collections.abc import Callable

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect

from accounts import addresses
from accounts.models import User
from accounts.policies import Refusal, Refused
from accounts.requests import SignedInRequest
from accounts.turns import current_bill
from accounts.views.answers import wants_json
from messaging import actions, broadcast, sends
from messaging.forms import MessageForm, with_files
from messaging.frames import ack, draft_from
from messaging.models import Message
from messaging.views import conversation
from messaging.views.answers import changing, fields, problem, status_of


def send_or_page(request: SignedInRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """``/inbox/<id>/messages/``: a POST sends, a GET gives older messages."""
    view = send if request.method == "POST" else conversation.messages
    return view(request, conversation_id)  # type: ignore[return-value]


@changing
def send(request: SignedInRequest, conversation_id: uuid.UUID) -> HttpResponse:
    """Send a message; answers as the socket does, or leads back to the conversation."""
    conversation.load_sides(request.user, conversation_id)
    data = fields(request)
    files = request.FILES.getlist("photo")
    form = MessageForm(with_files(request.POST, len(files)) if files else data)
    if not form.is_valid():
        return _not_sent(request, conversation_id, Refusal(*form.problem()), data.get("body") or "")
    address = addresses.of_request(request)
    draft = draft_from(request.user, conversation_id, form.cleaned_data, address, current_bill.get())
    try:
        sent = actions.send_files(draft, files) if files else sends.send(draft)
    except Refused as error:
        return _not_sent(request, conversation_id, error.refusal, data.get("body") or "")
    if wants_json(request):
        return JsonResponse(ack(sent), status=200 if sent.duplicate else 201)
    return redirect(sent.message.conversation)


@changing
def like(request: SignedInRequest, message_id: uuid.UUID) -> HttpResponse:
    """Put a heart on a message."""
    return _changed(request, message_id, actions.like)


@changing
def unlike(request: SignedInRequest, message_id: uuid.UUID) -> HttpResponse:
    """Take the heart back."""
    return _changed(request, message_id, actions.unlike)


@changing
def unsend(request: SignedInRequest, message_id: uuid.UUID) -> HttpResponse:
    """Withdraw a message for everyone."""
    return _changed(request, message_id, actions.unsend)


@changing
def delete(request: SignedInRequest, message_id: uuid.UUID) -> HttpResponse:
    """Delete a message for oneself, for good."""
    conversation_id, deleted_id = actions.delete_for_me(request.user, message_id)
    if wants_json(request):
        return JsonResponse(broadcast.deleted_frame(conversation_id, deleted_id))
    return redirect("conversation", conversation_id)


def _changed(
    request: SignedInRequest, message_id: uuid.UUID, action: Callable[[User, uuid.UUID], Message]
) -> HttpResponse:
    message = action(request.user, message_id)
    if wants_json(request):
        return JsonResponse(broadcast.changed_frame(Message.objects.with_parts().get(pk=message.pk)))
    return redirect(f"{message.conversation.get_absolute_url()}#m-{message.pk}")


def _not_sent(request: SignedInRequest, conversation_id: uuid.UUID, refusal: Refusal, body: str) -> HttpResponse:
    """Say why, with the text still there."""
    client_id = fields(request).get("client_id")
    if wants_json(request):
        return problem(refusal, ref=client_id)
    keep = {"client_id": client_id} if client_id and refusal.code != "client_id_reused" else {}
    over = {"composer_error": refusal.detail, "body": body, "status": status_of(refusal), "refusal": None}
    response = conversation.show(request, conversation_id, **over, **keep)
    if retry_after := getattr(refusal, "retry_after", None):
        response["Retry-After"] = str(retry_after)
    return response
