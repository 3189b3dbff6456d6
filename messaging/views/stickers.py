"""Stickers to send, and an account's own ones: added and removed."""

import uuid
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.cache import patch_vary_headers

from accounts.policies import Refusal, Refused
from accounts.requests import SignedInRequest
from accounts.views.answers import wants_json
from messaging import actions
from messaging.forms import StickerForm
from messaging.models import MessageKind, Sticker
from messaging.policies import sticker_refusal
from messaging.sheet import find_stickers, sticker_sections
from messaging.standing import sender_of
from messaging.views.answers import changing, problem, reading, status_of
from messaging.views.sheets import back_to, show, uuid_in, words_of
from videos.models import Video


@reading
def sheet(request: SignedInRequest) -> HttpResponse:
    """Give what can be sent; ``?q=`` searches it."""
    words = words_of(request)
    context: dict[str, Any] = {"found": find_stickers(request.user, words)} if words else {}
    if not words:
        sections = sticker_sections(request.user)
        own = next(section for section in sections if section.key == "own")
        context = {"sections": sections, "most": settings.MAX_OWN_STICKERS, "count": len(own.choices)}
    return show(request, "stickers", MessageKind.STICKER, **context)


def new(request: HttpRequest) -> HttpResponseBase:
    """``/stickers/new/``: a GET gives the form, a POST makes a sticker."""
    return (add if request.method == "POST" else form_page)(request)


@reading
def form_page(request: SignedInRequest) -> HttpResponse:
    """Give the form: to a script alone, else as a page; with ``?video=`` for a piece of one."""
    initial = {"video": uuid_in(request.GET.get("video")), "start": 0, "length": 3}
    return _form_page(request, StickerForm(initial=initial))


@changing
def add(request: SignedInRequest) -> HttpResponse:
    """Make a sticker of ``file``, or of ``video`` from ``start`` for ``length`` seconds, with the words ``alt``."""
    form = StickerForm(request.POST, request.FILES)
    if not form.is_valid():
        if wants_json(request):
            return problem(Refusal(*form.problem()))
        return _form_page(request, form, HTTPStatus.BAD_REQUEST)
    data = form.cleaned_data
    piece = actions.Piece(start_s=data["start"] or 0.0, length_s=data["length"] or actions.Piece.length_s)
    try:
        sticker = actions.add_sticker(request.user, data["file"] or data["video"], data["alt"], piece)
    except Refused as error:
        if wants_json(request):
            return problem(error.refusal)
        form.add_error("file", error.refusal.detail)
        return _form_page(request, form, status_of(error.refusal))
    if wants_json(request):
        return JsonResponse(described(sticker), status=HTTPStatus.CREATED)
    return back_to(request, "stickers")


@changing
def remove(request: SignedInRequest, sticker_id: uuid.UUID) -> HttpResponse:
    """Take a sticker out of one's set."""
    actions.remove_sticker(request.user, sticker_id)
    return HttpResponse(status=HTTPStatus.NO_CONTENT) if wants_json(request) else back_to(request, "stickers")


def described(sticker: Sticker) -> dict[str, Any]:
    """Return a sticker as the sheet shows it, its size in pixels."""
    return {
        "id": str(sticker.pk),
        "url": sticker.file_url(),
        "width": sticker.width,
        "height": sticker.height,
        "alt": sticker.alt,
        "animated": sticker.animated,
    }


def _form_page(request: SignedInRequest, form: StickerForm, status: HTTPStatus = HTTPStatus.OK) -> HttpResponse:
    video_id = uuid_in(form["video"].value() and str(form["video"].value()))
    video = Video.objects.watchable_by(request.user).get(pk=video_id) if video_id else None
    context = {
        "form": form,
        "video": video,
        "conversation_id": uuid_in(request.GET.get("conversation") or request.POST.get("conversation")),
        "refusal": sticker_refusal(sender_of(request.user), Sticker.objects.of(request.user).count()),
    }
    template = "new_form" if getattr(request, "htmx", None) else "new"
    response = render(request, f"messaging/sheet/{template}.html", context, status=status)
    patch_vary_headers(response, ["HX-Request"])
    return response
