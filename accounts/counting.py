"""How often an account may do something: counted in fixed windows of the clock, in the cache all processes share."""

import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from accounts.policies import Refusal

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Window:
    """A fixed window of the clock in which something may happen ``ceiling`` times."""

    name: str
    ceiling: int
    seconds: int

    def key(self, now: float) -> str:
        """Return where this window's count is kept."""
        return f"{self.name}:{self.seconds}:{int(now // self.seconds)}"

    def left(self, now: float) -> int:
        """Return the whole seconds until it ends; at least one."""
        return max(1, math.ceil(self.seconds - now % self.seconds))


@dataclass(frozen=True)
class TooFast(Refusal):
    """Too often in too short a time; it works again in ``retry_after`` seconds."""

    retry_after: int = 0


def windows(name: str, setting: str) -> list[Window]:
    """Return the windows of a limit in the settings: a list of (times, seconds)."""
    return [Window(name, ceiling, seconds) for ceiling, seconds in getattr(settings, setting)]


def seconds_to_wait(counted: Sequence[Window]) -> int:
    """Count once in each window, or in none and return the seconds until all have room.

    What is refused isn't counted, so trying again doesn't lock anyone out for longer. Where the cache can't be
    reached nothing is limited.
    """
    try:
        return _take(counted, time.time())
    except (RedisError, OSError):
        # What people do matters more than the count; the limits are back when the cache is.
        logger.exception("The cache can't be reached; something passes without its limits.")
        return 0


def too_fast(seconds: int) -> TooFast:
    """Return the refusal of someone who does something too often; it works again in ``seconds``."""
    if seconds < 2 * 60:
        detail = _("That was a lot at once. Try again in %(count)d seconds.") % {"count": seconds}
    elif seconds < 2 * 60 * 60:
        detail = _("That was a lot at once. Try again in %(count)d minutes.") % {"count": math.ceil(seconds / 60)}
    else:
        detail = _("That was a lot at once. Try again in %(count)d hours.") % {"count": math.ceil(seconds / 3600)}
    return TooFast("rate_limited", detail, retry_after=seconds)


def _take(counted: Sequence[Window], now: float) -> int:
    counts = cache.get_many([window.key(now) for window in counted])
    full = [window.left(now) for window in counted if counts.get(window.key(now), 0) >= window.ceiling]
    if full:
        return max(full)
    for window in counted:
        _count(window.key(now), window.seconds + 1)
    return 0


def _count(key: str, timeout: int) -> None:
    if not cache.add(key, 1, timeout=timeout):
        try:
            cache.incr(key)
        except ValueError:  # it ran out between the two calls
            cache.set(key, 1, timeout=timeout)
