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
from functools import partial
from itertools import groupby
from typing import Any, Protocol

from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

from messaging import metrics
from messaging.outgoing import Written, written

logger = logging.getLogger(__name__)
Event = dict[str, Any]
Texts = dict[int, Written]
"""What frames look like as text, by their ``id()``: one is written once, however many hear it."""

Ready = tuple[int, Event, Sequence[Written]]
"""An account's key, what happened to it, and its frames as text."""

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
        for events in held:  # each by itself: one that can't be told takes nothing from the next
            tell_later(events if callable(events) else partial(dict, events))

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
    texts: Texts = {}
    for home in homes:
        home.hand_over(_ready(events, home, texts))
    layer = get_channel_layer()
    if isinstance(layer, InMemoryChannelLayer):
        return
    if homes:
        homes[0].publish(events, texts)
    else:
        async_to_sync(_publish)(events, texts)


def tell_later(events: Later) -> None:
    """Tell what ``events`` returns, asked for only when all that was told before it is on its way."""
    if (held := getattr(_thread, "held", None)) is not None:
        held.append(events)
        return
    try:
        tell(events())
    except Exception:  # it is committed, and readers heal from the database
        logger.exception("Something that happened can't be told.")


def _ready(events: Mapping[int, Event], home: "Home", texts: Texts) -> list[Ready]:
    return [(user_id, event, _written(event, texts)) for user_id, event in events.items() if user_id in home.tabs]


def _written(event: Event, texts: Texts) -> list[Written]:
    """Return the frames of an event as text."""
    found = []
    for frame in event.get("frames", ()):
        text = texts.get(id(frame))
        if text is None:
            text = texts[id(frame)] = written(frame)
        found.append(text)
    return found


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
        self._publishing: list[tuple[Mapping[int, Event], Texts]] = []
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

    def hand_over(self, ready: Sequence[Ready]) -> None:
        """Let the tabs hear, from any thread."""
        if ready:
            self.loop.call_soon_threadsafe(self._hand_out, ready)

    def publish(self, events: Mapping[int, Event], texts: Texts) -> None:
        """Let other processes hear, in order, from any thread."""
        self.loop.call_soon_threadsafe(self._publish_soon, events, texts)

    def _hand_out(self, ready: Sequence[Ready]) -> None:
        for user_id, event, frames in ready:
            for tab in tuple(self.tabs.get(user_id, ())):
                tab.hear(event, frames)

    def _publish_soon(self, events: Mapping[int, Event], texts: Texts) -> None:
        if len(self._publishing) >= MOST_PUBLISHING:
            logger.error("The channel layer doesn't keep up; an event is lost to other processes.")
            metrics.DROPPED.inc(len(events))
            return
        self._publishing.append((events, texts))
        if not self._is_publishing:
            self._is_publishing = True
            self._run(self._publish_all())

    async def _publish_all(self) -> None:
        try:
            while self._publishing:
                waiting, self._publishing = self._publishing, []
                for events, texts in _merged(waiting):
                    try:
                        await _publish(events, texts)
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
            for one in event.get("several", [event]):
                if one["from"] != MARK and one["to"] in self.tabs:
                    self._hand_out([_heard(one)])

    def _run(self, doing: Coroutine[Any, Any, None]) -> None:
        task = self.loop.create_task(doing)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


MARK = secrets.token_hex(8)
_lock = threading.Lock()
_homes: dict[asyncio.AbstractEventLoop, Home] = {}


def _merged(waiting: Sequence[tuple[Mapping[int, Event], Texts]]) -> list[tuple[dict[int, Event], Texts]]:
    """Join events that wait to go out: the frames of an account into one, as long as nothing else is between."""
    merged: list[tuple[dict[int, Event], Texts]] = []
    for are_frames, run in groupby(waiting, lambda one: all(event["type"] == "frames" for event in one[0].values())):
        if not are_frames:
            merged.extend((dict(events), texts) for events, texts in run)
            continue
        frames: defaultdict[int, list[Any]] = defaultdict(list)
        known: Texts = {}
        for events, texts in run:
            known.update(texts)
            for user_id, event in events.items():
                frames[user_id].extend(event["frames"])
        merged.append(({user_id: {"type": "frames", "frames": listed} for user_id, listed in frames.items()}, known))
    return merged


def _said(user_id: int, event: Event, texts: Texts) -> Event:
    """Return an event as the layer carries it: its frames as text, which another process only hands on."""
    carried = {name: value for name, value in event.items() if name != "frames"}
    return carried | {"to": user_id, "from": MARK, "texts": _written(event, texts)}


def _heard(carried: Event) -> Ready:
    """Return what ``_said`` had carried; while processes are restarted one by one, others may still say ``frames``."""
    texts = [(about if about is None else tuple(about), text) for about, text in carried.get("texts", ())]
    return carried["to"], carried, texts or _written(carried, {})


async def _publish(events: Mapping[int, Event], texts: Texts) -> None:
    layer = get_channel_layer()
    wanted = {group_of(user_id): partial(_said, user_id, event, texts) for user_id, event in events.items()}
    if hasattr(layer, "groups_send"):
        await layer.groups_send(wanted)
        return
    for group, say in wanted.items():
        await layer.group_send(group, say())
