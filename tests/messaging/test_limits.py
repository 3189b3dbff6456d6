"""Every limit on sends, through each of the three ways in: whom it holds back, whom it leaves alone, when it ends."""

import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.core.cache import caches
from django.utils import timezone

from accounts.models import MessagePrivacy, User
from messaging.models import Message
from tests.messaging.people import befriend, change, follow, make_person
from tests.messaging.sockets import Tab, in_thread
from tests.messaging.talk import converse, send_form, send_json, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

HOUR_S = 3600
HERE, NEXT_DOOR, ELSEWHERE = "2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"
ALL = ("MESSAGE", "RECIPIENT", "NEW_PEOPLE", "SAME_TEXT", "SHORT_TEXT", "ADDRESS_NEW_PEOPLE", "ADDRESS_STRANGER")
AD = "Buy your new shoes cheaply today, at https://shoes.example/{} only"


@dataclass(frozen=True)
class Send:
    """Who writes to whom, what, and from where."""

    sender: str
    to: str
    body: str = "hello there"
    address: str = HERE


@dataclass(frozen=True)
class Case:
    """A limit of two: what takes them up, the one that is too much, and what isn't touched by that."""

    limit: str
    counted: tuple[Send, Send]
    refused: Send
    untouched: tuple[Send, ...]

    def __str__(self) -> str:
        return self.limit.lower()


# Mira and Rosa are friends with Tom and with each other; Ada, Ben and Cleo are strangers to both.
CASES = [
    Case(
        "MESSAGE",
        (Send("mira", "tom"), Send("mira", "ada")),
        Send("mira", "tom"),
        (Send("tom", "mira"), Send("rosa", "tom")),
    ),
    Case(
        "RECIPIENT",
        (Send("mira", "tom"), Send("mira", "tom")),
        Send("mira", "tom"),
        (Send("mira", "rosa"), Send("tom", "mira"), Send("rosa", "tom")),
    ),
    Case(
        "NEW_PEOPLE",
        (Send("mira", "ada"), Send("mira", "ben")),
        Send("mira", "cleo"),
        (Send("mira", "ada", "and another one"), Send("mira", "tom"), Send("rosa", "cleo")),
    ),
    Case(
        "SAME_TEXT",
        (Send("mira", "ada", AD.format("a7")), Send("mira", "ben", f"Hi Ben! {AD.format('b9')} 👟")),
        Send("mira", "cleo", AD.format("c1").upper()),
        (
            Send("mira", "cleo", "Are you the Cleo who sang at the party in Graz last summer?"),
            Send("mira", "ada", AD.format("again")),
            Send("mira", "tom", AD.format("t1")),
            Send("rosa", "cleo", AD.format("c1")),
        ),
    ),
    Case(
        "SHORT_TEXT",
        (Send("mira", "ada", "Hello!"), Send("mira", "ben", "hello 👋")),
        Send("mira", "cleo", "hello"),
        (Send("mira", "cleo", "good morning"), Send("mira", "tom", "hello"), Send("rosa", "cleo", "hello")),
    ),
    Case(
        "ADDRESS_NEW_PEOPLE",
        (Send("mira", "ada"), Send("rosa", "ben", address=NEXT_DOOR)),
        Send("rosa", "cleo"),
        (
            Send("mira", "ada", "one more"),
            Send("mira", "tom"),
            Send("tom", "rosa"),
            Send("rosa", "ada", address=ELSEWHERE),
        ),
    ),
    Case(
        "ADDRESS_STRANGER",
        (Send("mira", "ada"), Send("rosa", "ada", address=NEXT_DOOR)),
        Send("mira", "ada", "one more"),
        (Send("mira", "tom"), Send("tom", "rosa"), Send("mira", "ada", "from elsewhere", address=ELSEWHERE)),
    ),
]


def _people(*, joined_days_ago: int) -> dict[str, User]:
    joined = timezone.now() - datetime.timedelta(days=joined_days_ago)
    people = {name: make_person(name, date_joined=joined) for name in ("mira", "tom", "rosa", "ada", "ben", "cleo")}
    for one, other in (("mira", "tom"), ("rosa", "tom"), ("mira", "rosa")):
        befriend(people[one], people[other])
    for stranger in ("ada", "ben", "cleo"):
        change(people[stranger], message_privacy=MessagePrivacy.EVERYONE)
        follow(people["mira"], people[stranger])
        follow(people["rosa"], people[stranger])
    return people


class Door:
    """One way in: sends, and tells the code of the refusal (empty where there is none) and the seconds to wait."""

    def __init__(self, kind: str, people: dict[str, User]) -> None:
        self.kind, self.people = kind, people

    async def send(self, what: Send, client_id: str = "") -> tuple[str, int | None]:
        sender = self.people[what.sender]
        conversation = await in_thread(converse, sender, self.people[what.to])
        fields = {"client_id": client_id or str(uuid.uuid4())}
        if self.kind == "socket":
            async with Tab(sender, address=what.address) as tab:
                frame = await tab.send(conversation, what.body, **fields)
            assert frame["type"] == "ack" or "Try again in " in frame["detail"]
            return frame.get("code", ""), frame.get("retry_after")
        send: Callable[..., Any] = send_json if self.kind == "json" else send_form
        client = await in_thread(signed_in, sender, REMOTE_ADDR=what.address)
        response = await in_thread(send, client, conversation, what.body, **fields)
        if response.status_code in {200, 201, 302}:
            return "", None
        assert (response.status_code, "Try again in " in response.content.decode()) == (429, True)
        wait = int(response["Retry-After"])
        if self.kind == "json":
            problem = response.json()
            assert problem["retry_after"] == wait
            return problem["code"], wait
        assert what.body.split()[0] in response.content.decode()  # the text is still in its field
        return "rate_limited", wait


