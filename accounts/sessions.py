"""Who a session belongs to right now, for connections that outlive a request."""

from importlib import import_module
from types import SimpleNamespace

from django.conf import settings
from django.contrib.auth import get_user

from accounts.models import User


def current_user(session_key: str) -> User | None:
    """Return the account that the session ``session_key`` is signed in as, read afresh.

    None after sign-out, expiry, a change of password, or the end of the account.
    """
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(SimpleNamespace(session=store))  # type: ignore[arg-type]
    return user if user.is_authenticated and user.is_active else None
