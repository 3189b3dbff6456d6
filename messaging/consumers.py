"""The socket of one open tab: hands frames on, decides nothing."""

import json
import time
from typing import Any

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings

from accounts import addresses, in_turn
from accounts.turns import Bill, Busy, current_bill
from messaging import broadcast, frames

CLOSE_SIGNED_OUT = 4401
CLOSE_FLOOD = 1008
CLOSE_BUSY = 1013
# Who only listens is asked for at least this often whether they may: no event tells of a session's expiry.
RECHECK_INTERVAL_S = 60


class InboxConsumer(AsyncWebsocketConsumer):
    """Everything live of one tab: what it sends, and every event of its account."""

    async def connect(self) -> None:
        """Accept who is signed in; anyone else is turned away before the handshake ends."""
        self.session_key = self.scope["session"].session_key or ""
        self.group = broadcast.group_of(self.scope["user"].pk) if self.scope["user"].is_authenticated else None
        self.tokens, self.refilled_at = float(settings.SOCKET_FRAMES_BURST), time.monotonic()
        self.address = addresses.of_scope(self.scope)
        self.client = in_turn.client_of(self.scope)
        self.is_over = False
        self.checked_at = time.monotonic()
        if self.group is None:
            await self.close()
            return
        # Joined before the first look at the database, so that nothing falls between the two.
        await self.channel_layer.group_add(self.group, self.channel_name)
        first = await database_sync_to_async(frames.ready)(self.session_key)
        if first is None:
            await self.close()
            return
        await self.accept()
        await self.send_frame(first)

    async def disconnect(self, code: int) -> None:
        """Leave the account's group."""
        if self.group is not None:
            await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Read one frame, have it carried out, answer."""
        if self.is_over:
            return
        if not self.take_token():
            await self.end(CLOSE_FLOOD)
            return
        try:
            frame = read_frame(text_data)
        except frames.BadFrame as error:
            await self.send_frame(frames.refused(None, "bad_frame", str(error)))
            return
        self.checked_at = time.monotonic()
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
        if answers is None:
            await self.sign_out()
            return
        if any(answer.get("code") == "rate_limited" for answer in answers):
            self.tokens -= settings.SOCKET_FRAMES_A_REFUSAL
        for answer in answers:
            await self.send_frame(answer)

    async def frames(self, event: dict[str, Any]) -> None:
        """Pass on what happened (an event of the layer)."""
        if time.monotonic() - self.checked_at > RECHECK_INTERVAL_S:
            self.checked_at = time.monotonic()
            await self.access_changed(event)
        if self.is_over:
            return
        for frame in event["frames"]:
            await self.send_frame(frame)

    async def session_ended(self, event: dict[str, Any]) -> None:
        """Close, where it was this socket's session that ended (an event of the layer)."""
        if event["session"] == broadcast.session_mark(self.session_key):
            await self.sign_out()

    async def access_changed(self, event: dict[str, Any]) -> None:
        """Close, where the account may not be here any more (an event of the layer)."""
        if await database_sync_to_async(frames.ready)(self.session_key) is None:
            await self.sign_out()

    async def sign_out(self) -> None:
        """Say that the session is over, and close."""
        await self.send_frame({"type": "session.ended"})
        await self.end(CLOSE_SIGNED_OUT)

    async def end(self, code: int) -> None:
        """Close, once; what is still on its way, in either direction, is dropped."""
        if not self.is_over:
            self.is_over = True
            await self.close(code=code)

    async def send_frame(self, frame: dict[str, Any]) -> None:
        """Send one frame."""
        if self.is_over:
            return
        await self.send(text_data=json.dumps(frame, ensure_ascii=False, separators=(",", ":")))

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