@pytest.fixture(autouse=True)
def _roomy(settings: Any) -> None:
    for limit in ALL:
        setattr(settings, f"{limit}_LIMITS", [])
        setattr(settings, f"NEW_ACCOUNT_{limit}_LIMITS", [])


every_door = pytest.mark.parametrize("kind", ["form", "json", "socket"])


@every_door
@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_limit_holds_until_its_window_ends_and_touches_nobody_else(case, kind, settings, clock):
    setattr(settings, f"{case.limit}_LIMITS", [(2, HOUR_S)])
    door = Door(kind, await in_thread(_people, joined_days_ago=30))
    assert [await door.send(one) for one in case.counted] == [("", None)] * 2
    clock.forward(100)
    assert await door.send(case.refused) == ("rate_limited", HOUR_S - 101)
    assert await door.send(case.refused) == ("rate_limited", HOUR_S - 101)
    for one in case.untouched:
        assert await door.send(one) == ("", None), one
    clock.forward(HOUR_S - 102)
    assert await door.send(case.refused) == ("rate_limited", 1)
    clock.forward(1)
    assert await door.send(case.refused) == ("", None)


@every_door
@pytest.mark.parametrize("case", CASES, ids=str)
async def test_a_new_account_has_stricter_figures_until_it_is_seven_days_old(case, kind, settings, clock):
    setattr(settings, f"{case.limit}_LIMITS", [(50, HOUR_S)])
    setattr(settings, f"NEW_ACCOUNT_{case.limit}_LIMITS", [(2, HOUR_S)])
    door = Door(kind, await in_thread(_people, joined_days_ago=6))
    assert [await door.send(one) for one in case.counted] == [("", None)] * 2
    assert await door.send(case.refused) == ("rate_limited", HOUR_S - 1)
    for one in case.untouched:
        assert await door.send(one) == ("", None), one
    week_ago = timezone.now() - datetime.timedelta(days=7, seconds=1)
    await in_thread(change, door.people[case.refused.sender], date_joined=week_ago)
    assert await door.send(case.refused) == ("", None)


@every_door
async def test_a_repeat_counts_against_no_limit(kind, settings, clock):
    for limit in ALL:
        setattr(settings, f"{limit}_LIMITS", [(1, HOUR_S)])
    door = Door(kind, await in_thread(_people, joined_days_ago=30))
    client_id = str(uuid.uuid4())
    for _attempt in range(3):
        assert await door.send(Send("mira", "ada"), client_id) == ("", None)
    assert (await door.send(Send("mira", "ada")))[0] == "rate_limited"
    assert await in_thread(Message.objects.count) == 1


@every_door
async def test_without_the_cache_messages_pass_and_it_is_logged(kind, settings, monkeypatch, caplog):
    settings.MESSAGE_LIMITS = settings.ADDRESS_STRANGER_LIMITS = settings.SHORT_TEXT_LIMITS = [(0, HOUR_S)]

    def fail(cache: Any, counts: Any) -> None:
        raise ConnectionRefusedError("gone")

    door = Door(kind, await in_thread(_people, joined_days_ago=30))
    assert (await door.send(Send("mira", "ada")))[0] == "rate_limited"
    monkeypatch.setattr(type(caches["default"]), "take_each", fail)
    assert await door.send(Send("mira", "ada")) == ("", None)
    assert "cache can't be reached" in caplog.text


@every_door
async def test_a_send_asks_the_cache_for_its_limits_once(kind, settings, monkeypatch):
    for limit in ALL:
        setattr(settings, f"{limit}_LIMITS", [(9, HOUR_S), (90, 86_400)])
        setattr(settings, f"NEW_ACCOUNT_{limit}_LIMITS", [(5, HOUR_S), (90, 86_400)])
    settings.WAVE_LIMITS = []  # no limit on sends: it is looked at when one is let through
    calls, kind_of_cache = [], type(caches["default"])
    take_each = kind_of_cache.take_each

    def note(cache: Any, attempts: Any) -> Any:
        calls.append([len(counts) for counts in attempts])
        return take_each(cache, attempts)

    monkeypatch.setattr(kind_of_cache, "take_each", note)
    door = Door(kind, await in_thread(_people, joined_days_ago=1))
    assert await door.send(Send("mira", "ada", AD)) == ("", None)
    assert await door.send(Send("mira", "tom", AD)) == ("", None)
    # Of a text there are eight marks; the others are the account, the recipient, new people and four of the address.
    assert calls == [[2 * (8 + 7)], [2 * 2]]


async def test_a_forwarded_address_counts_only_from_a_trusted_proxy(settings, clock):
    settings.ADDRESS_NEW_PEOPLE_LIMITS = [(1, HOUR_S)]
    people = await in_thread(_people, joined_days_ago=30)

    async def send(to: str, forwarded: str) -> int:
        conversation = await in_thread(converse, people["mira"], people[to])
        client = await in_thread(
            signed_in, people["mira"], REMOTE_ADDR="198.51.100.1", HTTP_X_FORWARDED_FOR=f"198.51.100.9, {forwarded}"
        )
        return (await in_thread(send_json, client, conversation)).status_code

    assert await send("ada", "203.0.113.1") == 201
    assert await send("ben", "203.0.113.2") == 429  # anyone may write what they like there
    settings.TRUSTED_PROXY_COUNT = 1
    assert await send("ben", "203.0.113.2") == 201
    assert await send("cleo", "203.0.113.2") == 429
    assert await send("cleo", "203.0.113.3") == 201
