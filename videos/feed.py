"""What there is to watch, a page at a time: for everyone, of the people one follows, of one author.

Every list begins with what is new and goes on by key, never by number: what is published meanwhile shifts nothing.
"""

import datetime
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from django.db.models import BooleanField, Exists, OuterRef, Value

from accounts.models import Follow, User
from videos.models import Video, VideoState
from videos.querysets import VideoQuerySet

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

CLIPS_A_PAGE = 5
TILES_A_PAGE = 30
UNFINISHED_SHOWN = 12
_MICROSECOND = datetime.timedelta(microseconds=1)
_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)
_MAX_KEY_CHARACTERS = 64


@dataclass(frozen=True)
class Key:
    """The place of a video in a list: what comes after it is older."""

    published_at: datetime.datetime
    video_id: uuid.UUID

    def __str__(self) -> str:
        """Return it as an address carries it: microseconds since 1970, and the id."""
        return f"{(self.published_at - _EPOCH) // _MICROSECOND}.{self.video_id.hex}"

    @classmethod
    def read(cls, text: str) -> Self | None:
        """Return the key that ``text`` stands for, or None where it is none: a list begins at its beginning then."""
        moment, _, video_id = text[:_MAX_KEY_CHARACTERS].partition(".")
        try:
            return cls(_EPOCH + int(moment) * _MICROSECOND, uuid.UUID(hex=video_id))
        except (ValueError, OverflowError):
            return None


@dataclass(frozen=True)
class Page:
    """A piece of a list; ``next_key`` is where it goes on, None at its end."""

    videos: list[Video]
    next_key: Key | None


def for_you(viewer: User, after: Key | None = None) -> Page:
    """Return what others published, the newest first."""
    return _page(watchable(viewer).exclude(author=viewer), after, CLIPS_A_PAGE)


def following(viewer: User, after: Key | None = None) -> Page:
    """Return what the people ``viewer`` follows published, the newest first."""
    return _page(watchable(viewer).by_people_followed(viewer), after, CLIPS_A_PAGE)


def of_author(viewer: "User | AnonymousUser", author: User, after: Key | None = None, size: int = TILES_A_PAGE) -> Page:
    """Return what ``author`` published, as ``viewer`` may see it, the newest first."""
    return _page(Video.objects.watchable_by(viewer).filter(author=author), after, size)


def unfinished(author: User) -> list[Video]:
    """Return the latest of ``author``'s uploads that can't be watched: on their way, or failed."""
    uploads = Video.objects.manageable_by(author).exclude(state=VideoState.READY)
    return list(uploads.order_by("-created_at", "-id")[:UNFINISHED_SHOWN])


def watchable(viewer: "User | AnonymousUser") -> VideoQuerySet:
    """Return what ``viewer`` can watch, with all that a clip shows: the author, the like, the follow."""
    videos = Video.objects.watchable_by(viewer).with_likes_of(viewer).select_related("author")
    if not viewer.is_authenticated:
        return videos.annotate(is_author_followed=Value(False, output_field=BooleanField()))
    follows = Follow.objects.filter(follower=viewer, followed=OuterRef("author"))
    return videos.annotate(is_author_followed=Exists(follows))


def _page(videos: VideoQuerySet, after: Key | None, size: int) -> Page:
    videos = videos.newest_first()
    if after is not None:
        videos = videos.older_than(after.published_at, after.video_id)
    found = list(videos[: size + 1])
    more = len(found) > size
    found = found[:size]
    last = found[-1] if more else None
    # What can be watched has been published; the check tells the types so.
    return Page(found, Key(last.published_at, last.pk) if last and last.published_at else None)
