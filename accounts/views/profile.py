"""An account's public page, and the lists of whom it follows and who follows it."""

from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.querysets import UserQuerySet
from accounts.views.answers import PAGE_SIZE, page_key


@require_safe
def profile(request: HttpRequest, username: str) -> HttpResponse:
    """Show an account to anyone."""
    people = User.objects.reachable().named(username)
    if request.user.is_authenticated:
        people = people.with_relation_to(request.user)
    person = get_object_or_404(people)
    context = {
        "profile": person,
        "is_me": person == request.user,
        "follower_count": followers_of(person, request.user).count(),
        "following_count": following_of(person).count(),
    }
    return render(request, "accounts/profile.html", context)


@require_safe
@login_required
def followers(request: HttpRequest, username: str) -> HttpResponse:
    """List who follows an account, the latest first."""
    person = get_object_or_404(User.objects.reachable().named(username))
    people = followers_of(person, request.user).annotate(follow_id=F("follows_made__id"))
    return _list(request, person, people, "followers")


@require_safe
@login_required
def following(request: HttpRequest, username: str) -> HttpResponse:
    """List whom an account follows, the latest first."""
    person = get_object_or_404(User.objects.reachable().named(username))
    people = following_of(person).annotate(follow_id=F("follows_received__id"))
    return _list(request, person, people, "following")


def followers_of(person: User, viewer: User | AnonymousUser) -> UserQuerySet:
    """Return who follows ``person``; to ``person``, without those they blocked."""
    people = User.objects.following(person)
    return people.not_blocked_by(person) if viewer == person else people


def following_of(person: User) -> UserQuerySet:
    """Return whom ``person`` follows."""
    return User.objects.followed_by(person)


def _list(request: HttpRequest, person: User, people: UserQuerySet, which: str) -> HttpResponse:
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
