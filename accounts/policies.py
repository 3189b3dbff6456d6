"""May they? Decisions about accounts and about following; each returns why not, and changes nothing."""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts.models import Block, CopyState, DataCopy, MessagePrivacy, User

MIN_AGE_TO_JOIN = 13  # years
MIN_AGE_TO_MESSAGE = 16  # years
MIN_AGE_FOR_OPEN_DEFAULTS = 18  # years
MAX_AGE = 120  # years; anything above is a slip of the finger

ERASED_PREFIX = "deleted."  # how the usernames of erased accounts begin, and nobody else's
COPY_INTERVAL = datetime.timedelta(days=1)  # between two copies of an account

# Names that would pass for the site itself, or for one of its pages.
RESERVED_USERNAMES = frozenset(
    """
    about abuse account accounts admin administrator anonymous api billing contact deleted help home
    inbox info legal login logout mail me media messages metrics moderation moderator moderators new
    news noreply null official paperplane people postmaster privacy root security settings share
    signin signup staff static status sticker stickers support system team terms undefined unknown
    upload user username users video videos webmaster ws www
    """.split()  # noqa: SIM905
)


@dataclass(frozen=True)
class Refusal:
    """Why something isn't possible: a ``code`` for programs and a sentence for the person."""

    code: str
    detail: str


class Refused(Exception):
    """An action wasn't carried out; ``refusal`` says why."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.detail)
        self.refusal = refusal


def age_on(birth_date: datetime.date, day: datetime.date) -> int:
    """Return the age in whole years on ``day``; who was born on 29 February counts from 1 March."""
    had_birthday = (day.month, day.day) >= (birth_date.month, birth_date.day)
    return day.year - birth_date.year - (0 if had_birthday else 1)


def is_old_enough_to_message(user: User, day: datetime.date | None = None) -> bool:
    """Whether ``user`` is 16 or older on ``day``, which is today. An unknown birth date counts as too young."""
    return user.birth_date is not None and age_on(user.birth_date, day or today()) >= MIN_AGE_TO_MESSAGE


def is_new(user: User) -> bool:
    """Whether the account is in its first days, in which stricter limits hold."""
    return timezone.now() - user.date_joined < datetime.timedelta(days=settings.NEW_ACCOUNT_DAYS)


def is_minor(birth_date: datetime.date) -> bool:
    """Whether someone born on ``birth_date`` is below the age of 18 today."""
    return age_on(birth_date, today()) < MIN_AGE_FOR_OPEN_DEFAULTS


def default_message_privacy(birth_date: datetime.date | None) -> MessagePrivacy:
    """Return who may write to a new account: nobody below the age of 18, friends from then on."""
    if birth_date is None or is_minor(birth_date):
        return MessagePrivacy.NOBODY
    return MessagePrivacy.FRIENDS


def birth_date_refusal(birth_date: datetime.date) -> Refusal | None:
    """Return why someone born on ``birth_date`` can't join, or None."""
    age = age_on(birth_date, today())
    if birth_date > today():
        return Refusal("birth_date_in_future", _("This date lies in the future."))
    if age > MAX_AGE:
        return Refusal(
            "birth_date_too_early", _("Check the year: this is more than %(years)d years ago.") % {"years": MAX_AGE}
        )
    if age < MIN_AGE_TO_JOIN:
        return Refusal("too_young", _("You can join from the age of %(years)d.") % {"years": MIN_AGE_TO_JOIN})
    return None


def follow_refusal(follower: User, other: User) -> Refusal | None:
    """Return why ``follower`` can't follow ``other``, or None.

    Whether ``other`` blocked ``follower`` plays no part: a blocked account can't tell.
    """
    if follower.pk == other.pk:
        return Refusal("oneself", _("You can't follow yourself."))
    if Block.objects.filter(blocker=follower, blocked=other).exists():
        return Refusal("you_blocked", _("You blocked @%(name)s. Unblock first.") % {"name": other.username})
    return None


def block_refusal(blocker: User, other: User) -> Refusal | None:
    """Return why ``blocker`` can't block ``other``, or None."""
    if blocker.pk == other.pk:
        return Refusal("oneself", _("You can't block yourself."))
    return None


def can_take_deletion_back(user: User) -> bool:
    """Whether the owner of a closed account may open it again: they closed it, and it isn't being erased yet."""
    asked = user.deletion_requested_at is not None and user.erased_at is None and user.deletion_can_be_undone
    return asked and not user.is_active and user.erase_at is not None and user.erase_at > timezone.now()


def next_copy_at(latest: DataCopy | None) -> datetime.datetime | None:
    """Return when an account whose ``latest`` copy this is can ask for another one; None where it can now."""
    if latest is None or latest.state == CopyState.FAILED:
        return None
    due = latest.created_at + COPY_INTERVAL
    return due if due > timezone.now() else None


def copy_refusal(latest: DataCopy | None) -> Refusal | None:
    """Return why an account whose ``latest`` copy this is can't have another one prepared, or None."""
    if latest and latest.is_unfinished:
        return Refusal("in_progress", _("A copy is being prepared already."))
    if due := next_copy_at(latest):
        when = {"when": formats.date_format(due, "DATETIME_FORMAT")}
        return Refusal("too_soon", _("One copy a day: you can ask for a new one from %(when)s (UTC) on.") % when)
    return None


def today() -> datetime.date:
    """Return the day it is on the server, by which every age is counted."""
    return timezone.localdate()
