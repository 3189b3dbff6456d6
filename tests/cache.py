"""Cache keys that no two tests share, so that one test's rate limits can't reach the next one.

Clearing the cache instead would, on Redis, clear it for the tests running beside this one.
"""

from itertools import count

_numbers = count()
_current = 0


def start_afresh() -> None:
    """Make every key written so far unreachable."""
    global _current
    _current = next(_numbers)


def make_key(key: str, key_prefix: str, version: int) -> str:
    """Build the key as Django does, with the running test's number in it."""
    return f"{key_prefix}:{_current}:{version}:{key}"
