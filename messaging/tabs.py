"""The open tabs of this process, which hear at once what happens; the channel layer tells those of the others.

A layer finds every tab's queue, copies the event for each, and wakes a reader a tab; here one batch of events is one
call into the loop of the sockets. What the layer carries is one event an account, to a process that has it open.
"""

import asyncio
import logging
import secrets
import threading
from collections import defaultdict
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

from messaging import metrics
from messaging.outgoing import Written, written

logger = logging.getLogger(__name__)
Event = dict[str, Any]
Later = Callable[[], Mapping[int, Event]]
RETRY_S = 2.0
MOST_PUBLISHING = 10_000


class Tab(Protocol):
    """One open socket."""

    def hear(self, event: Event, frames: Sequence[Written]) -> None:
        """Take an event; ``frames`` are its frames as text."""


_thread = threading.local()


@contextmanager
def held() -> Iterator[Callable[[], None]]:
    """Hold back what this thread has told, until what this yields is called."""
    held: list[Mapping[int, Event] | Later] = []
    outside, _thread.held = getattr(_thread, "held", None), held

    def release() -> None:
        _thread.held = None
        for events in held:
            if callable(events):
                tell_later(events)
            else:
                tell(events)

    try:
        yield release
    finally:
        _thread.held = outside


def tell(events: Mapping[int, Event]) -> None:
    """Hand each account (by its key) its event, wherever its tabs are open. From any thread; waits for no reader."""
    if not events:
        return
    if (held := getattr(_thread, "held", None)) is not None:
        held.append(events)
        return
    homes = [home for home in list(_homes.values()) if home.loop.is_running()]
    texts: dict[int, Written] = {}  # one writing of a frame, however many hear it
    for home in homes:
        home.hand_over(_ready(events, home, texts))
    layer = get_channel_layer()
    if isinstance(layer, InMemoryChannelLayer):
        return
    if homes:
        homes[0].publish(events)
    else:
        async_to_sync(_publish)(events)


def tell_later(events: Later) -> None:
    """Tell what ``events`` returns, asked for only when all that was told before it is on its way."""
    if (held := getattr(_thread, "held", None)) is not None:
        held.append(events)
        return
    try:
        tell(events())
    except Exception:  # it is committed, and readers heal from the database
        logger.exception("Something that happened can't be told.")


def _ready(
    events: Mapping[int, Event], home: "Home", texts: dict[int, Written]
) -> list[tuple[int, Event, list[Written]]]:
    ready = []
    for user_id, event in events.items():
        if user_id not in home.tabs:
            continue
        frames = event.get("frames", ())
        for frame in frames:
            if id(frame) not in texts:
                texts[id(frame)] = written(frame)
        ready.append((user_id, event, [texts[id(frame)] for frame in frames]))
    return ready


def group_of(user_id: int) -> str:
    """Return the name of the layer's group that every process with a tab of an account listens to."""
    return f"user.{user_id}"


def home() -> "Home":
    """Return the home of the tabs of the running event loop."""
    loop = asyncio.get_running_loop()
    with _lock:
        for ended in [one for one in _homes if one.is_closed()]:
            del _homes[ended]
        return _homes.setdefault(loop, Home(loop))


