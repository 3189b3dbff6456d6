"""Following and blocking: four changes of how two accounts stand to each other."""

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
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
    """End a block; also of someone who was deactivated since, whom nobody but their blockers finds."""
    people = User.objects.named(username).with_relation_to(request.user)
    person = get_object_or_404(people.filter(Q(is_active=True) | Q(is_blocked=True)))
    actions.unblock(request.user, person)
    if not wants_json(request):
        messages.success(request, _("You unblocked @%(name)s.") % {"name": person.username})
    back = person.get_absolute_url() if person.is_active else reverse("settings_blocked")
    return _done(request, person, {"blocked": False}, back)


def _person(username: str) -> User:
    return get_object_or_404(User.objects.reachable().named(username))


def _done(request: SignedInRequest, person: User, result: dict[str, bool], back: str | None = None) -> HttpResponse:
    """Answer with ``result``, with the button alone where htmx swaps only that, or with the way back."""
    if wants_json(request):
        return JsonResponse(result)
    if request.headers.get("HX-Target") == f"relation-{person.pk}":
        person = User.objects.with_relation_to(request.user).get(pk=person.pk)
        return render(request, "accounts/follow_button.html", {"person": person})
    return HttpResponseRedirect(way_back(request, back or person.get_absolute_url()))
