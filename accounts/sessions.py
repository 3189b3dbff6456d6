"""Who a session belongs to right now, for connections that outlive a request."""

from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user
from django.contrib.sessions.models import Session
from django.http import parse_cookie
from django.utils import timezone
from django.utils.crypto import constant_time_compare

from accounts.models import User
from accounts.prepared import Prepared, Wanted, ask


def session_key_of(scope: Mapping[str, Any]) -> str:
    """Return the key of the session that an ASGI scope names, or nothing; nobody has looked yet whether it is one."""
    cookies = (value.decode("latin-1") for name, value in scope.get("headers", ()) if name == b"cookie")
    return parse_cookie("; ".join(cookies)).get(settings.SESSION_COOKIE_NAME, "")


def account_of(session_key: str) -> int | None:
    """Return the key of the account that a session is signed in as."""
    user = current_user(session_key)
    return user.pk if user else None


def current_user(session_key: str) -> User | None:
    """Return the account that the session ``session_key`` is signed in as, read afresh.

    None after sign-out, expiry, a change of password, or the end of the account.
    """
    return current_users([session_key])[session_key]


def _as_django_says(session_key: str) -> User | None:
    store = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    user = get_user(SimpleNamespace(session=store))  # type: ignore[arg-type]
    return user if user.is_authenticated and user.is_active else None


def current_users(session_keys: Collection[str]) -> dict[str, User | None]:
    """Do so for several sessions: in two queries asked at once, where they are kept in the database."""
    if not session_keys:
        return {}
    signed = SignedIn(session_keys)
    known = {user_id for key in session_keys if (user_id := account_last_said(key))}
    sessions = signed.wanted()
    found = ask(*sessions, *([_USERS.wanted(known)] if known else []))
    users = [user for some in found[len(sessions) :] for user in some]
    return signed.users(found[: len(sessions)], {user.pk: user for user in users})


class SignedIn:
    """Whom several sessions belong to, asked for together with other things."""

    def __init__(self, session_keys: Collection[str]) -> None:
        self._keys = session_keys
        self._are_rows = settings.SESSION_ENGINE == "django.contrib.sessions.backends.db"

    def wanted(self) -> list[Wanted]:
        """Return what finds them, for ``users``; nothing where there is nothing to find."""
        return [_SESSIONS.wanted(self._keys)] if self._keys and self._are_rows else []

    def users(self, found: Sequence[Sequence[Session]], known: Mapping[int, User]) -> dict[str, User | None]:
        """Return whose each session is, as ``current_user`` does, from what was ``found``.

        Accounts are taken from those ``known``, read now.
        """
        if not self._are_rows:
            return {key: _as_django_says(key) for key in self._keys}
        now = timezone.now()
        rows = [row for some in found for row in some if row.expire_date > now]
        said = {row.session_key: _signed_in(row.session_data) for row in rows}
        ids = {key: user_id for key, (user_id, _backend, _hash) in said.items() if user_id is not None}
        users = dict(known)
        if unknown := set(ids.values()) - users.keys():
            users.update((user.pk, user) for user in _USERS.objects(unknown))
        if len(_last_said) > _MOST_SAID:
            _last_said.clear()
        _last_said.update(ids)
        return {key: _check(key, said.get(key, _NOBODY), users) for key in self._keys}


def account_last_said(session_key: str) -> int | None:
    """Return the key of the account a session belonged to when it was last looked at: a guess, to be checked."""
    return _last_said.get(session_key)


# Whose a session was when it was last looked at, so that both can be asked for at once; what it says now counts.
_last_said: dict[str, int] = {}
_MOST_SAID = 20_000


_SESSIONS = Prepared(lambda keys: Session.objects.filter(pk__among=keys))
_USERS = Prepared(lambda ids: User.objects.filter(pk__among=ids).defer(*User.ASIDE))
_NOBODY = (None, "", "")


def _check(key: str, said: tuple[int | None, str, str], users: Mapping[int, User]) -> User | None:
    user_id, backend, session_hash = said
    user = users.get(user_id) if user_id is not None else None
    if user is None or backend not in settings.AUTHENTICATION_BACKENDS:
        return None
    if not constant_time_compare(session_hash, _auth_hash(user.password, settings.SECRET_KEY)):
        return _as_django_says(key)  # signed with an older key, perhaps, or before the password was changed
    return user if user.is_active else None


@lru_cache(maxsize=4096)
def _auth_hash(password: str, _secret_key: str) -> str:
    """Return what a session of an account with this (hashed) password holds, under the key it is signed with."""
    return User(password=password).get_session_auth_hash()


@lru_cache(maxsize=4096)
def _signed_in(session_data: str) -> tuple[int | None, str, str]:
    """Return the account's key, the backend and the hash that a session's content holds; it never changes unseen."""
    content: dict[str, Any] = Session(session_data=session_data).get_decoded()
    try:
        user_id = User._meta.pk.to_python(content[SESSION_KEY])
        return user_id, content[BACKEND_SESSION_KEY], content[HASH_SESSION_KEY]
    except KeyError:
        return _NOBODY
