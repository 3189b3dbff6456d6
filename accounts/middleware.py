"""What is noted of every request of a signed-in account, and that nobody keeps the answer."""

import logging
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import add_never_cache_headers

from accounts.actions import ACTIVITY_INTERVAL, note_activity
from accounts.noting import noting

logger = logging.getLogger(__name__)


class SessionMiddleware:
    """Note where an account is signed in, once a minute and browser at most: allauth's own writes at every request.

    What was made with a look at the session, such as a page that says something isn't there, is for its asker alone.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, then note it."""
        response = self.get_response(request)
        if not request.session.accessed:
            return response
        if not response.has_header("Cache-Control"):
            add_never_cache_headers(response)
        session_key = request.session.session_key
        if session_key and request.user.is_authenticated and _is_first_in_a_while(session_key):
            with noting("a session"):
                UserSession.objects.create_from_request(request)
        return response


def _is_first_in_a_while(session_key: str) -> bool:
    """Whether no request of the session was noted lately; False where the cache can't tell.

    The request has been carried out by now: a cache that is down mustn't turn its answer into an error.
    """
    try:
        return cache.add(f"session-seen:{session_key}", True, ACTIVITY_INTERVAL.total_seconds())
    except Exception as error:  # each cache's client raises its own
        logger.warning("The cache failed; a session isn't noted: %r", error)
        return False


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
