"""An open tab in tests: a real socket on the whole ASGI application, with its frames as they come."""

import asyncio
import itertools
import json
import re
import time
import uuid
from collections.abc import Callable
from typing import Any, Self

from channels.db import database_sync_to_async
from channels.testing import WebsocketCommunicator

from accounts.models import User
from dm_site.asgi import application
from messaging import broadcast
from messaging.models import Conversation
from tests.messaging.talk import signed_in

Frame = dict[str, Any]
PATIENCE_S = 20  # until a frame counts as missing; never waited out by a test that passes
_numbers = itertools.count()


async def in_thread(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """Run what touches the database where that is allowed."""
    return await database_sync_to_async(function)(*args, **kwargs)


def as_browser(frame: Frame) -> str:
    """Return JSON as a browser writes it: characters as they are, and only halves of them escaped."""
    text = json.dumps(frame, ensure_ascii=False)
    return re.sub("[\ud800-\udfff]", lambda half: f"\\u{ord(half[0]):04x}", text)


async def until(condition: Callable[[], bool]) -> None:
    """Wait for ``condition``."""
    async with asyncio.timeout(PATIENCE_S):
        while not condition():
            await asyncio.to_thread(time.sleep, 0.001)


class Tab:
    """One tab's socket, opened by ``async with``."""

    def __init__(
        self, user: User | None, *, session_key: str = "", origin: str = "http://testserver", address: str = ""
    ) -> None:
        self.user, self.session_key, self.origin, self.address = user, session_key, origin, address
        self.ready: Frame = {}

    async def connect(self) -> bool:
        """Shake hands; return whether the site accepted."""
        if self.user is not None and not self.session_key:
            self.session_key = (await in_thread(signed_in, self.user)).session.session_key
        headers = [(b"host", b"testserver"), (b"cookie", f"sessionid={self.session_key}".encode())]
        if self.origin:
            headers.append((b"origin", self.origin.encode()))
        self.socket = WebsocketCommunicator(application, "/ws/inbox/", headers=headers)
        if self.address:
            self.socket.scope["client"] = [self.address, 50_000]
        accepted, _code = await self.socket.connect(timeout=PATIENCE_S)
        return accepted

    async def __aenter__(self) -> Self:
        assert await self.connect(), "the socket was turned away"
        self.ready = await self.hear()
        assert self.ready["type"] == "ready"
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self.socket.disconnect(timeout=PATIENCE_S)

    async def say(self, kind: str, /, **fields: Any) -> None:
        """Send a frame; identifiers may be given as such."""
        fields = {key: str(value) if isinstance(value, uuid.UUID) else value for key, value in fields.items()}
        await self.socket.send_to(text_data=as_browser({"type": kind, **fields}))

    async def hear(self) -> Frame:
        """Return the next frame."""
        text = await self.socket.receive_from(timeout=PATIENCE_S)
        return json.loads(text.encode())  # what can't be encoded can't be sent either

    async def until(self, kind: str, /, **fields: Any) -> list[Frame]:
        """Return the frames up to the first of type ``kind`` with ``fields``, which is the last of them."""
        frames = []
        while True:
            frames.append(await self.hear())
            if frames[-1]["type"] == kind and fields.items() <= frames[-1].items():
                return frames

    async def closed(self) -> int:
        """Return the code the site closes the socket with; what it says before is dropped."""
        while True:
            output = await self.socket.receive_output(timeout=PATIENCE_S)
            if output["type"] == "websocket.close":
                return output["code"]

    async def heard(self) -> list[Frame]:
        """Return every frame that came so far.

        An event of its own goes the same way after everything else: what was said to this account
        arrives before it, and that it arrives proves that the tab was listening.
        """
        number = next(_numbers)
        await in_thread(broadcast.deliver, {self.user.pk: [{"type": "fence", "number": number}]})
        frames = await self.until("fence", number=number)
        return [frame for frame in frames if frame["type"] != "fence"]  # other tabs of the account make theirs

    async def settled(self) -> list[Frame]:
        """Wait until everything this tab said is carried out; return the frames that came so far."""
        await self.say("ping")
        frames = await self.until("pong")
        return [frame for frame in frames if frame["type"] != "pong"] + await self.heard()

    async def send(self, conversation: Conversation | uuid.UUID, body: Any = "hello", **fields: Any) -> Frame:
        """Send a message; return the ``ack`` or the ``refused`` that answers it. Events before it are dropped."""
        fields = {"client_id": str(uuid.uuid4()), "kind": "text", "body": body} | fields
        await self.say("message.send", conversation=getattr(conversation, "pk", conversation), **fields)
        while True:
            frame = await self.hear()
            if frame["type"] in {"ack", "refused"}:
                return frame

    async def ask(self, kind: str, /, **fields: Any) -> Frame:
        """Send a frame that must be refused, and return the refusal."""
        await self.say(kind, **fields)
        return (await self.until("refused"))[-1]


def of_type(frames: list[Frame], *kinds: str) -> list[Frame]:
    """Return the frames of some types."""
    return [frame for frame in frames if frame["type"] in kinds]
