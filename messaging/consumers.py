"""The socket of one open tab: hands frames on, decides nothing."""

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextvars import copy_context
from functools import partial
from typing import Any, Protocol

from channels.db import database_sync_to_async
from django.conf import settings

from accounts import addresses, in_turn
from accounts.sessions import account_of, session_key_of
from accounts.turns import FREE_S, Bill, Busy, current_bill
from messaging import broadcast, frames, heartbeats, sends, tabs
from messaging.broadcast import Frame
from messaging.outgoing import Outgoing, Written, written
from messaging.together import Full

CLOSE_SIGNED_OUT = 4401
CLOSE_FLOOD = 1008
CLOSE_BUSY = 1013
CLOSE_BROKEN = 1011
# Who only listens is asked for at least this often whether they may: no event tells of a session's expiry.
RECHECK_INTERVAL_S = 60
# On their way from one socket; the next is read when one of them is answered.
MOST_SENDS = 16

Message = dict[str, Any]


class Wire(Protocol):
    """What a server may have beside ASGI's ways: reading and writing at once, and whether the reader takes it."""

    hear: Callable[[str], bool] | None
    is_full: bool

    def write(self, payload: bytes) -> None:
        """Write one frame."""

    async def drained(self) -> None:
        """Wait until it isn't full."""


async def inbox_consumer(
    scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
) -> None:
    """Carry one tab's frames for as long as its socket is open (an ASGI application)."""
    await InboxConsumer(scope, send).run(receive)


