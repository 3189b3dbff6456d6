"""Counting in windows: in all or in none, exactly however many ask at once, and for nothing without the cache."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import cache, caches
from redis.exceptions import ConnectionError as RedisConnectionError

from accounts.caches import Count, MemoryCache, RedisCache
from accounts.counting import Window, seconds_until_room, seconds_until_room_each, windows
from tests.clock import Clock

HOUR_S = 3600
AT_ONCE = 32


def test_a_window_has_room_until_its_ceiling_and_again_when_the_next_begins(clock: Clock) -> None:
    window = [Window("hour", 2, HOUR_S)]
    assert [seconds_until_room(window) for _time in range(3)] == [0, 0, HOUR_S - 1]
    clock.forward(HOUR_S - 2)
    assert seconds_until_room(window) == 1
    clock.forward(1)
    assert [seconds_until_room(window) for _time in range(3)] == [0, 0, HOUR_S]


def test_what_one_window_refuses_is_counted_in_none(clock: Clock) -> None:
    full, roomy = Window("full", 0, 60), Window("roomy", 1, HOUR_S)
    assert [seconds_until_room([roomy, full]) for _time in range(3)] == [59] * 3
    assert seconds_until_room([roomy]) == 0
    assert seconds_until_room([roomy, full]) == HOUR_S - 1  # the later of both


def test_of_whom_it_knows_no_more_room_is_taken(clock: Clock) -> None:
    def waits(whom: str) -> int:
        return seconds_until_room([Window("people", 2, HOUR_S, whom=whom)])

    assert [waits(whom) for whom in ("a", "b", "a", "a", "b")] == [0] * 5
    assert waits("c") > 0
    assert waits("a") == 0


def test_a_group_refuses_when_enough_of_it_is_full(clock: Clock) -> None:
    def group(*ceilings: int, seconds: int = HOUR_S) -> list[Window]:
        return [Window(f"{place}-{n}", n, seconds, group="g", needed=2) for place, n in enumerate(ceilings)]

    assert seconds_until_room(group(0, 5, 5)) == 0
    assert seconds_until_room(group(0, 5, 0)) > 0
    # A group is of one length: what is full for an hour doesn't add to what is full for a day.
    assert seconds_until_room(group(0, 5) + group(0, 5, seconds=86_400)) == 0


def test_of_two_limits_the_stricter_holds(settings: Any) -> None:
    settings.MESSAGE_LIMITS, settings.NEW_ACCOUNT_MESSAGE_LIMITS = [(9, 60), (50, HOUR_S)], [(5, 60), (80, HOUR_S)]
    found = windows("x", "MESSAGE_LIMITS", "NEW_ACCOUNT_MESSAGE_LIMITS")
    assert {(window.ceiling, window.seconds) for window in found} == {(5, 60), (50, HOUR_S)}


@pytest.mark.parametrize("whom", [False, True])
def test_many_at_once_take_no_more_than_there_is(whom: bool, clock: Clock) -> None:
    barrier = threading.Barrier(AT_ONCE)

    def take(number: int) -> int:
        barrier.wait()
        wanted = str(number) if whom else ""
        return sum(
            seconds_until_room([Window("a", 40, HOUR_S), Window("b", 25, HOUR_S, whom=f"{wanted}.{time}" * whom)]) == 0
            for time in range(4)
        )

    with ThreadPoolExecutor(AT_ONCE) as pool:
        assert sum(pool.map(take, range(AT_ONCE))) == 25
    assert seconds_until_room([Window("a", 26, HOUR_S)]) == 0  # and no more was counted than passed
    assert seconds_until_room([Window("a", 26, HOUR_S)]) > 0


def test_however_many_windows_there_are_the_cache_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[list[int]] = []
    take_each = cache.take_each  # type: ignore[attr-defined]

    def counted(attempts: Any) -> list[list[int]]:
        calls.append([len(counts) for counts in attempts])
        return take_each(attempts)

    monkeypatch.setattr(cache, "take_each", counted)
    assert seconds_until_room([Window(str(number), 5, HOUR_S) for number in range(30)]) == 0
    assert seconds_until_room([]) == 0
    assert calls == [[30]]


def test_of_several_at_once_each_is_asked_in_its_turn() -> None:
    shared = Window("shared", 2, HOUR_S)
    full = Window("full", 0, HOUR_S)
    asked = [(counted, None) for counted in ([shared], [shared, full], [shared], [shared], [])]
    # The second counts nowhere, as it has no room in one of its windows.
    assert [wait > 0 for wait in seconds_until_room_each(asked)] == [False, True, False, True, False]
    assert seconds_until_room_each([]) == []


def test_a_redis_that_has_forgotten_the_script_is_given_it_anew(clock: Clock) -> None:
    window = Window("forgotten", 2, HOUR_S)
    assert seconds_until_room([window]) == 0
    if isinstance(shared := caches["default"], RedisCache):
        shared._writing.script_flush()
    waits = seconds_until_room_each([([window], None)] * 3)
    assert [wait > 0 for wait in waits] == [False, True, True]


@pytest.mark.parametrize("error", [ConnectionRefusedError("gone"), RedisConnectionError("gone")])
def test_without_the_cache_nothing_is_limited_and_it_is_logged(
    error: Exception, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(counts: Any) -> None:
        raise error

    monkeypatch.setattr(cache, "take_each", fail)
    assert seconds_until_room([Window("full", 0, HOUR_S)]) == 0
    assert "cache can't be reached" in caplog.text


@pytest.mark.sqlite_only
def test_counts_in_memory_end_and_are_not_more_than_fit(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[str, Any] = {}
    memory = MemoryCache("test", {"OPTIONS": {"MAX_ENTRIES": 90}})
    monkeypatch.setattr(MemoryCache, "_kept", kept)
    moment = [1000.0]
    monkeypatch.setattr("accounts.caches.time.time", lambda: moment[0])
    assert memory.take_each([[Count("short", 1, 10)], [Count("short", 1, 10)]]) == [[], [0]]
    moment[0] += 11
    assert memory.take_each([[Count("short", 1, 10)]]) == [[]]
    for number in range(1000):
        memory.take_each([[Count(f"long {number}", 1, 1000 + number)]])
        assert len(kept) <= 92
    assert memory.take_each([[Count("long 999", 1, 1999)]]) == [[0]]  # what ends last is kept
    memory.clear()
    assert kept == {}
