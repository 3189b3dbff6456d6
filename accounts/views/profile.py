"""An account's public page, and the lists of whom it follows and who follows it."""

from typing import Any

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.requests import SignedInRequest
from accounts.views.answers import PAGE_SIZE, page_key, page_of_signed_in


@require_safe
@never_cache
def profile(request: HttpRequest, username: str) -> HttpResponse:
    """Show an account to anyone."""
    people = User.objects.reachable().named(username)
    if request.user.is_authenticated:
        people = people.with_relation_to(request.user)
    person = get_object_or_404(people)
    context = {
        "profile": person,
        "is_me": person == request.user,
        "follower_count": User.objects.followers_of(person, request.user).count(),
        "following_count": User.objects.followed_by(person).count(),
    }
    return render(request, "accounts/profile.html", context)


@page_of_signed_in
def followers(request: SignedInRequest, username: str) -> HttpResponse:
    """List who follows an account, the latest first."""
    person = get_object_or_404(User.objects.reachable().named(username))
    people = User.objects.followers_of(person, request.user).annotate(follow_id=F("follows_made__id"))
    return _list(request, person, people, "followers")


@page_of_signed_in
def following(request: SignedInRequest, username: str) -> HttpResponse:
    """List whom an account follows, the latest first."""
    person = get_object_or_404(User.objects.reachable().named(username))
    people = User.objects.followed_by(person).annotate(follow_id=F("follows_received__id"))
    return _list(request, person, people, "following")


def _list(request: SignedInRequest, person: User, people: Any, which: str) -> HttpResponse:
    """Show a page of ``people``, that have a ``follow_id``, from ``?before=`` on."""
    people = people.with_relation_to(request.user).order_by("-follow_id")
    if (before := page_key(request)) is not None:
        people = people.filter(follow_id__lt=before)
    page = list(people[: PAGE_SIZE + 1])
    more = len(page) > PAGE_SIZE
    page = page[:PAGE_SIZE]
    next_page = f"?before={page[-1].follow_id}" if more else None
    context = {"profile": person, "people": page, "which": which, "next_page": next_page}
    return render(request, "accounts/follows.html", context)
