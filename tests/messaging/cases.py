"""The rows of "who may write to whom" as situations between Mira, who writes, and Tom."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import MessagePrivacy, User
from tests.messaging.people import block, born_years_ago, change, unfollow
from tests.messaging.talk import say

UNAVAILABLE = "@tom can't receive messages from you."


@dataclass(frozen=True)
class Case:
    """One row: how it comes about, what Mira is told, and the button that mends it."""

    name: str
    code: str
    detail: str
    prepare: Callable[[User, User], object]
    button: str = ""

    def __str__(self) -> str:
        return self.name


def _suspended(mira: User, tom: User) -> None:
    change(mira, messaging_suspended_until=timezone.now() + datetime.timedelta(days=7))


def _underage(mira: User, tom: User) -> None:
    change(mira, birth_date=born_years_ago(15))


def _no_birth_date(mira: User, tom: User) -> None:
    change(mira, birth_date=None)


def _you_blocked(mira: User, tom: User) -> None:
    block(mira, tom)
    block(tom, mira)  # my own block speaks first


def _blocked(mira: User, tom: User) -> None:
    block(tom, mira)


def _blocked_after_dialogue(mira: User, tom: User) -> None:
    say(tom, mira, "before")
    block(tom, mira)


def _recipient_underage(mira: User, tom: User) -> None:
    change(tom, birth_date=born_years_ago(15))


def _recipient_gone(mira: User, tom: User) -> None:
    change(tom, is_active=False)


def _nobody(mira: User, tom: User) -> None:
    change(tom, message_privacy=MessagePrivacy.NOBODY)


def _not_following(mira: User, tom: User) -> None:
    unfollow(mira, tom)


def _not_following_everyone(mira: User, tom: User) -> None:
    unfollow(mira, tom)
    change(tom, message_privacy=MessagePrivacy.EVERYONE)


def _only_whom_they_follow(mira: User, tom: User) -> None:
    unfollow(tom, mira)
    change(tom, message_privacy=MessagePrivacy.FOLLOWING)


def _only_friends(mira: User, tom: User) -> None:
    unfollow(tom, mira)


def _request_pending(mira: User, tom: User) -> None:
    unfollow(tom, mira)
    change(tom, message_privacy=MessagePrivacy.EVERYONE)
    for number in range(3):
        say(mira, tom, f"request {number}")


CASES = [
    Case("suspended", "suspended", "Your messaging is suspended until ", _suspended),
    Case("underage", "underage", "Messaging is available from the age of 16.", _underage),
    Case("no birth date", "underage", "Messaging is available from the age of 16.", _no_birth_date),
    Case("you blocked", "you_blocked", "You blocked @tom. Unblock to write.", _you_blocked, "/@tom/unblock/"),
    Case("blocked", "unavailable", UNAVAILABLE, _blocked),
    Case("blocked after a dialogue", "unavailable", UNAVAILABLE, _blocked_after_dialogue),
    Case("recipient underage", "unavailable", UNAVAILABLE, _recipient_underage),
    Case("recipient deactivated", "unavailable", UNAVAILABLE, _recipient_gone),
    Case("nobody", "unavailable", UNAVAILABLE, _nobody),
    Case("not following", "not_following", "Follow @tom to write to them.", _not_following, "/@tom/follow/"),
    Case("stranger", "not_following", "Follow @tom to write to them.", _not_following_everyone, "/@tom/follow/"),
    Case(
        "only whom they follow",
        "not_accepted",
        "@tom accepts messages only from people they follow.",
        _only_whom_they_follow,
    ),
    Case("only friends", "not_accepted", "@tom accepts messages only from friends.", _only_friends),
    Case("request pending", "request_pending", "@tom hasn't accepted your request yet.", _request_pending),
]
