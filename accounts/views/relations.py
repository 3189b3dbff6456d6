"""Following and blocking: four changes of how two accounts stand to each other."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts import actions
from accounts.models import User
from accounts.policies import Refused
from accounts.requests import SignedInRequest
from accounts.views.answers import change_by_signed_in, refused, wants_json, way_back


@change_by_signed_in
def follow(request: SignedInRequest, username: str) -> HttpResponse:
    """Follow someone."""
    person = _person(username)
    try:
        actions.follow(request.user, person)
    except Refused as error:
        return refused(request, error.refusal, way_back(request, person.get_absolute_url()))
    return _done(request, person, {"following": True})


@change_by_signed_in
def unfollow(request: SignedInRequest, username: str) -> HttpResponse:
    """Stop following someone."""
    person = _person(username)
    actions.unfollow(request.user, person)
    return _done(request, person, {"following": False})


@change_by_signed_in
def block(request: SignedInRequest, username: str) -> HttpResponse:
    """Block someone."""
    person = _person(username)
    try:
        actions.block(request.user, person)
    except Refused as error:
        return refused(request, error.refusal, way_back(request, person.get_absolute_url()))
    if not wants_json(request):
        messages.success(request, _("You blocked @%(name)s.") % {"name": person.username})
    return _done(request, person, {"blocked": True})


@change_by_signed_in
def unblock(request: SignedInRequest, username: str) -> HttpResponse:
    """End a block; also of someone who was deactivated since."""
    person = get_object_or_404(User.objects.named(username))
    actions.unblock(request.user, person)
    if not wants_json(request):
        messages.success(request, _("You unblocked @%(name)s.") % {"name": person.username})
    return _done(request, person, {"blocked": False}, back="settings_blocked" if not person.is_active else None)


def _person(username: str) -> User:
    return get_object_or_404(User.objects.reachable().named(username))


def _done(request: SignedInRequest, person: User, result: dict[str, bool], back: str | None = None) -> HttpResponse:
    """Answer with ``result``, with the button alone where htmx swaps only that, or with the way back."""
    if wants_json(request):
        return JsonResponse(result)
    if request.headers.get("HX-Target") == f"relation-{person.pk}":
        person = User.objects.with_relation_to(request.user).get(pk=person.pk)
        return render(request, "accounts/follow_button.html", {"person": person})
    return redirect(way_back(request, back or person.get_absolute_url()))
