"""The conversations of the demo: who, what was said, and where each of the two stands with it."""

from dataclasses import dataclass

from messaging.demo import texts
from messaging.models import Folder

LONG_HISTORY = 2000  # messages


@dataclass(frozen=True)
class Stand:
    """One person's own side of a conversation; ``unread``: how many of the last messages."""

    folder: Folder = Folder.INBOX
    unread: int = 0
    muted: bool = False
    pinned: bool = False
    draft: str = ""


@dataclass(frozen=True)
class Story:
    """A conversation to write; ``messages`` in all, small talk coming before the script."""

    first: str
    other: str
    script: str
    firsts: Stand = Stand()
    others: Stand = Stand()
    messages: int = 0


STORIES = (
    Story("mira", "tomas", texts.TRIP, Stand(unread=2)),
    Story("mira", "amara.n", texts.COOKING, Stand(pinned=True), messages=LONG_HISTORY),
    Story("mira", "layla.k", texts.ARABIC, Stand(unread=1)),
    Story("mira", "aoi_k", texts.DARKROOM, Stand(draft="Sunday at two! I'll bring the ")),
    Story("mira", "kofi", texts.BAND, Stand(unread=4, muted=True)),
    Story("mira", "sanne", texts.BICYCLE, Stand(Folder.ARCHIVE)),
    # A stranger asks to write to the first account, …
    Story("priya.r", "mira", texts.REQUEST, others=Stand(Folder.REQUESTS, unread=2)),
    # … and the first account waits for an answer itself: request_pending.
    Story("mira", "elif.d", texts.RADIO, others=Stand(Folder.REQUESTS, unread=3)),
    # you_blocked
    Story("mira", "viktor", texts.TRADER),
    # not_following: the first account followed her when it wrote, and doesn't any more.
    Story("mira", "chloe.m", texts.GLAZE, others=Stand(unread=1)),
    # not_accepted: it was he who stopped following.
    Story("mira", "mateus", texts.SURF),
    # unavailable: she accepts nobody by now, and never answered.
    Story("mira", "ines.q", texts.RADIO_SHOW, others=Stand(unread=1)),
    Story("tomas", "amara.n", texts.TOMAS_AMARA, Stand(unread=1)),
    Story("tomas", "kofi", texts.TOMAS_KOFI, Stand(muted=True)),
    Story("tomas", "aoi_k", texts.TOMAS_AOI),
    Story("tomas", "priya.r", texts.TOMAS_PRIYA),
    Story("tomas", "ines.q", texts.TOMAS_INES),
    Story("tomas", "layla.k", texts.TOMAS_LAYLA),
)
