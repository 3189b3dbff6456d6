"""The way in for somebody whose account is suspended: to read why, and to appeal; nowhere else."""

import datetime

from django.core import signing
from django.urls import reverse

from accounts.models import User
from moderation.models import Decision, Measure

TOKEN_LASTS = datetime.timedelta(hours=1)
_SALT = "moderation.suspended"


def url_for(user: User) -> str | None:
    """Return where ``user``, who gave the right password, reads why; None where no moderator closed the account."""
    if not _is_suspended(user):
        return None
    return reverse("decisions_of_closed", args=[signing.dumps(user.pk, salt=_SALT)])


def user_of(token: str) -> User | None:
    """Return the account of a token, if it is still suspended."""
    try:
        pk = signing.loads(token, salt=_SALT, max_age=TOKEN_LASTS)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=pk).first()
    return user if user and _is_suspended(user) else None


def _is_suspended(user: User) -> bool:
    return not user.is_active and Decision.objects.in_force(user).filter(measure=Measure.CLOSE).exists()
