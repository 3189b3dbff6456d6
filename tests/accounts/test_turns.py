"""Whose turn it is: few at a time, the modest first, the greedy rationed; and no place is ever lost."""

import asyncio
import contextlib
import json
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from channels.testing import WebsocketCommunicator

from accounts import in_turn, turns
from accounts.turns import Bill, Busy, Client, Ledger, Turn, Turns

pytestmark = pytest.mark.once

ANA, BEN, CLEO = (Client(name, f"2001:db8:{place}::") for place, name in enumerate(("ana", "ben", "cleo")))
GREEDY = turns.FREE_S + 1


class Clock:
    """Time that only tests move."""

    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


def queue(ledger: Ledger, places: int = 1, most: int = 1, patience_s: float = 20) -> Turns:
    return Turns(ledger, places, most, patience_s)


async def waiting(queue: Turns, client: Client) -> asyncio.Task[Turn]:
    """Begin to wait for a turn, and return when that is so."""
    task = asyncio.create_task(queue.take(client, Bill()))
    await asyncio.sleep(0)
    return task


def test_what_was_used_is_forgotten_by_halves():
    clock = Clock()
    ledger = Ledger(clock)
    assert ledger.used(ANA) == turns.UNKNOWN_S
    ledger.charge(ANA, 7)
    assert ledger.used(ANA) == 8
    clock.now += turns.HALF_LIFE_S
    assert ledger.used(ANA) == pytest.approx(4)
    assert ledger.used(BEN) == turns.UNKNOWN_S


def test_an_address_is_shared_by_its_sessions_and_a_new_session_does_not_wash_it_off():
    ledger = Ledger(Clock())
    home = "192.0.2.1"
    for number in range(100):
        ledger.charge(Client(f"forged-{number}", home), 1)
    assert ledger.used(Client("fresh", home)) > 10
    assert ledger.used(Client("", home)) > 100
    assert ledger.used(Client("fresh", "192.0.2.2")) == turns.UNKNOWN_S


def test_the_ledger_stays_small():
    clock = Clock()
    ledger = Ledger(clock)
    for number in range(30_000):
        clock.now += 0.001
        ledger.charge(Client(f"session-{number}", ""), 1)
    assert len(ledger._used) < 15_000
    assert ledger.used(Client("session-29999", "")) > 1


async def test_so_many_at_a_time_and_the_modest_first(ledger):
    line = queue(ledger, places=2)
    first, second = await line.take(ANA, Bill()), await line.take(ANA, Bill())
    ledger.charge(BEN, 3)
    ben, cleo = await waiting(line, BEN), await waiting(line, CLEO)
    assert not ben.done()
    assert not cleo.done()
    first.end()
    first.end()  # which gives nothing away twice
    (await cleo).end()
    assert (await ben) is not None
    second.end()
    (await ben).end()
    assert line._free == 2


async def test_what_something_counts_for_beside_its_time_is_charged(ledger):
    bill = Bill()
    turn = await queue(ledger).take(ANA, bill)
    turns.charge(bill, 4)
    turn.end()
    assert ledger.used(ANA) == pytest.approx(turns.UNKNOWN_S + 4, abs=0.5)


async def test_who_waits_too_long_is_told_and_leaves_no_gap(ledger):
    line = queue(ledger, patience_s=0.01)
    turn = await line.take(ANA, Bill())
    with pytest.raises(Busy):
        await line.take(BEN, Bill())
    turn.end()
    assert (line._free, line._waiting) == (1, {})


@pytest.mark.parametrize("is_granted", [False, True])
async def test_who_gives_up_leaves_no_gap_even_at_the_very_moment(ledger, is_granted):
    line = queue(ledger)
    turn = await line.take(ANA, Bill())
    ben = await waiting(line, BEN)
    if is_granted:
        turn.end()
    ben.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await ben
    turn.end()
    assert (line._free, line._waiting) == (1, {})


async def test_what_takes_long_makes_room_up_to_a_bound(ledger, monkeypatch):
    monkeypatch.setattr(turns, "LONG_S", 0.01)
    line = queue(ledger, places=1, most=2, patience_s=5)
    first = await line.take(ANA, Bill())
    second = await line.take(ANA, Bill())  # comes as soon as the first has lasted
    assert first.has_lent
    monkeypatch.setattr(line, "_patience_s", 0.05)
    with pytest.raises(Busy):
        await line.take(ANA, Bill())
    first.end()
    second.end()
    assert (line._free, line._spare) == (1, 1)


async def test_the_greedy_go_one_at_a_time_with_rests_and_others_do_not_notice(ledger, monkeypatch):
    monkeypatch.setattr(turns, "RESTS", 1_000_000)
    line = queue(ledger, places=3)
    for client in (ANA, BEN):
        ledger.charge(client, GREEDY)
    ana = await line.take(ANA, Bill())
    ben = await waiting(line, BEN)
    assert ana.is_rationed
    assert not ben.done()
    (await line.take(CLEO, Bill())).end()
    ana.end()
    (await line.take(CLEO, Bill())).end()
    assert not ben.done()  # it rests
    ben.cancel()


