"""How fast an account may send: counted in the cache that all processes share."""

import math
import time

from django.conf import settings
from django.core.cache import cache


def seconds_to_wait(user_id: int, cost: int = 1) -> int:
    """Count ``cost`` messages of ``user_id`` against every limit; return 0, or the seconds until it may go on.

    ``settings.MESSAGE_LIMITS`` holds pairs of (messages, seconds) over fixed windows. A refused message
    counts too little to matter, so that a client that retries isn't locked out for longer.
    """
    now = time.time()
    keys = [(_key(user_id, window, now), ceiling, window) for ceiling, window in settings.MESSAGE_LIMITS]
    counts = cache.get_many([key for key, _ceiling, _window in keys])
    for key, ceiling, window in keys:
        if counts.get(key, 0) + cost > ceiling:
            return max(1, math.ceil(window - now % window))
    for key, _ceiling, window in keys:
        if not cache.add(key, cost, timeout=window + 1):
            _increase(key, cost, window)
    return 0


def _increase(key: str, cost: int, window: int) -> None:
    try:
        cache.incr(key, cost)
    except ValueError:  # it ran out between the two calls
        cache.set(key, cost, timeout=window + 1)


def _key(user_id: int, window: int, now: float) -> str:
    return f"sent:{user_id}:{window}:{int(now // window)}"
