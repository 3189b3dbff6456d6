"""Finding people."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render

from accounts.forms import SearchForm
from accounts.models import User
from accounts.requests import SignedInRequest
from accounts.views.answers import PAGE_SIZE, page_of_signed_in
from accounts.views.suggestions import suggestions


@page_of_signed_in
def people(request: SignedInRequest) -> HttpResponse:
    """Show whom a search finds, by username; without a search, people to get to know."""
    form = SearchForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {"q": "", "after": ""}
    words = asked["q"].strip().removeprefix("@")
    found, next_page = _found(request.user, words, asked["after"]) if words else ([], None)
    context = {
        "query": words or request.GET.get("q", "")[:50],
        "people": found,
        "next_page": next_page,
        "suggestions": [] if request.GET.get("q", "").strip() else suggestions(request.user),
    }
    return render(request, "accounts/people.html", context)


def _found(viewer: User, words: str, after: str) -> tuple[list[User], str | None]:
    """Return a page of people that match, and the address of the next page or None."""
    found = User.objects.reachable().matching(words).not_blocked_by(viewer).with_relation_to(viewer)
    page = list(found.filter(username__gt=after).order_by("username")[: PAGE_SIZE + 1])
    more = len(page) > PAGE_SIZE
    page = page[:PAGE_SIZE]
    return page, f"?{urlencode({'q': words, 'after': page[-1].username})}" if more else None