async def test_the_greedy_go_on_by_themselves_after_the_rest(ledger):
    line = queue(ledger)
    ledger.charge(ANA, GREEDY)
    (await line.take(ANA, Bill())).end()
    (await line.take(ANA, Bill())).end()
    assert line._free == 1


# --- Requests ----------------------------------------------------------------
class Site:
    """An application that reads the body, waits until it may answer, then until it may end."""

    def __init__(self) -> None:
        self.running = 0
        self.may_answer, self.may_end, self.begun = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.saw: list[str] = []

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        more = True
        while more:
            message = await receive()
            self.saw.append(message["type"])
            if message["type"] == "http.disconnect":
                return
            more = message["more_body"]
        self.running += 1
        self.begun.set()
        await self.may_answer.wait()
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await self.may_end.wait()
        await send({"type": "http.response.body", "body": b""})


def ask(site: Any, path: str = "/inbox/", accept: bytes = b"text/html") -> ApplicationCommunicator:
    headers = [(b"cookie", b"sessionid=one"), (b"accept", accept)]
    return ApplicationCommunicator(
        in_turn.InTurn(site), {"type": "http", "method": "POST", "path": path, "headers": headers}
    )


def body(more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": b"x", "more_body": more}


@pytest.fixture
def one_place(monkeypatch: pytest.MonkeyPatch) -> Turns:
    line = Turns(in_turn.ledger, 1, 1, 20)
    monkeypatch.setattr(in_turn, "places", line)
    return line


async def test_a_slow_sender_and_a_slow_reader_keep_no_place(one_place):
    slow_site, site = Site(), Site()
    slow = ask(slow_site)
    await slow.send_input(body(more=True))
    other = ask(site)
    await other.send_input(body())
    await asyncio.wait_for(site.begun.wait(), 5)
    site.may_answer.set()
    await other.receive_output(5)
    # The other is still reading its answer.
    await slow.send_input(body())
    await asyncio.wait_for(slow_site.begun.wait(), 5)
    for one in (site, slow_site):
        one.may_answer.set()
        one.may_end.set()
    await slow.wait(5)
    await other.wait(5)
    assert one_place._free == 1


async def test_who_goes_while_waiting_is_never_begun(one_place):
    turn = await one_place.take(BEN, Bill())
    site = Site()
    request = ask(site)
    await request.send_input(body())
    await request.send_input({"type": "http.disconnect"})
    await request.wait(5)
    assert (site.saw, site.running) == (["http.disconnect"], 0)
    turn.end()
    assert (one_place._free, one_place._waiting) == (1, {})


async def test_an_error_gives_the_place_back(one_place):
    async def broken(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        raise RuntimeError("broken")

    request = ask(broken)
    await request.send_input(body())
    with pytest.raises(RuntimeError, match="broken"):
        await request.wait(5)
    assert one_place._free == 1


@pytest.mark.parametrize("accept", [b"text/html", b"application/json"])
async def test_when_all_is_taken_it_says_so(one_place, monkeypatch, accept):
    monkeypatch.setattr(one_place, "_patience_s", 0.01)
    turn = await one_place.take(BEN, Bill())
    request = ask(Site(), accept=accept)
    await request.send_input(body())
    start, answer = await request.receive_output(5), await request.receive_output(5)
    assert start["status"] == 503
    assert dict(start["headers"])[b"retry-after"] == b"5"
    if b"json" in accept:
        assert json.loads(answer["body"])["code"] == "busy"
    else:
        assert b"Try again" in answer["body"]
    turn.end()


async def test_what_watches_the_site_gets_through(one_place):
    turn = await one_place.take(BEN, Bill())
    site = Site()
    site.may_answer.set()
    site.may_end.set()
    request = ask(site, "/healthz")
    await request.send_input(body())
    assert (await request.receive_output(5))["status"] == 200
    turn.end()


# --- Sockets -----------------------------------------------------------------
async def test_a_handshake_waits_for_its_turn_and_keeps_no_place(one_place, monkeypatch):
    async def site(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "websocket.accept"})
        await receive()

    turn = await one_place.take(BEN, Bill())
    monkeypatch.setattr(in_turn, "HANDSHAKE_PATIENCE_S", 0.01)
    assert await WebsocketCommunicator(in_turn.InTurn(site), "/ws/inbox/").connect(5) == (False, 1013)
    turn.end()
    socket = WebsocketCommunicator(in_turn.InTurn(site), "/ws/inbox/")
    assert (await socket.connect(5))[0]
    assert one_place._free == 1
    await socket.disconnect()