class Home:
    """The tabs of one event loop, by account."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self.tabs: dict[int, set[Tab]] = {}
        self._heard: set[int] = set()  # accounts whose groups this process has joined
        self._joining = asyncio.Lock()
        self._channel = ""
        self._tasks: set[asyncio.Task[None]] = set()
        self._publishing: list[Mapping[int, Event]] = []
        self._is_publishing = False

    async def join(self, user_id: int, tab: Tab) -> None:
        """Have ``tab`` hear what its account is told from now on."""
        self.tabs.setdefault(user_id, set()).add(tab)
        metrics.SOCKETS.inc()
        await self._match(user_id)

    async def leave(self, user_id: int, tab: Tab) -> None:
        """Have it hear nothing more."""
        tabs = self.tabs.get(user_id, set())
        if tab in tabs:
            tabs.remove(tab)
            metrics.SOCKETS.dec()
        if not tabs:
            self.tabs.pop(user_id, None)
        await self._match(user_id)

    def hand_over(self, ready: Sequence[tuple[int, Event, Sequence[Written]]]) -> None:
        """Let the tabs hear, from any thread."""
        if ready:
            self.loop.call_soon_threadsafe(self._hand_out, ready)

    def publish(self, events: Mapping[int, Event]) -> None:
        """Let other processes hear, in order, from any thread."""
        self.loop.call_soon_threadsafe(self._publish_soon, events)

    def _hand_out(self, ready: Sequence[tuple[int, Event, Sequence[Written]]]) -> None:
        for user_id, event, frames in ready:
            for tab in tuple(self.tabs.get(user_id, ())):
                tab.hear(event, frames)

    def _publish_soon(self, events: Mapping[int, Event]) -> None:
        if len(self._publishing) >= MOST_PUBLISHING:
            logger.error("The channel layer doesn't keep up; an event is lost to other processes.")
            metrics.DROPPED.inc(len(events))
            return
        self._publishing.append(events)
        if not self._is_publishing:
            self._is_publishing = True
            self._run(self._publish_all())

    async def _publish_all(self) -> None:
        try:
            while self._publishing:
                waiting, self._publishing = self._publishing, []
                for events in _merged(waiting):
                    try:
                        await _publish(events)
                    except Exception:
                        logger.exception("The channel layer can't be reached; an event is lost to other processes.")
                        metrics.DROPPED.inc(len(events))
        finally:
            self._is_publishing = False

    async def _match(self, user_id: int) -> None:
        """Be in the account's group where it has a tab here, and only there.

        Without the layer the tabs still hear this process, and the heartbeat heals the rest; it is tried again.
        """
        layer = get_channel_layer()
        if isinstance(layer, InMemoryChannelLayer):
            return
        try:
            async with self._joining:
                if not self._channel:
                    self._channel = await layer.new_channel()
                    self._run(self._listen(self._channel))
                if user_id in self.tabs and user_id not in self._heard:
                    await layer.group_add(group_of(user_id), self._channel)
                    self._heard.add(user_id)
                elif user_id not in self.tabs and user_id in self._heard:
                    self._heard.discard(user_id)
                    await layer.group_discard(group_of(user_id), self._channel)
        except Exception:
            logger.exception("The channel layer can't be reached; it is tried again.")
            self.loop.call_later(RETRY_S, lambda: self._run(self._match(user_id)))

    async def _listen(self, channel: str) -> None:
        layer = get_channel_layer()
        while True:
            try:
                event = await layer.receive(channel)
            except Exception:
                logger.exception("The channel layer can't be heard; it is tried again.")
                await asyncio.sleep(RETRY_S)
                continue
            if event.pop("from") != MARK:
                user_id = event.pop("to")
                self._hand_out(_ready({user_id: event}, self, {}))

    def _run(self, doing: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


MARK = secrets.token_hex(8)
_lock = threading.Lock()
_homes: dict[asyncio.AbstractEventLoop, Home] = {}


def _merged(waiting: Sequence[Mapping[int, Event]]) -> list[dict[int, Event]]:
    """Join events that wait to go out: the frames of an account into one, as long as nothing else is between."""
    merged: list[dict[int, Event]] = []
    for events in waiting:
        if not merged or any(event["type"] != "frames" for event in (*events.values(), *merged[-1].values())):
            merged.append(dict(events))
            continue
        frames: defaultdict[int, list[Any]] = defaultdict(list)
        for user_id, event in (*merged[-1].items(), *events.items()):
            frames[user_id].extend(event["frames"])
        merged[-1] = {user_id: {"type": "frames", "frames": listed} for user_id, listed in frames.items()}
    return merged


async def _publish(events: Mapping[int, Event]) -> None:
    layer = get_channel_layer()
    messages = {group_of(user_id): event | {"to": user_id, "from": MARK} for user_id, event in events.items()}
    if hasattr(layer, "groups_send"):
        await layer.groups_send(messages)
        return
    for group, message in messages.items():
        await layer.group_send(group, message)