class InboxConsumer:
    """Everything live of one tab: what it sends, and every event of its account.

    Not one of Channels' consumers: their way from a frame to a method, and of a thread's answer back, costs more than
    all the rest of a message. Its sends are under way together, in their order; anything else waits for them.
    """

    def __init__(self, scope: Message, send: Callable[[Message], Awaitable[None]]) -> None:
        # Who that is, is asked at the handshake and with every frame: nothing of an account is kept here.
        self.session_key = session_key_of(scope)
        self.tokens, self.refilled_at = float(settings.SOCKET_FRAMES_BURST), time.monotonic()
        self.address = addresses.of_scope(scope)
        self.client = in_turn.client_of(scope)
        self.is_over = False
        self.checked_at = time.monotonic()
        self._send = send
        self._send_open = scope.get("paperplane.send", send)
        self._wire: Wire | None = scope.get("paperplane.wire")
        self._outgoing = Outgoing(self._write, self._write_now)
        self._is_idle = False  # waits for a frame
        self._sending = 0
        self._one_sent: asyncio.Event | None = None
        self._tasks: set[asyncio.Task[None]] = set()
        self._context = copy_context()

    async def run(self, receive: Callable[[], Awaitable[Message]]) -> None:
        """Accept who is signed in, and carry their frames; anyone else is turned away before the handshake ends."""
        await receive()  # which is the handshake
        user_id = await database_sync_to_async(account_of)(self.session_key)
        if user_id is None:
            await self._send({"type": "websocket.close"})
            return
        # Joined before the first look at the database, so that nothing falls between the two.
        home = tabs.home()
        await home.join(user_id, self)
        try:
            first = await database_sync_to_async(frames.ready)(self.session_key)
            if first is None:
                await self._send({"type": "websocket.close"})
                return
            await self._send({"type": "websocket.accept", "subprotocol": None})
            self._send = self._send_open
            await self._write(written(first)[1])
            self._outgoing.open()
            if self._wire is not None:
                self._wire.hear = self._hear_now
            while (message := await self._next(receive))["type"] == "websocket.receive":
                if not self.is_over:
                    await self.receive(message.get("text"))
        finally:
            self.is_over = True
            self._outgoing.close()
            await home.leave(user_id, self)

    async def _next(self, receive: Callable[[], Awaitable[Message]]) -> Message:
        self._is_idle = True
        try:
            return await receive()
        finally:
            self._is_idle = False

    def _hear_now(self, text: str) -> bool:
        """Have a message sent without waking the task that reads; False where it isn't one, or has to wait.

        That is done as in ``receive``, for what most frames are.
        """
        if not self._is_idle or self._sending >= MOST_SENDS or in_turn.ledger.used(self.client) > FREE_S:
            return False
        try:
            frame = read_frame(text)
        except frames.BadFrame:
            return False
        if not frames.is_send(frame) or not sends.queue.is_open:
            return False
        if self.is_over:
            return True
        if not self.take_token():
            self._run(self.end(CLOSE_FLOOD))
            return True
        self.checked_at = time.monotonic()
        self._ask_now(frame)
        return True

    async def receive(self, text: str | None) -> None:
        """Read one frame, and have it carried out."""
        if not self.take_token():
            await self.end(CLOSE_FLOOD)
            return
        try:
            frame = read_frame(text)
        except frames.BadFrame as error:
            self.say(frames.refused(None, "bad_frame", str(error)))
            return
        self.checked_at = time.monotonic()
        if frames.is_send(frame):
            await self._go_together(frame, MOST_SENDS - 1)
            return
        if frames.is_ping(frame):
            await self._go_together(frame, 0)
            return
        await self._sent_but(0)
        bill = Bill()
        try:
            turn = await in_turn.places.take(self.client, bill)
        except Busy:
            await self.end(CLOSE_BUSY)
            return
        current_bill.set(bill)
        try:
            answers = await database_sync_to_async(frames.answer)(self.session_key, frame, self.address)
        finally:
            turn.end()
        await self._answer(answers)

    async def _go_together(self, frame: Frame, beside: int) -> None:
        """Let a frame go with those of others, with so many of one's own still on their way.

        Who used a lot lately waits for a turn of their own first.
        """
        await self._sent_but(beside)
        bill = Bill()
        if in_turn.ledger.used(self.client) <= FREE_S:
            await self._ask(frame, bill, self._charge)
            return
        try:
            turn = await in_turn.places.take(self.client, bill)
        except Busy:
            await self.end(CLOSE_BUSY)
            return
        try:
            await self._ask(frame, bill, lambda _seconds: None)
            await self._sent_but(0)
        finally:
            turn.end()

    async def _ask(self, frame: Frame, bill: Bill, charge: Callable[[float], None]) -> None:
        done = partial(self._done, bill, charge)
        self._sending += 1
        try:
            if frames.is_ping(frame):
                await heartbeats.queue.ask_soon(heartbeats.Beat(self.session_key, frame), bill, done)
            else:
                await sends.queue.ask_soon(self._letter(frame, bill), bill, done)
        except Full:
            self._found_no_room(frame)

    def _ask_now(self, frame: Frame) -> None:
        bill = Bill()
        self._sending += 1
        try:
            sends.queue.put(self._letter(frame, bill), bill, partial(self._done, bill, self._charge))
        except Full:
            self._found_no_room(frame)

    def _letter(self, frame: Frame, bill: Bill) -> sends.Letter:
        return sends.Letter(self.session_key, frame, self.address, bill)

    def _charge(self, seconds: float) -> None:
        in_turn.ledger.charge(self.client, seconds)

    def _done(
        self, bill: Bill, charge: Callable[[float], None], answers: list[Frame] | None, error: BaseException | None
    ) -> None:
        self._sending -= 1
        if self._one_sent is not None:
            self._one_sent.set()
        charge(bill.seconds)
        self._context.run(self._sent, answers, error)

    def _found_no_room(self, frame: Frame) -> None:
        self._sending -= 1
        if not frames.is_ping(frame):  # the next one comes by itself
            self.say(sends.too_full(frame))

    async def _sent_but(self, count: int) -> None:
        """Wait until no more than ``count`` are on their way."""
        while self._sending > count:
            self._one_sent = asyncio.Event()
            await self._one_sent.wait()
        self._one_sent = None

    def _sent(self, answers: list[Frame] | None, error: BaseException | None) -> None:
        if self.is_over:
            return
        if error is not None:
            sends.logger.error("A frame could not be carried out.", exc_info=error)
            self._run(self.end(CLOSE_BROKEN))
        elif answers is None:
            self._run(self.sign_out())
        else:
            self._say_all(answers)

    async def _answer(self, answers: list[Frame] | None) -> None:
        if answers is None:
            await self.sign_out()
        else:
            self._say_all(answers)

    def _say_all(self, answers: Sequence[Frame]) -> None:
        if any(answer.get("code") == "rate_limited" for answer in answers):
            self.tokens -= settings.SOCKET_FRAMES_A_REFUSAL
        if not self.is_over:
            self._outgoing.put([written(answer) for answer in answers])

    def hear(self, event: tabs.Event, frames: Sequence[Written]) -> None:
        """Pass on what happened to the account."""
        if self.is_over:
            return
        if event["type"] == "session.ended":
            if event["session"] == broadcast.session_mark(self.session_key):
                self._run(self.sign_out())
        elif event["type"] == "access.changed":
            self._run(self.check_access())
        else:
            self._outgoing.put(frames)

    async def check_access(self) -> None:
        """Close, where the account may not be here any more."""
        self.checked_at = time.monotonic()
        if await database_sync_to_async(frames.ready)(self.session_key) is None:
            await self.sign_out()

    async def sign_out(self) -> None:
        """Say that the session is over, and close."""
        if not self.is_over:
            self.is_over = True  # nothing that waits goes out any more
            self._outgoing.close()
            await self._send({"type": "websocket.send", "text": written({"type": "session.ended"})[1].decode()})
            await self._send({"type": "websocket.close", "code": CLOSE_SIGNED_OUT})

    async def end(self, code: int) -> None:
        """Close, once; what is still on its way, in either direction, is dropped."""
        if not self.is_over:
            self.is_over = True
            self._outgoing.close()
            await self._send({"type": "websocket.close", "code": code})

    def say(self, frame: Frame) -> None:
        """Have one frame go out after those that wait."""
        if not self.is_over:
            self._outgoing.put([written(frame)])

    def _is_due(self) -> bool:
        return time.monotonic() - self.checked_at > RECHECK_INTERVAL_S

    def _write_now(self, frames: Sequence[Written]) -> bool:
        if self._wire is None or self._wire.is_full or self._is_due():
            return False
        for _about, payload in frames:
            self._wire.write(payload)
        return True

    async def _write(self, payload: bytes) -> None:
        if self._is_due():
            await self.check_access()
        if self._wire is not None:
            await self._wire.drained()
        if self.is_over:
            return
        if self._wire is None:
            await self._send({"type": "websocket.send", "text": payload.decode()})
        else:
            self._wire.write(payload)

    def _run(self, doing: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(doing, context=self._context)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def take_token(self) -> bool:
        """Count a frame against this socket's bucket; False where it is a flood."""
        now = time.monotonic()
        refill = (now - self.refilled_at) * settings.SOCKET_FRAMES_PER_SECOND
        self.tokens, self.refilled_at = min(self.tokens + refill, settings.SOCKET_FRAMES_BURST), now
        self.tokens -= 1
        return self.tokens >= 0


def read_frame(text: str | None) -> Any:
    """Parse a frame. Raises ``frames.BadFrame`` where it is binary, too large or not JSON."""
    if text is None:
        raise frames.BadFrame("a frame is text")
    if len(text.encode()) > frames.MAX_FRAME_BYTES:
        raise frames.BadFrame("a frame holds at most 64 KiB")
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise frames.BadFrame("not JSON") from None
