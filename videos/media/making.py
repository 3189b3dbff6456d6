"""What can be made of the files of strangers, and the facts that come back."""

import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, TypeVar

from videos.media import bounds
from videos.media.errors import Unusable
from videos.media.running import Job, run, turn

# At once in this process.
_pictures = threading.BoundedSemaphore(2)
_videos = threading.BoundedSemaphore(1)
_COLOR = re.compile("#[0-9a-f]{6}")
Facts = TypeVar("Facts")


@dataclass(frozen=True)
class Picture:
    """A photo's larger file: pixels, and its average colour as ``#rrggbb``."""

    width: int
    height: int
    color: str


@dataclass(frozen=True)
class StickerFile:
    """A sticker: pixels."""

    width: int
    height: int
    animated: bool


@dataclass(frozen=True)
class GifFiles:
    """A GIF's file for pages: pixels and frames. The one to take along can be smaller."""

    width: int
    height: int
    frame_count: int


@dataclass(frozen=True)
class VideoFiles:
    """A video that plays everywhere: pixels as it is shown, milliseconds, bytes."""

    width: int
    height: int
    duration_ms: int
    has_audio: bool
    byte_count: int


def make_photo(source: Path, folder: Path) -> Picture:
    """Write ``2048.webp`` and ``640.webp`` into ``folder``, named for their longest side in pixels at most.

    Raises ``Unusable`` or ``Busy``, as all of these; then nothing is left in ``folder``.
    """
    _bounded(source, bounds.MAX_PHOTO_BYTES)
    with turn(_pictures):
        return _facts(Picture, run(Job("photo", source, folder, bounds.PICTURE_SECONDS)))


def make_sticker(source: Path, folder: Path, *, start_s: float = 0.0, length_s: float = 3.0) -> StickerFile:
    """Write ``sticker.webp`` from a picture, an animation, or a piece of a video, at most three seconds."""
    _bounded(source, bounds.MAX_VIDEO_BYTES)  # of a picture, the child takes much less
    with turn(_pictures):
        job = Job("sticker", source, folder, bounds.PICTURE_SECONDS, _piece(start_s, length_s))
        return _facts(StickerFile, run(job))


def make_gif(source: Path, folder: Path, *, start_s: float, length_s: float) -> GifFiles:
    """Write ``gif.webp`` and ``gif.gif`` of a piece of a video or a GIF, at most six seconds."""
    _bounded(source, bounds.MAX_VIDEO_BYTES)
    with turn(_pictures):
        job = Job("gif", source, folder, bounds.PICTURE_SECONDS, _piece(start_s, length_s))
        return _facts(GifFiles, run(job))


def make_video(source: Path, folder: Path, on_progress: Callable[[int], None]) -> VideoFiles:
    """Write ``video.mp4``, ``poster.webp`` and ``preview.webp``; tell the progress in percent meanwhile."""
    _bounded(source, bounds.MAX_VIDEO_BYTES)
    with turn(_videos):
        return _facts(VideoFiles, run(Job("video", source, folder, bounds.VIDEO_SECONDS), on_progress))


def _piece(start_s: float, length_s: float) -> dict[str, int]:
    # In this order, what isn't a number is taken for the least.
    start_ms = int(min(max(0.0, start_s), bounds.MAX_VIDEO_MS / 1000) * 1000)
    return {"start_ms": start_ms, "length_ms": int(min(max(0.1, length_s), bounds.MAX_VIDEO_MS / 1000) * 1000)}


def _bounded(source: Path, most: int) -> None:
    if source.stat().st_size > most:
        raise Unusable("too_heavy")


def _facts(kind: type[Facts], result: dict[str, Any]) -> Facts:
    """Return ``result`` as ``kind``. Raises ``Unusable`` where it can't be: the child has read files of strangers."""
    said = {one.name: result.get(one.name) for one in fields(kind)}  # type: ignore[arg-type]
    if all(_is_a(one.type, said[one.name]) for one in fields(kind)):  # type: ignore[arg-type]
        return kind(**said)
    raise Unusable("broken")


def _is_a(kind: Any, value: Any) -> bool:
    if type(value) is not kind:
        return False
    return bool(_COLOR.fullmatch(value)) if kind is str else value >= 0
