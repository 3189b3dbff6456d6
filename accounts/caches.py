"""The cache all processes share, with one step more than Django's: counting in many windows, in all or in none.

Two processes that read a count, find room and then write it would both pass the last free place. Here looking and
counting are one step, and one round trip however many windows there are.
"""

import hashlib
import threading
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple, Protocol

import orjson
from django.core.cache.backends import locmem, redis
from django.utils.functional import cached_property
from redis.exceptions import NoScriptError


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


# ARGV: the attempts in JSON, each a list of its counts: key, ceiling, seconds, whom, group, needed. The keys aren't
# named as such, which a cluster of Redis would want: hundreds of them cost more than all the rest of the call.
_TAKE = """
local refusals = {}
for number, counts in ipairs(cjson.decode(ARGV[1])) do
    local full, in_group, refused, sizes = {}, {}, {}, {}
    for place, count in ipairs(counts) do
        local key, ceiling, whom, group = count[1], count[2], count[4], count[5]
        local size
        if whom == '' then
            size = tonumber(redis.call('GET', key) or '0')
        elseif redis.call('SISMEMBER', key, whom) == 0 then
            size = redis.call('SCARD', key)
        else
            size = -1
        end
        sizes[place] = size
        if size >= ceiling then
            full[#full + 1] = place
            in_group[group] = (in_group[group] or 0) + 1
        end
    end
    for _, place in ipairs(full) do
        if in_group[counts[place][5]] >= counts[place][6] then
            refused[#refused + 1] = place - 1
        end
    end
    if #refused > 0 then
        refusals[#refusals + 1] = {number - 1, refused}
    else
        for place, count in ipairs(counts) do
            if count[4] == '' then
                redis.call('INCR', count[1])
            else
                redis.call('SADD', count[1], count[4])
            end
            if sizes[place] == 0 then
                redis.call('EXPIRE', count[1], count[3])
            end
        end
    end
end
return refusals
"""
_TAKE_NAME = hashlib.sha1(_TAKE.encode(), usedforsecurity=False).hexdigest()


class RedisCache(redis.RedisCache):
    """Redis: a script does the step, and Redis does one thing at a time."""

    def take_each(self, attempts: Sequence[Sequence[Count]]) -> list[list[int]]:
        """Raise the counts of each attempt, or none of them; in one round trip."""
        asked = 0, orjson.dumps([[(self.make_key(count.key), *count[1:]) for count in counts] for counts in attempts])
        try:
            refusals = self._writing.execute_command("EVALSHA", _TAKE_NAME, *asked)
        except NoScriptError:  # Redis was started anew; with its text the script is known again
            refusals = self._writing.execute_command("EVAL", _TAKE, *asked)
        found: list[list[int]] = [[] for _attempt in attempts]
        for number, places in refusals:
            found[number] = places
        return found

    @cached_property
    def _writing(self) -> Any:
        """What writes: Django makes one at each use."""
        return self._cache.get_client(write=True)


class MemoryCache(locmem.LocMemCache):
    """The memory of the one process there is: a lock does it.

    Counts are kept beside what Django's cache keeps, which packs and unpacks it at every look.
    """

    _taking = threading.Lock()
    _kept: ClassVar[dict[str, tuple[float, Any]]] = {}  # when it ends, and the number or who is among them

    def take_each(self, attempts: Sequence[Sequence[Count]]) -> list[list[int]]:
        """Raise the counts of each attempt, or none of them."""
        with self._taking:
            now = time.time()
            if len(self._kept) > self._max_entries:
                self._forget(now)
            return [self._take(counts, now) for counts in attempts]

    def clear(self) -> None:
        """Forget everything."""
        with self._taking:
            self._kept.clear()
        super().clear()

    def _take(self, counts: Sequence[Count], now: float) -> list[int]:
        keys = [self.make_key(count.key) for count in counts]
        kept = [found[1] if (found := self._kept.get(key)) and found[0] > now else None for key in keys]
        full = [place for place, count in enumerate(counts) if _size(kept[place], count) >= count.ceiling]
        if full:
            in_group = Counter(counts[place].group for place in full)
            refused = [place for place in full if in_group[counts[place].group] >= counts[place].needed]
            if refused:
                return refused
        for key, value, count in zip(keys, kept, counts, strict=True):
            self._kept[key] = (now + count.seconds, _raised(value, count))
        return []

    def _forget(self, now: float) -> None:
        """Drop what has ended; where that isn't a third, what ends first."""
        going = sorted(self._kept, key=lambda key: self._kept[key][0])
        ended = sum(ends <= now for ends, _value in self._kept.values())
        for key in going[: max(ended, len(going) // 3)]:
            del self._kept[key]


def _size(kept: Any, count: Count) -> int:
    if not count.whom:
        return kept or 0
    return -1 if kept and count.whom in kept else len(kept or ())


def _raised(kept: Any, count: Count) -> Any:
    return (kept or set()) | {count.whom} if count.whom else (kept or 0) + 1
