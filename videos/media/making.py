"""Having files made in a child process: how many at once, for how long, and what comes back."""

import json
import logging
import os
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from videos.media import bounds
from videos.media.errors import Busy, Unusable

logger = logging.getLogger(__name__)
MAX_COMPLAINT_BYTES = 2000
ROOT = Path(__file__).resolve().parent.parent.parent
# At once in this process, and how long somebody waits for a turn.
_pictures = threading.BoundedSemaphore(2)
_videos = threading.BoundedSemaphore(1)
PATIENCE_SECONDS = 15


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
    """A GIF's two files: pixels and frames."""

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

    Raises ``Unusable`` or ``Busy``, as all of these.
    """
    _bounded(source, bounds.MAX_PHOTO_BYTES)
    with _turn(_pictures):
        return Picture(**_run("photo", source, folder, bounds.PICTURE_SECONDS))


def make_sticker(source: Path, folder: Path, *, start_s: float = 0.0, length_s: float = 3.0) -> StickerFile:
    """Write ``sticker.webp`` from a picture, an animation, or a piece of a video, at most three seconds."""
    with _turn(_pictures):
        return StickerFile(**_run("sticker", source, folder, bounds.PICTURE_SECONDS, piece=_piece(start_s, length_s)))


def make_gif(source: Path, folder: Path, *, start_s: float, length_s: float) -> GifFiles:
    """Write ``gif.webp`` and ``gif.gif`` of a piece of a video, at most six seconds."""
    with _turn(_pictures):
        return GifFiles(**_run("gif", source, folder, bounds.PICTURE_SECONDS, piece=_piece(start_s, length_s)))


def make_video(source: Path, folder: Path, on_progress: Callable[[int], None]) -> VideoFiles:
    """Write ``video.mp4``, ``poster.webp`` and ``preview.webp``; tell the progress in percent meanwhile."""
    _bounded(source, bounds.MAX_VIDEO_BYTES)
    with _turn(_videos):
        return VideoFiles(**_run("video", source, folder, bounds.VIDEO_SECONDS, on_progress))


def _piece(start_s: float, length_s: float) -> dict[str, int]:
    return {"start_ms": int(max(0.0, start_s) * 1000), "length_ms": int(max(0.1, length_s) * 1000)}


def _bounded(source: Path, most: int) -> None:
    if source.stat().st_size > most:
        raise Unusable("too_heavy")


@contextmanager
def _turn(places: threading.BoundedSemaphore) -> Iterator[None]:
    """Wait for one of ``places``. Raises ``Busy`` where that takes too long."""
    if not places.acquire(timeout=PATIENCE_SECONDS):
        raise Busy
    try:
        yield
    finally:
        places.release()


def _run(
    make: str,
    source: Path,
    folder: Path,
    seconds: int,
    on_progress: Callable[[int], None] | None = None,
    piece: dict[str, int] | None = None,
) -> dict[str, Any]:
    """Run one job in a child, and return its result. Raises ``Unusable``."""
    job = {"make": make, "source": str(source), "folder": str(folder), "seconds": seconds} | (piece or {})
    with tempfile.TemporaryFile() as complaints:
        child = _start(complaints)
        late = threading.Timer(seconds, _kill, [child])
        late.start()
        answer: dict[str, Any] = {}
        try:
            assert child.stdin is not None and child.stdout is not None  # noqa: S101, PT018  (they are pipes)
            with child.stdin, suppress(BrokenPipeError):
                json.dump(job, child.stdin)
            with child.stdout as lines:
                for line in lines:
                    answer = json.loads(line)
                    if on_progress and "progress" in answer:
                        on_progress(answer["progress"])
        finally:
            late.cancel()
            _kill(child)
            child.wait()
        if "result" in answer:
            result: dict[str, Any] = answer["result"]
            return result
        if "unusable" not in answer:
            complaints.seek(0)
            said = complaints.read()[-MAX_COMPLAINT_BYTES:].decode(errors="replace")
            logger.warning("Making a %s ended with %s: %s", make, child.returncode, said)
    # Killed for its time or its memory, or broken down: it's the file that made it so.
    raise Unusable(answer.get("unusable", "too_complex"))


def _start(complaints: IO[bytes]) -> "subprocess.Popen[str]":
    """Start a child in a group of its own, which can be killed whole."""
    return subprocess.Popen(
        [sys.executable, "-m", "videos.media.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        text=True,
        cwd=ROOT,
        # Nothing of what this process knows: no key, no password of a database.
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1", "LANG": "C.UTF-8"},
        start_new_session=True,
    )


def _kill(child: "subprocess.Popen[str]") -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
