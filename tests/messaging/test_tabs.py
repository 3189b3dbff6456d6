"""Who is told: the tabs here at once, those of other processes over the layer, and nobody twice."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from channels.layers import InMemoryChannelLayer

from dm_site.redis_layer import RedisLayer
from messaging import tabs
from messaging.outgoing import Written, written

MIRA, TOM, ADA = 1, 2, 3
PATIENCE_S = 20


class Page:
    """A tab that remembers what it heard."""

    def __init__(self) -> None:
        self.heard: list[Any] = []

    def hear(self, event: tabs.Event, frames: Sequence[Written]) -> None:
        self.heard.extend(text for _about, text in frames) if frames else self.heard.append(event["type"])


class Layer:
    """A channel layer that notes who joins and what is sent, and can be gone."""

    def __init__(self) -> None:
        self.groups: set[str] = set()
        self.sent: list[tuple[str, Any]] = []
        self.incoming: asyncio.Queue[Any] = asyncio.Queue()
        self.is_gone = False

    async def new_channel(self) -> str:
        self._check()
        return "channel"

    async def receive(self, channel: str) -> Any:
        return await self.incoming.get()

    async def group_add(self, group: str, channel: str) -> None:
        self._check()
        self.groups.add(group)

    async def group_discard(self, group: str, channel: str) -> None:
        self.groups.discard(group)

    async def group_send(self, group: str, message: Mapping[str, Any]) -> None:
        self._check()
        self.sent.append((group, message))

    def _check(self) -> None:
        if self.is_gone:
            raise ConnectionRefusedError("gone")


@pytest.fixture
def layer(monkeypatch) -> Layer:
    layer = Layer()
    monkeypatch.setattr(tabs, "get_channel_layer", lambda: layer)
    return layer


@pytest.fixture
def no_layer(monkeypatch) -> None:
    layer = InMemoryChannelLayer()
    monkeypatch.setattr(tabs, "get_channel_layer", lambda: layer)


def frames(*names: str) -> tabs.Event:
    return {"type": "frames", "frames": [{"type": name} for name in names]}


def of_another(event: tabs.Event) -> tabs.Event:
    return event | {"from": "another", "to": MIRA}


def names_in(message: Mapping[str, Any]) -> list[str]:
    return [json.loads(text)["type"] for _about, text in message["texts"]]


async def until_quiet() -> None:
    """Let the loop do what others put onto it, and what that leads to."""
    for _turn in range(10):
        await asyncio.sleep(0)


async def test_every_tab_of_the_account_hears_and_no_other(no_layer):
    home = tabs.home()
    first, second, other = Page(), Page(), Page()
    await home.join(MIRA, first)
    await home.join(MIRA, second)
    await home.join(TOM, other)
    await asyncio.to_thread(tabs.tell, {MIRA: frames("a", "b"), ADA: frames("c")})
    await asyncio.to_thread(tabs.tell, {MIRA: {"type": "access.changed"}})
    await until_quiet()
    assert first.heard == second.heard == [b'{"type":"a"}', b'{"type":"b"}', "access.changed"]
    assert other.heard == []
    await home.leave(MIRA, first)
    await asyncio.to_thread(tabs.tell, {MIRA: frames("d")})
    await until_quiet()
    assert (len(first.heard), len(second.heard)) == (3, 4)


async def test_a_process_is_in_the_group_of_an_account_while_it_has_a_tab_of_it(layer):
    home = tabs.home()
    first, second = Page(), Page()
    await home.join(MIRA, first)
    await home.join(MIRA, second)
    assert layer.groups == {"user.1"}
    await home.leave(MIRA, first)
    assert layer.groups == {"user.1"}
    await home.leave(MIRA, second)
    assert layer.groups == set()
    assert MIRA not in home.tabs


async def test_the_layer_tells_other_processes_in_order_and_its_own_not_again(layer):
    page = Page()
    await tabs.home().join(MIRA, page)
    for name in "abc":
        await asyncio.to_thread(tabs.tell, {MIRA: frames(name), TOM: frames(name)})
    await until_quiet()
    assert page.heard == [b'{"type":"a"}', b'{"type":"b"}', b'{"type":"c"}']
    told = [name for group, message in layer.sent if group == "user.2" for name in names_in(message)]
    assert told == ["a", "b", "c"]
    for _group, message in layer.sent:  # as it comes back
        layer.incoming.put_nowait(dict(message))
    layer.incoming.put_nowait(of_another({"type": "frames", "texts": [[None, b'{"type":"d"}']]}))
    layer.incoming.put_nowait(of_another(frames("e")))  # of the version before
    layer.incoming.put_nowait(of_another({"type": "access.changed"}))
    await until_quiet()
    assert page.heard == [*(f'{{"type":"{name}"}}'.encode() for name in "abcde"), "access.changed"]


async def test_of_what_comes_for_several_accounts_each_tab_hears_its_own(layer):
    first, other = Page(), Page()
    await tabs.home().join(MIRA, first)
    await tabs.home().join(TOM, other)
    several = [
        of_another({"type": "frames", "texts": [[None, b'{"type":"a"}']]}),
        of_another({"type": "frames", "texts": [[None, b'{"type":"b"}']]}) | {"to": ADA},
        of_another({"type": "access.changed"}) | {"to": TOM},
        of_another({"type": "frames", "texts": [[None, b'{"type":"c"}']]}) | {"from": tabs.MARK},
    ]
    layer.incoming.put_nowait({"several": several})
    await until_quiet()
    assert (first.heard, other.heard) == ([b'{"type":"a"}'], ["access.changed"])


async def test_what_another_process_says_is_coalesced_as_what_is_said_here(layer):
    heard: list[Written] = []
    tab = Page()
    tab.hear = lambda _event, frames: heard.extend(frames)  # type: ignore[method-assign]
    await tabs.home().join(MIRA, tab)
    row = {"type": "inbox.row", "conversation": "x"}
    await asyncio.to_thread(tabs.tell, {MIRA: {"type": "frames", "frames": [row]}})
    await until_quiet()
    ((_group, message),) = layer.sent
    carrier = RedisLayer(hosts=[])
    layer.incoming.put_nowait(carrier.deserialize(carrier.serialize(message | {"from": "another"})))
    await until_quiet()
    assert heard == [written(row), written(row)]
    assert len({about for about, _text in heard}) == 1


async def test_what_ends_a_session_stands_where_it_was_told(layer):
    await tabs.home().join(MIRA, Page())
    for event in (frames("a"), frames("b"), {"type": "access.changed"}, frames("c")):
        await asyncio.to_thread(tabs.tell, {MIRA: event})
    await until_quiet()
    told = [names_in(message) for _group, message in layer.sent]
    assert [name for names in told for name in names or ["!"]] == ["a", "b", "!", "c"]


async def test_without_the_layer_the_tabs_here_still_hear_and_it_is_tried_again(layer, monkeypatch, caplog):
    monkeypatch.setattr(tabs, "RETRY_S", 0)
    layer.is_gone = True
    page = Page()
    await tabs.home().join(MIRA, page)
    await asyncio.to_thread(tabs.tell, {MIRA: frames("a")})
    await until_quiet()
    assert page.heard == [b'{"type":"a"}']
    assert "can't be reached" in caplog.text
    layer.is_gone = False
    async with asyncio.timeout(PATIENCE_S):
        while "user.1" not in layer.groups:
            await until_quiet()


def test_a_thread_of_a_process_without_tabs_tells_the_others(layer):
    tabs.tell({MIRA: frames("a")})
    assert [group for group, _message in layer.sent] == ["user.1"]


async def test_what_is_held_is_told_when_it_is_let_go(no_layer):
    page = Page()
    await tabs.home().join(MIRA, page)
    with tabs.held() as release:
        tabs.tell({MIRA: frames("a")})
    tabs.tell({MIRA: frames("b")})
    release()
    await until_quiet()
    assert page.heard == [b'{"type":"b"}', b'{"type":"a"}']


async def test_what_was_held_and_cannot_be_told_takes_nothing_from_the_next(no_layer, caplog):
    page = Page()
    await tabs.home().join(MIRA, page)
    with tabs.held() as release:
        tabs.tell({MIRA: {"type": "frames", "frames": [{"type": object()}]}})
        tabs.tell({MIRA: frames("b")})
    release()
    await until_quiet()
    assert page.heard == [b'{"type":"b"}']
    assert "can't be told" in caplog.text


def test_what_is_told_later_is_asked_for_last_and_its_failure_harms_nothing(monkeypatch, caplog):
    told: list[Any] = []
    monkeypatch.setattr(tabs, "tell", told.append)

    def fail() -> tabs.Event:
        raise RuntimeError("no database")

    with tabs.held() as release:
        tabs.tell_later(fail)
        tabs.tell_later(lambda: {MIRA: {"after": len(told)}})
        assert told == []
        release()
    assert told == [{MIRA: {"after": 0}}]
    assert "can't be told" in caplog.text
