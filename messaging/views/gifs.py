"""GIFs to send: an account's own, and those of a provider, if the site has one."""

import uuid
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from accounts import addresses
from accounts.policies import Refused
from accounts.requests import SignedInRequest
from accounts.views.answers import wants_json
from messaging import actions
from messaging.forms import FoundGifForm
from messaging.models import MessageKind
from messaging.outside.errors import Unfetchable
from messaging.outside.gifs import preview_of
from messaging.sheet import found_choices, gif_sections
from messaging.views.answers import changing, reading
from messaging.views.sheets import back_to, show, words_of
from videos.views.gifs import described

MAX_PAGE_DIGITS = 4
PREVIEW_KEPT_SECONDS = 60 * 60


@reading
def sheet(request: SignedInRequest) -> HttpResponse:
    """Give an account's own GIFs."""
    return show(request, "gifs", MessageKind.GIF, sections=gif_sections(request.user))


@reading
def search(request: SignedInRequest) -> HttpResponse:
    """Give a page of what the provider finds for ``?q=``, or of what is popular; ``?page=`` counts from 0."""
    words, page = words_of(request), _page(request)
    context: dict[str, Any] = {}
    try:
        found = found_choices(actions.search_gifs(request.user, words, page))
        context = {"found": found, "more_url": _more_url(request, words, page + 1) if found else ""}
    except Refused as error:
        context = {"problem": error.refusal.detail}
    return show(request, "found", MessageKind.GIF, first=page == 0, **context)


@changing
def from_provider(request: SignedInRequest) -> HttpResponse:
    """Fetch ``provider_id`` to be sent; without a script, send it to ``conversation``."""
    form = FoundGifForm(request.POST)
    form.is_valid()  # what isn't, isn't there either
    data = form.cleaned_data
    gif = actions.add_found_gif(request.user, data.get("provider_id", ""))
    if wants_json(request):
        return JsonResponse(described(gif), status=HTTPStatus.CREATED)
    if not data.get("conversation"):
        return back_to(request, "gifs")
    draft = actions.Draft(
        sender=request.user,
        conversation_id=data["conversation"],
        client_id=data.get("client_id") or uuid.uuid4(),
        body="",
        kind=MessageKind.GIF,
        wanted=actions.Wanted(gif=gif.pk),
        address=addresses.of_request(request),
    )
    return redirect(actions.send_message(draft).message.conversation)


@changing
def keep(request: SignedInRequest, gif_id: uuid.UUID) -> HttpResponse:
    """Put one of one's GIFs into the collection."""
    gif = actions.keep_gif(request.user, gif_id)
    return JsonResponse(described(gif)) if wants_json(request) else back_to(request, "gifs")


@changing
def remove(request: SignedInRequest, gif_id: uuid.UUID) -> HttpResponse:
    """Take a GIF out of one's collection."""
    actions.remove_gif(request.user, gif_id)
    return HttpResponse(status=HTTPStatus.NO_CONTENT) if wants_json(request) else back_to(request, "gifs")


@require_safe
def preview(request: HttpRequest, token: str) -> HttpResponse:
    """Send the small picture of something that was found: fetched by the server, so the provider sees no one else."""
    if not request.user.is_authenticated:
        raise Http404
    try:
        found = preview_of(token)
    except Unfetchable:
        raise Http404 from None
    headers = {
        # The token is good for as long.
        "Cache-Control": f"private, max-age={PREVIEW_KEPT_SECONDS}",
        "Content-Disposition": "inline",
        "Cross-Origin-Resource-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(found.body, content_type=found.content_type, headers=headers)


def _page(request: SignedInRequest) -> int:
    text = request.GET.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= MAX_PAGE_DIGITS else 0


def _more_url(request: SignedInRequest, words: str, page: int) -> str:
    conversation = request.GET.get("conversation", "")
    query = {"q": words, "page": str(page)} | ({"conversation": conversation} if conversation else {})
    return f"{reverse('gif_search')}?{urlencode(query)}"
