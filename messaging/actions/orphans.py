"""Files of the storage that no row stands for: what was left when something was interrupted."""

import datetime
import re
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby, islice
from typing import TypeAlias

from django.db import models

from accounts import avatars
from accounts.models import DataCopy, User
from messaging.models import LinkPreview, Photo, Sticker
from videos.models import Gif, Video, VideoState
from videos.stored import Listed, walk

BATCH = 500
_COPY = re.compile(r"[0-9a-f-]{36}-[0-9]+\.zip")
# How a file is called while it is being written to the disk.
HALF_WRITTEN = re.compile(r"tmp[a-z0-9_]{8}")

# The keys that rows have, each with the names of files that aren't needed any more.
Used: TypeAlias = Mapping[str, frozenset[str]]


@dataclass(frozen=True)
class Place:
    """A folder of the storage: each entry, a folder or a file, is named for the ``key`` of the row it belongs to.

    ``key_in`` reads the key from a name; None means that it isn't one of ours, and it stays whatever it is.
    """

    folder: str
    key_in: Callable[[str], str | None]
    used: Callable[[Iterable[str]], Used]


@dataclass(frozen=True)
class _Entry:
    """A file, or a folder with all its files."""

    name: str
    key: str | None
    files: tuple[Listed, ...]

    def is_older_than(self, moment: datetime.datetime) -> bool:
        return all(file.changed_at < moment for file in self.files)


def find(place: Place, before: datetime.datetime) -> Iterator[str]:
    """Yield the names of what is in ``place``, used by no row, and wasn't changed since ``before``."""
    entries = _entries(place)
    # The files first, then the rows: what is stored meanwhile has its row by then, or is too young.
    while batch := list(islice(entries, BATCH)):
        used = place.used({entry.key for entry in batch if entry.key})
        for entry in batch:
            if entry.key and entry.key not in used:
                if entry.is_older_than(before):
                    yield entry.name
            else:
                not_needed = used[entry.key] if entry.key else frozenset()
                yield from (
                    file.name
                    for file in entry.files
                    if file.changed_at < before and _is_left(file.name.rpartition("/")[2], not_needed)
                )


def _entries(place: Place) -> Iterator[_Entry]:
    for name, files in groupby(walk(place.folder), key=lambda file: "/".join(file.name.split("/")[:2])):
        entry = name.rpartition("/")[2]
        if entry:  # some tools mark a folder of a bucket with an object of its name
            yield _Entry(name, place.key_in(entry), tuple(files))


def _is_left(name: str, not_needed: frozenset[str]) -> bool:
    return name in not_needed or HALF_WRITTEN.fullmatch(name) is not None


def _folder(name: str) -> str | None:
    """Return the id a folder is named for."""
    try:
        return name if str(uuid.UUID(name)) == name else None
    except ValueError:
        return None


def _picture(name: str) -> str | None:
    """Return the id a WebP file is named for."""
    return _folder(name.removesuffix(".webp")) if name.endswith(".webp") else None


def _avatar(name: str) -> str | None:
    """Return the token a profile picture is named for."""
    return name.rpartition("-")[0] if avatars.FILE_NAME.fullmatch(name) else None


def _copy(name: str) -> str | None:
    """Return the name of the copy of an account, which its row knows."""
    return name if _COPY.fullmatch(name) else None


def _named_by(rows: "models.QuerySet[models.Model]", column: str = "pk") -> Callable[[Iterable[str]], Used]:
    def used(keys: Iterable[str]) -> Used:
        found = rows.filter(**{f"{column}__in": keys}).values_list(column, flat=True)
        return {str(key): frozenset() for key in found}

    return used


def _videos(keys: Iterable[str]) -> Used:
    """An upload isn't needed once the video is made."""
    found = Video.objects.keeping_files().filter(pk__in=keys).values_list("pk", "state")
    return {str(pk): frozenset({"source"} if state == VideoState.READY else ()) for pk, state in found}


PLACES = (
    Place("avatars", _avatar, _named_by(User.objects.all(), "avatar")),
    Place("exports", _copy, _named_by(DataCopy.objects.all(), "file")),
    Place("gifs", _folder, _named_by(Gif.objects.all())),
    Place("photos", _folder, _named_by(Photo.objects.all())),
    Place("previews", _picture, _named_by(LinkPreview.objects.filter(width__gt=0))),
    Place("stickers", _picture, _named_by(Sticker.objects.all())),
    Place("videos", _folder, _videos),
)
