"""What is noted of every request of a signed-in account."""

import datetime
from collections.abc import Callable

from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User

ACTIVITY_INTERVAL = datetime.timedelta(minutes=1)


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


def note_activity(user: User) -> None:
    """Write that ``user`` was here just now, unless that was noted within ``ACTIVITY_INTERVAL``."""
    now = timezone.now()
    due = now - ACTIVITY_INTERVAL
    if not user.show_activity or (user.last_active_at is not None and user.last_active_at > due):
        return
    stale = Q(last_active_at=None) | Q(last_active_at__lte=due)
    User.objects.filter(stale, pk=user.pk, show_activity=True).update(last_active_at=now)
    user.last_active_at = now
