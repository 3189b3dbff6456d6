"""What moderators decided about somebody comes before the pages they ask for, until they have read it."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from accounts.views.answers import wants_json

# Reading, appealing, leaving and taking one's data along are possible at any time; files and machines aren't people.
ALWAYS_OPEN = (
    "/settings/decisions/",
    "/settings/data/",
    "/accounts/",
    "/admin/",
    "/static/",
    "/media/",
    "/healthz",
    "/metrics",
)


class UnreadDecisionMiddleware:
    """Lead people to a decision about them that they haven't read, from every page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, unless it is for a page and something has to be read first."""
        is_page = request.method == "GET" and not request.headers.get("HX-Request") and not wants_json(request)
        # Elsewhere the session isn't asked: what is the same for everyone can be kept by caches.
        if is_page and not request.path.startswith(ALWAYS_OPEN) and _has_to_read(request):
            return redirect(f"{reverse('settings_decisions_unread')}?{urlencode({'next': request.get_full_path()})}")
        return self.get_response(request)


def _has_to_read(request: HttpRequest) -> bool:
    return request.user.is_authenticated and request.user.has_unread_decision
