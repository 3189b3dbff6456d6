"""Requests and sockets of the site, each carried out in its turn (``accounts.turns``).

A request has a place from the moment all of it has arrived until its answer begins: neither a slow sender nor a slow
reader keeps one. A handshake has one until it is accepted, a frame until it is answered.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings

from accounts import addresses
from accounts.sessions import session_key_of
from accounts.turns import Bill, Busy, Client, Ledger, Turn, Turns, current_bill

Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

PATIENCE_S = 20.0
RETRY_AFTER_S = 5
# Daphne gives a handshake five seconds.
HANDSHAKE_PATIENCE_S = 4.0
# What watches over the site must get through.
FREE_PATHS = ("/healthz", "/metrics")

ledger = Ledger()
places = Turns(ledger, settings.REQUESTS_AT_ONCE, settings.MOST_REQUESTS_AT_ONCE, PATIENCE_S)


def client_of(scope: Mapping[str, Any]) -> Client:
    """Return who asks, by an ASGI scope. Nobody has looked yet whether the session is one."""
    return Client(session_key_of(scope)[:64], addresses.network_of(addresses.of_scope(scope)))


class InTurn:
    """Lets requests and handshakes through in turn."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        """Pass it on when it is its turn, or answer that there are too many."""
        if scope["type"] == "websocket":
            await self._shake_hands(scope, receive, send)
        elif scope["path"] in FREE_PATHS:
            await self.application(scope, receive, send)
        else:
            request = _Request(scope, receive, send)
            current_bill.set(request.bill)
            try:
                await self.application(scope, request.receive, request.send)
            except Busy:
                await _turn_away(scope, send)
            finally:
                request.close()

    async def _shake_hands(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        client = client_of(scope)
        try:
            async with asyncio.timeout(HANDSHAKE_PATIENCE_S):
                turn = await places.take(client, Bill())
        except (TimeoutError, Busy):
            await receive()
            await send({"type": "websocket.close", "code": 1013})
            return

        async def send_first(message: Message) -> None:
            turn.end()
            await send(message)

        # What is between here and an open socket has nothing to do with a frame any more, but costs each of them.
        scope["paperplane.send"] = send
        try:
            await self.application(scope, receive, send_first)
        finally:
            turn.end()


class _Request:
    """One request: between its application and its server."""

    def __init__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._client = client_of(scope)
        self.bill = Bill()
        self._turn: Turn | None = None
        self._is_over = False
        self._next: asyncio.Task[Message] | None = None

    async def receive(self) -> Message:
        """Return what comes next; the end of the body when it is this request's turn. Raises ``Busy``."""
        if self._next is not None:
            coming, self._next = self._next, None
            return await coming
        message = await self._receive()
        if message["type"] == "http.request" and not message.get("more_body") and self._turn is None:
            return await self._wait_for_turn() or message
        return message

    async def send(self, message: Message) -> None:
        """Pass an answer on, and with its beginning the place to the next."""
        if message["type"] == "http.response.start":
            self._end_turn()
        await self._send(message)

    def close(self) -> None:
        """Give up what it still has."""
        self._is_over = True
        self._end_turn()
        if self._next is not None:
            self._next.cancel()

    def _end_turn(self) -> None:
        if self._turn is not None:
            self._turn.end()

    async def _wait_for_turn(self) -> Message | None:
        """Wait until it is its turn; return the message that the client has gone, if that is sooner."""
        self._next = asyncio.ensure_future(self._receive())
        taking = asyncio.ensure_future(places.take(self._client, self.bill))
        taking.add_done_callback(self._begin)
        try:
            await asyncio.wait((self._next, taking), return_when=asyncio.FIRST_COMPLETED)
        finally:
            taking.cancel()
        if taking.done():
            taking.result()
            return None
        gone, self._next = self._next, None
        return gone.result()

    def _begin(self, taking: asyncio.Task[Turn]) -> None:
        if taking.cancelled() or taking.exception():
            return
        self._turn = taking.result()
        if self._is_over:
            self._turn.end()


async def _turn_away(scope: Mapping[str, Any], send: Send) -> None:
    wants_json = any(name == b"accept" and b"json" in value for name, value in scope["headers"])
    detail = "There is too much going on here right now. Try again in a few seconds."
    problem = {"type": "about:blank", "title": "Busy", "status": 503, "code": "busy", "detail": detail}
    body, kind = (json.dumps(problem), "application/problem+json") if wants_json else (detail, "text/plain")
    headers = [(b"content-type", f"{kind}; charset=utf-8".encode()), (b"retry-after", str(RETRY_AFTER_S).encode())]
    status = HTTPStatus.SERVICE_UNAVAILABLE
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body.encode()})
