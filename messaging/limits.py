"""How fast an account may send, to how many new people, and how often the same: counted in the shared cache."""

import hashlib
import logging

from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

from accounts.counting import Window, windows
from accounts.counting import seconds_to_wait as seconds_until_room

logger = logging.getLogger(__name__)


def seconds_to_wait(user_id: int, recipient_id: int, body: str, *, stranger: bool, first: bool) -> int:
    """Count a message of ``user_id`` against every limit; return 0, or the seconds until it may be sent.

    ``settings.MESSAGE_LIMITS`` holds for every message. To a ``stranger``, who neither wrote to the sender nor
    follows them, ``NEW_PEOPLE_LIMITS`` holds for the ``first`` one, and ``SAME_TEXT_LIMITS`` for how many such
    people get the same text. Each is a list of (times, seconds).
    """
    text = _SameText(user_id, recipient_id, body) if stranger else None
    try:
        wait = seconds_until_room(_windows(user_id, text, stranger=stranger, first=first))
        if text and not wait:
            text.note()
        return wait
    except (RedisError, OSError):
        # The people's messages matter more than the count; the limits are back when the cache is.
        logger.exception("The cache can't be reached; a message passes without its limits.")
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


def _windows(user_id: int, text: _SameText | None, *, stranger: bool, first: bool) -> list[Window]:
    found = windows(f"sent:{user_id}", "MESSAGE_LIMITS")
    if stranger and first:
        found += windows(f"new:{user_id}", "NEW_PEOPLE_LIMITS")
    if text and text.is_new_to_them():
        found += windows(text.name, "SAME_TEXT_LIMITS")
    return found
