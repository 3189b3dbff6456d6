"""The front door: what this is, or, signed in, people to get to know."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User

MAX_SUGGESTIONS = 12


@require_safe
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    """Show the landing page, or home to someone who is signed in."""
    if not request.user.is_authenticated:
        return render(request, "landing.html")
    follows_someone = request.user.follows_made.exists()
    context = {"people": suggestions(request.user), "follows_someone": follows_someone}
    return render(request, "home.html", context)


def suggestions(viewer: User) -> list[User]:
    """Return people ``viewer`` may want to follow: those their own people follow first, then the newest."""
    strangers = User.objects.strange_to(viewer).with_relation_to(viewer)
    known = list(strangers.known_in_common(viewer)[:MAX_SUGGESTIONS])
    missing = MAX_SUGGESTIONS - len(known)
    return known + list(strangers.exclude(pk__in=[user.pk for user in known]).order_by("-pk")[:missing])
