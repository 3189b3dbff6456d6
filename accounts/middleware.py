"""What is noted of every request of a signed-in account."""

from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse

from accounts.actions import ACTIVITY_INTERVAL, note_activity


class SessionMiddleware:
    """Note where an account is signed in, once a minute and browser at most: allauth's own writes at every request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, then note it."""
        response = self.get_response(request)
        if request.session.accessed and request.session.session_key and request.user.is_authenticated:
            key = f"session-seen:{request.session.session_key}"
            if cache.add(key, True, ACTIVITY_INTERVAL.total_seconds()):
                UserSession.objects.create_from_request(request)
        return response


class ActivityMiddleware:
    """Note when an account was last seen: once a minute at most, and only if they let others see it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, then note it."""
        response = self.get_response(request)
        # A page that asked nothing of the session, such as a picture, stays the same for everyone
        # and can be cached; asking here would make it depend on the cookie.
        if request.session.accessed and request.user.is_authenticated:
            note_activity(request.user)
        return response
