"""The cache all processes share, with one step more than Django's: counting in many windows, in all or in none.

Two processes that read a count, find room and then write it would both pass the last free place. Here looking and
counting are one step, and one round trip however many windows there are.
"""

import threading
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from django.core.cache.backends import locmem, redis


class Count(NamedTuple):
    """A number to raise by one, unless it has reached its ``ceiling``.

    With ``whom`` it is the number of different ones, and who is among them already takes no room. It is kept for
    ``seconds``. Of the counts of one ``group``, ``needed`` must be full before anything is refused.
    """

    key: str
    ceiling: int
    seconds: int
    whom: str = ""
    group: int = 0
    needed: int = 1


class Counting(Protocol):
    """What both caches below can do."""

    def take_each(self, attempts: Sequence[Sequence[Count]]) -> list[list[int]]:
        """Do so for each of ``attempts``, in their order: raise all its counts by one, or none of them.

        Return, for each, the places of those of its counts that have no room.
        """


# KEYS: the counts. ARGV: five of each: ceiling, seconds, whom, group, needed.
_TAKE = """
local full, in_group, refused = {}, {}, {}
for place, key in ipairs(KEYS) do
    local at = (place - 1) * 5
    local whom, group, count = ARGV[at + 3], ARGV[at + 4], 0
    if whom == '' then
        count = tonumber(redis.call('GET', key) or '0')
    elseif redis.call('SISMEMBER', key, whom) == 0 then
        count = redis.call('SCARD', key)
    else
        count = -1
    end
    if count >= tonumber(ARGV[at + 1]) then
        full[#full + 1] = place
        in_group[group] = (in_group[group] or 0) + 1
    end
end
for _, place in ipairs(full) do
    local at = (place - 1) * 5
    if in_group[ARGV[at + 4]] >= tonumber(ARGV[at + 5]) then
        refused[#refused + 1] = place - 1
    end
end
if #refused > 0 then
    return refused
end
for place, key in ipairs(KEYS) do
    local at = (place - 1) * 5
    if ARGV[at + 3] == '' then
        redis.call('INCR', key)
    else
        redis.call('SADD', key, ARGV[at + 3])
    end
    redis.call('EXPIRE', key, ARGV[at + 2])
end
return {}
"""


class RedisCache(redis.RedisCache):
    """Redis: a script does the step, and Redis does one thing at a time."""

    def take_each(self, attempts: Sequence[Sequence[Count]]) -> list[list[int]]:
        """Raise the counts of each attempt, or none of them; in one round trip."""
        client = self._cache.get_client(write=True)
        script = client.register_script(_TAKE)
        with client.pipeline(transaction=False) as line:
            for counts in attempts:
                keys = [self.make_and_validate_key(count.key) for count in counts]
                script(keys, [part for count in counts for part in count[1:]], client=line)
            places: list[list[int]] = line.execute()
        return places


class MemoryCache(locmem.LocMemCache):
    """The memory of the one process there is: a lock does it."""

    _taking = threading.Lock()

    def take_each(self, attempts: Sequence[Sequence[Count]]) -> list[list[int]]:
        """Raise the counts of each attempt, or none of them."""
        with self._taking:
            return [self._take(counts) for counts in attempts]

    def _take(self, counts: Sequence[Count]) -> list[int]:
        kept: dict[str, Any] = self.get_many([count.key for count in counts])
        full = [place for place, count in enumerate(counts) if _size(kept.get(count.key), count) >= count.ceiling]
        in_group = Counter(counts[place].group for place in full)
        refused = [place for place in full if in_group[counts[place].group] >= counts[place].needed]
        if not refused:
            for count in counts:
                self.set(count.key, _raised(kept.get(count.key), count), count.seconds)
        return refused


def _size(kept: Any, count: Count) -> int:
    if not count.whom:
        return kept or 0
    return -1 if kept and count.whom in kept else len(kept or ())


def _raised(kept: Any, count: Count) -> Any:
    return (kept or set()) | {count.whom} if count.whom else (kept or 0) + 1
