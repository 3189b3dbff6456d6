"""How fast an account may send, to how many new people, and how often the same: counted in the shared cache."""

import hashlib
import logging
import math
import time
from dataclasses import dataclass

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Window:
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


def seconds_to_wait(user_id: int, recipient_id: int, body: str, *, stranger: bool, first: bool) -> int:
    """Count a message of ``user_id`` against every limit; return 0, or the seconds until it may be sent.

    ``settings.MESSAGE_LIMITS`` holds for every message. To a ``stranger``, who neither wrote to the sender nor
    follows them, ``NEW_PEOPLE_LIMITS`` holds for the ``first`` one, and ``SAME_TEXT_LIMITS`` for how many such
    people get the same text. Each is a list of (times, seconds). What is refused isn't counted, so trying again
    doesn't lock anyone out for longer.
    """
    try:
        text = _SameText(user_id, recipient_id, body) if stranger else None
        wait = _take(_windows(user_id, text, stranger=stranger, first=first), time.time())
        if text and not wait:
            text.note()
        return wait
    except (RedisError, OSError):
        # The people's messages matter more than the count; the limits are back when the cache is.
        logger.exception("The cache can't be reached; a message passes without its limits.")
        return 0


def _take(windows: list[_Window], now: float) -> int:
    """Count once in each of ``windows``, or in none and return the seconds until all have room."""
    counts = cache.get_many([window.key(now) for window in windows])
    full = [window.left(now) for window in windows if counts.get(window.key(now), 0) >= window.ceiling]
    if full:
        return max(full)
    for window in windows:
        _count(window.key(now), window.seconds + 1)
    return 0


class _SameText:
    """A text to a stranger; to how many others it went is counted, not how often to this one."""

    def __init__(self, user_id: int, recipient_id: int, body: str) -> None:
        words = hashlib.sha256(" ".join(body.lower().split()).encode()).hexdigest()[:32]
        self.name = f"same:{user_id}:{words}"
        self.mark = f"{self.name}:{recipient_id}"

    def is_new_to_them(self) -> bool:
        """Whether this recipient hasn't got it yet."""
        return cache.get(self.mark) is None

    def note(self) -> None:
        """Remember that they got it, for as long as any limit looks back."""
        cache.set(self.mark, 1, timeout=max((seconds for _times, seconds in settings.SAME_TEXT_LIMITS), default=1))


def _windows(user_id: int, text: _SameText | None, *, stranger: bool, first: bool) -> list[_Window]:
    limits = [(f"sent:{user_id}", settings.MESSAGE_LIMITS)]
    if stranger and first:
        limits.append((f"new:{user_id}", settings.NEW_PEOPLE_LIMITS))
    if text and text.is_new_to_them():
        limits.append((text.name, settings.SAME_TEXT_LIMITS))
    return [_Window(name, ceiling, seconds) for name, listed in limits for ceiling, seconds in listed]


def _count(key: str, timeout: int) -> None:
    if not cache.add(key, 1, timeout=timeout):
        try:
            cache.incr(key)
        except ValueError:  # it ran out between the two calls
            cache.set(key, 1, timeout=timeout)
