"""The end of an account: asked for, taken back within 30 days, or carried out.

Each app registers what it erases, for accounts know none of them. An eraser can be interrupted and run again: it
starts from what is still there. What others were told stays theirs, under an account that says nothing of a person.
"""

import datetime
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

from allauth.usersessions.models import UserSession
from django.core import signing
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import Refusal, Refused, can_take_deletion_back
from accounts.signals import account_changed

logger = logging.getLogger(__name__)
WAY_BACK = datetime.timedelta(days=30)
TOKEN_LASTS = datetime.timedelta(minutes=15)
_SALT = "accounts.erasure"

Plan: TypeAlias = dict[str, int]


@dataclass(frozen=True)
class Eraser:
    """What one app erases of an account: ``plan`` counts it by what it is, ``erase`` does it, or the rest."""

    name: str
    plan: Callable[[User], Plan]
    erase: Callable[[User], None]


_erasers: dict[str, Eraser] = {}


def register(eraser: Eraser) -> None:
    """Have ``eraser`` run at the end of accounts, after those registered before."""
    _erasers[eraser.name] = eraser


@transaction.atomic
def request_deletion(user: User) -> User:
    """Close ``user``'s account at once and erase it in 30 days; a repeat changes nothing. Return it read afresh.

    One that was closed already, by the staff, has no way back.
    """
    user = _locked(user)
    if user.deletion_requested_at is not None or user.erased_at is not None:
        return user
    user.deletion_can_be_undone, user.is_active = user.is_active, False
    user.deletion_requested_at = timezone.now()
    user.erase_at = user.deletion_requested_at + WAY_BACK
    user.save(update_fields=["deletion_can_be_undone", "is_active", "deletion_requested_at", "erase_at"])
    for session in UserSession.objects.filter(user=user):
        session.end()
    _tell(user)
    return user


@transaction.atomic
def take_deletion_back(user: User) -> User:
    """Open an account again whose deletion its owner asked for. Raises ``Refused``."""
    user = _locked(user)
    if not can_take_deletion_back(user):
        raise Refused(Refusal("too_late", _("This can’t be taken back any more.")))
    user.is_active, user.deletion_can_be_undone = True, False
    user.deletion_requested_at = user.erase_at = None
    user.save(update_fields=["is_active", "deletion_can_be_undone", "deletion_requested_at", "erase_at"])
    _tell(user)
    return user


def token_for(user: User) -> str:
    """Return what proves, for a quarter of an hour, that its holder just gave the right password of ``user``."""
    return signing.dumps([user.pk, str(user.deletion_requested_at)], salt=_SALT)


def user_of(token: str) -> User | None:
    """Return the account of a token, if its deletion can be taken back now."""
    try:
        pk, requested_at = signing.loads(token, salt=_SALT, max_age=TOKEN_LASTS)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=pk).first()
    fits = user is not None and can_take_deletion_back(user) and str(user.deletion_requested_at) == requested_at
    return user if fits else None


def plan(user: User) -> dict[str, Plan]:
    """Return how much would be erased of ``user`` now, by app and by what it is."""
    return {name: eraser.plan(user) for name, eraser in _erasers.items()}


def erase_now(user: User) -> None:
    """Erase ``user``'s account at once. Not for use inside a transaction: files go after commits."""
    request_deletion(user)
    User.objects.filter(pk=user.pk, erased_at=None).update(erase_at=timezone.now())
    erase(user)


def erase(user: User) -> bool:
    """Erase ``user``'s account if it is due; return whether it was. What fails is raised, and can be repeated."""
    with transaction.atomic():
        user = _locked(user)
        if user.erased_at is not None or user.erase_at is None or user.erase_at > timezone.now():
            return False
        # From here on there is no way back, whatever interrupts it.
        user.is_active = user.deletion_can_be_undone = False
        user.save(update_fields=["is_active", "deletion_can_be_undone"])
    for eraser in _erasers.values():
        eraser.erase(user)
    User.objects.filter(pk=user.pk).update(erased_at=timezone.now())
    return True


def erase_due() -> int:
    """Erase the accounts whose time has come; return how many that were. One that fails is left for the next time."""
    count = 0
    for user in User.objects.filter(erase_at__lte=timezone.now(), erased_at=None).order_by("erase_at"):
        try:
            count += erase(user)
        except Exception:
            logger.exception("Account %s couldn't be erased whole; it goes on the next time.", user.pk)
    return count


def _locked(user: User) -> User:
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def _tell(user: User) -> None:
    transaction.on_commit(lambda: account_changed.send(sender=User, user=user))
