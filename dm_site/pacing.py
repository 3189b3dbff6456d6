"""Answers leave as fast as their reader takes them.

Daphne never lets an application wait: all that is sent is kept in memory until the reader has taken it, a
whole video for somebody whose player has paused. Other servers let it wait themselves.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from twisted.web.http import Request

from dm_site.bodies import request_behind

Application = Callable[[dict[str, Any], Any, Any], Awaitable[None]]

logger = logging.getLogger(__name__)
# Who takes nothing for so long is let go. A player that goes on asks for the rest by itself.
MAX_STALLED_S = 300


class Paced:
    """Lets the application wait while daphne still has something to send on the same connection."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Pass the request on, with a ``send`` that waits."""
        request = request_behind(send)
        if request is None:
            await self.application(scope, receive, send)
            return
        answer = _Answer(request, send)
        try:
            await self.application(scope, receive, answer.send)
        except Exception:
            if not answer.begun:
                raise
            # There is no way left to say so but to break off; daphne would try one, and stumble for good.
            logger.exception("An answer broke off: %s", scope["path"])
            answer.abort()
        finally:
            answer.end()


class _Answer:
    """One answer, as Twisted's push producer: told to pause when the connection has enough, and to go on."""

    def __init__(self, request: Request, send: Callable[[Any], Awaitable[None]]) -> None:
        self.begun = False
        self._request = request
        self._send = send
        self._wanted = asyncio.Event()
        self._wanted.set()

    async def send(self, message: dict[str, Any]) -> None:
        """Send ``message``, and return when more is wanted."""
        self.begun = True
        if message["type"] == "http.response.body":
            if not message.get("more_body"):
                self.end()
            elif self._channel is not None and self._request.producer is None:
                self._request.registerProducer(self, True)
        await self._send(message)
        if self._wanted.is_set():
            return
        try:
            await asyncio.wait_for(self._wanted.wait(), MAX_STALLED_S)
        except TimeoutError:
            self.abort()

    def pauseProducing(self) -> None:  # noqa: N802  (Twisted's name, as the next two)
        self._wanted.clear()

    def resumeProducing(self) -> None:  # noqa: N802
        self._wanted.set()

    def stopProducing(self) -> None:  # noqa: N802
        self._wanted.set()  # what is sent from now on goes nowhere

    def end(self) -> None:
        """Let go of the connection."""
        self._wanted.set()
        if self._channel is not None and self._request.producer is self:
            self._request.unregisterProducer()

    def abort(self) -> None:
        """Close the connection at once."""
        if self._channel is not None:
            self._channel.transport.abortConnection()

    @property
    def _channel(self) -> Any:
        """The connection; None once the answer is out, or the client gone."""
        return getattr(self._request, "channel", None)
