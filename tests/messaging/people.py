"""Making people for tests, and how they stand to each other."""

import datetime
from typing import Any

from django.utils import timezone

from accounts.models import Block, Follow, MessagePrivacy, User

ADULT_BORN = datetime.date(1990, 5, 17)


def make_person(username: str, **fields: Any) -> User:
    """Make an account of an adult who accepts friends, unless ``fields`` say otherwise."""
    defaults: dict[str, Any] = {"birth_date": ADULT_BORN, "message_privacy": MessagePrivacy.FRIENDS}
    return User.objects.create_user(username=username, password="bird-song-12", **defaults | fields)


def born_years_ago(years: int) -> datetime.date:
    """Return a birth date that makes someone exactly ``years`` old since yesterday or so."""
    today = timezone.localdate()
    return datetime.date(today.year - years, 1, 1) if today.month > 1 else datetime.date(today.year - years - 1, 6, 1)


def follow(follower: User, *others: User) -> None:
    """Let ``follower`` follow ``others``, without anyone being told."""
    for other in others:
        Follow.objects.get_or_create(follower=follower, followed=other)


def befriend(one: User, other: User) -> None:
    """Let two follow each other."""
    follow(one, other)
    follow(other, one)


def unfollow(follower: User, other: User) -> None:
    """End a follow, without anyone being told."""
    Follow.objects.filter(follower=follower, followed=other).delete()


def block(blocker: User, other: User) -> None:
    """Let ``blocker`` block ``other`` as a row alone: no events, and follows stay."""
    Block.objects.create(blocker=blocker, blocked=other)


def change(user: User, **fields: Any) -> User:
    """Write ``fields`` of an account."""
    User.objects.filter(pk=user.pk).update(**fields)
    user.refresh_from_db()
    return user
