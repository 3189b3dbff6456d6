"""How often an account may do something: counted in fixed windows of the clock, in the cache all processes share."""

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, NamedTuple, cast

import structlog
from django.conf import settings
from django.core.cache import cache
from django.core.signals import setting_changed
from django.dispatch import receiver
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from accounts.caches import Count, Counting
from accounts.policies import Refusal
from accounts.turns import REFUSED_S, Bill, charge, current_bill

logger = logging.getLogger(__name__)
security = structlog.get_logger("security")


class Window(NamedTuple):
    """A fixed window of the clock in which something may happen ``ceiling`` times.

    With ``whom`` it counts for how many different ones it happens. Of the windows of one ``group`` (and one length),
    it takes ``needed`` full ones to refuse anything.
    """

    name: str
    ceiling: int
    seconds: int
    whom: str = ""
    group: str = ""
    needed: int = 1

    def key(self, now: float) -> str:
        """Return where this window's count is kept."""
        seconds = self.seconds
        return f"{self.name}:{seconds}:{int(now // seconds)}"

    def left(self, now: float) -> int:
        """Return the whole seconds until it ends; at least one."""
        return max(1, math.ceil(self.seconds - now % self.seconds))


@dataclass(frozen=True)
class TooFast(Refusal):
    """Too often in too short a time; it works again in ``retry_after`` seconds."""

    retry_after: int = 0


def windows(name: str, *limits: str) -> list[Window]:
    """Return the windows of limits in the settings: lists of (times, seconds); of two equally long, the stricter."""
    return [Window(name, ceiling, seconds) for seconds, ceiling in _ceilings(limits)]


@lru_cache(maxsize=64)
def _ceilings(limits: tuple[str, ...]) -> list[tuple[int, int]]:
    ceilings: dict[int, int] = {}
    for limit in limits:
        for ceiling, seconds in getattr(settings, limit):
            ceilings[seconds] = min(ceiling, ceilings.get(seconds, ceiling))
    return list(ceilings.items())


@receiver(setting_changed)
def _forget_ceilings(**_change: Any) -> None:
    """Read them anew; only tests change settings."""
    _ceilings.cache_clear()


def seconds_until_room(counted: Sequence[Window]) -> int:
    """Count once in each window, or in none and return the seconds until all have room."""
    (seconds,) = seconds_until_room_each([(counted, current_bill.get())])
    return seconds


def seconds_until_room_each(attempts: Sequence[tuple[Sequence[Window], Bill | None]]) -> list[int]:
    """Do so for each of several attempts, in their order and in one look at the cache; each with who pays for it.

    What is refused isn't counted, so trying again doesn't lock anyone out for longer. Where the cache can't be
    reached nothing is limited.
    """
    now = time.time()
    asked = [place for place, (counted, _bill) in enumerate(attempts) if counted]
    waits = [0] * len(attempts)
    if not asked:
        return waits
    try:
        found = cast("Counting", cache).take_each([_counts(attempts[place][0], now) for place in asked])
    except (RedisError, OSError):
        # What people do matters more than the count; the limits are back when the cache is.
        logger.exception("The cache can't be reached; something passes without its limits.")
        return waits
    for place, full in zip(asked, found, strict=True):
        counted, bill = attempts[place]
        if full:
            charge(bill, REFUSED_S)
            security.info("limited", limits=[counted[one].name for one in full])
            waits[place] = max(counted[one].left(now) for one in full)
    return waits


def _counts(counted: Sequence[Window], now: float) -> list[Count]:
    groups: dict[tuple[str, int], int] = {}
    counts = []
    for window in counted:
        _name, ceiling, seconds, whom, group, needed = window
        key = window.key(now)
        place = groups.setdefault((group, seconds) if group else (key, 0), len(groups))
        counts.append(Count(key, ceiling, seconds + 1, whom, place, needed))
    return counts


def too_fast(seconds: int) -> TooFast:
    """Return the refusal of someone who does something too often; it works again in ``seconds``."""
    if seconds < 2 * 60:
        detail = _("That was a lot at once. Try again in %(count)d seconds.") % {"count": seconds}
    elif seconds < 2 * 60 * 60:
        detail = _("That was a lot at once. Try again in %(count)d minutes.") % {"count": math.ceil(seconds / 60)}
    else:
        detail = _("That was a lot at once. Try again in %(count)d hours.") % {"count": math.ceil(seconds / 3600)}
    return TooFast("rate_limited", detail, retry_after=seconds)
