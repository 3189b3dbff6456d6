"""Somebody with a conversation open, who behaves as the page does: keeps what isn't acknowledged, asks what was missed.

Told by ``benchmarks.wire``, since a hundred browsers don't fit on this machine.
"""

import asyncio
import random
import re
import uuid
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

from benchmarks.wire import Client, Closed, Socket
from tests.faults.checker import Look, Operation

HEARTBEAT_S = 1.0
# Without a word for so long, the line is taken for dead (a page waits longer, as it beats more slowly).
DEAD_S = 4.0
RETRY_S = 0.05
# Of what somebody does, one in so many is done to a message that is there.
ACTS = 8
_LIKES, _GONE = re.compile(r'data-liked-by="([\d ]*)"'), re.compile(r'data-gone="([a-z]*)"')


class Person:
    """One account at one conversation."""

    def __init__(self, account: int, other: str, conversation: str, client: Callable[[], Client]) -> None:
        self.account, self.conversation = account, conversation
        self.other = other  # the name of whom they write to
        self.operations: list[Operation] = []
        self.view: dict[str, Look] = {}
        self.acts: Counter[str] = Counter()
        self._versions: dict[str, int] = {}
        self._dice = random.Random(account)
        self.is_awake = asyncio.Event()
        self.is_awake.set()
        self.version, self.state = 0, "0.0"
        self.is_settled = asyncio.Event()
        self.keeps_ids = self.catches_up = True  # switched off to show that it is found out
        self.client = client
        self._outbox: deque[tuple[Operation, str]] = deque()
        self._wake = asyncio.Event()
        self._under_way = ""  # on this socket; on another it is sent again
        self._socket: Socket | None = None
        self._heard_at = 0.0
        self.caught_up = 0

    def write(self) -> None:
        """Write a message: it goes out as soon as it can."""
        number = len(self.operations)
        words = f"{self.account} in {self.conversation}: {number}"
        operation = Operation(self.conversation, self.account, words, number)
        self.operations.append(operation)
        self._outbox.append((operation, str(uuid.uuid4())))
        self.is_settled.clear()
        self._wake.set()

    def act(self) -> None:
        """Now and then like a message that is on the page, delete it, or take back an own one."""
        if self._socket is None or not self.view or self._dice.randrange(ACTS):
            return
        message = self._dice.choice(list(self.view)[-20:])
        kind = self._dice.choice(["like", "like", "unlike", "delete", "unsend"])
        frame: dict[str, Any] = {"type": f"message.{kind}", "message": message}
        if kind.endswith("like"):
            frame |= {"type": "message.like", "liked": kind == "like"}
        self.acts[kind] += 1
        self._socket.send(frame)

    def sleep(self) -> None:
        """Close the page, and open it when woken."""
        self.is_awake.clear()
        if self._socket is not None:
            self._socket.close()

    async def block(self, *, on: bool) -> None:
        """Block the other, or no longer; again until it is done."""
        while True:
            client = self.client()
            try:
                async with asyncio.timeout(DEAD_S):
                    answer = await client.post(f"/@{self.other}/{'block' if on else 'unblock'}/", {})
                if answer.status == 200:
                    return
            except (Closed, OSError, TimeoutError):
                pass
            finally:
                client.close()
            await asyncio.sleep(RETRY_S)

    @property
    def waiting(self) -> int:
        """How many aren't answered."""
        return len(self._outbox)

    async def run(self) -> None:
        """Be there until cancelled."""
        while True:
            await self.is_awake.wait()
            client = self.client()
            try:
                self._socket = await client.socket()
                await self._socket.until("ready")
                await self._ask_changes(client)
                self._heard_at = asyncio.get_running_loop().time()
                await self._until_closed(client, self._socket)
            except (Closed, OSError, TimeoutError):
                await asyncio.sleep(RETRY_S * (1 + random.random()))
            finally:
                client.close()
                if self._socket is not None:
                    self._socket.close()
                    self._socket = None

    async def _until_closed(self, client: Client, socket: Socket) -> None:
        tasks = [
            asyncio.create_task(self._hear(client, socket)),
            asyncio.create_task(self._send(socket)),
            asyncio.create_task(self._beat(socket)),
        ]
        try:
            done, _pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _send(self, socket: Socket) -> None:
        """Send what waits, one after the other: the next when the one before is answered."""
        self._under_way = ""
        while True:
            await self._wake.wait()
            self._wake.clear()
            if self._outbox and self._outbox[0][1] != self._under_way:
                operation, client_id = self._outbox[0]
                self._under_way = client_id
                if not self.keeps_ids:
                    client_id = str(uuid.uuid4())
                    self._outbox[0] = (operation, client_id)
                socket.send(
                    {
                        "type": "message.send",
                        "client_id": client_id,
                        "conversation": self.conversation,
                        "kind": "text",
                        "body": operation.words,
                    }
                )

    async def _hear(self, client: Client, socket: Socket) -> None:
        self._wake.set()
        while True:
            frame = await socket.receive()
            self._heard_at = asyncio.get_running_loop().time()
            await self._take(client, frame)

    async def _take(self, client: Client, frame: dict[str, Any]) -> None:
        kind = frame["type"]
        if kind == "ack":
            self._answered(frame["client_id"], "acknowledged", frame["message"]["id"], frame["message"]["seq"])
        elif kind == "refused" and frame["code"] != "rate_limited":
            self._answered(frame["ref"], "refused", why=frame["code"])
        elif kind == "refused":
            self._under_way = ""
            asyncio.get_running_loop().call_later(min(frame["retry_after"] or 1, 1), self._wake.set)
        elif kind in ("message.created", "message.changed") and frame["conversation"] == self.conversation:
            self._see(frame)
            if frame["version"] == self.version + 1:
                self.version = frame["version"]
                self.state = f"{self.version}.{self.state.partition('.')[2]}"
            elif frame["version"] > self.version:
                await self._ask_changes(client)
        elif kind == "message.deleted" and frame["conversation"] == self.conversation:
            self.view.pop(frame["id"], None)
        elif kind == "stale":
            await self._ask_changes(client)
        elif kind == "pong" and frame.get("state") == self.state and not self._outbox:
            self.is_settled.set()

    def _see(self, message: dict[str, Any]) -> None:
        """Show a message as it is in a frame, or in an answer about changes; an older look changes nothing."""
        id_, version = message["id"], message["version"]
        known = self.view.get(id_)
        if (known is None and "seq" not in message) or version < self._versions.get(id_, 0):
            return
        likes, gone = _LIKES.search(message["html"]), _GONE.search(message["html"])
        assert likes
        assert gone
        seq = message["seq"] if known is None else known.seq
        self.view[id_] = Look(seq, frozenset(map(int, likes[1].split())), bool(gone[1]))
        self._versions[id_] = version

    def _answered(self, client_id: str, outcome: str, id_: str = "", seq: int = 0, why: str = "") -> None:
        if self._outbox and self._outbox[0][1] == client_id:
            operation, _client_id = self._outbox.popleft()
            operation.outcome, operation.id, operation.seq, operation.why = outcome, id_, seq, why
            self._wake.set()

    async def _beat(self, socket: Socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            socket.send({"type": "ping", "conversation": self.conversation, "state": self.state})
            await asyncio.sleep(HEARTBEAT_S)
            if loop.time() - self._heard_at > DEAD_S:
                raise Closed

    async def _ask_changes(self, client: Client) -> None:
        self.caught_up += 1
        more = True
        while more:
            async with asyncio.timeout(DEAD_S):
                answer = await client.get(f"/inbox/{self.conversation}/changes/?since={self.state}")
            if answer.status != 200:
                raise Closed
            changes = answer.json()
            if self.catches_up:
                for message in changes["messages"]:
                    self._see(message)
                for deleted in changes["deleted"]:
                    self.view.pop(deleted, None)
            self.state, more = changes["state"], changes["more"]
            self.version = int(self.state.partition(".")[0])
