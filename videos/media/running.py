"""Running one job in a child process: how many at once, for how long, and what is believed of its answer."""

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
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from videos.media.errors import Busy, Unusable

logger = logging.getLogger(__name__)
MAX_COMPLAINT_BYTES = 2000
MAX_LINE_CHARACTERS = 2000
ROOT = Path(__file__).resolve().parent.parent.parent
# What each job leaves in its folder; nothing of it where the job fails.
FILES = {
    "photo": ("2048.webp", "640.webp"),
    "sticker": ("sticker.webp",),
    "gif": ("gif.webp", "gif.gif"),
    "video": ("video.mp4", "poster.webp", "preview.webp"),
}
PATIENCE_SECONDS = 15  # for a turn


@dataclass
class Job:
    """What a child is to make of ``source`` in ``folder``, within ``seconds`` of the clock."""

    make: str
    source: Path
    folder: Path
    seconds: int
    piece: dict[str, int] = field(default_factory=dict)

    def as_json(self) -> str:
        """Return it as the child reads it."""
        paths = {"source": str(self.source.absolute()), "folder": str(self.folder.absolute())}
        return json.dumps({"make": self.make, "seconds": self.seconds} | paths | self.piece)


@contextmanager
def turn(places: threading.BoundedSemaphore) -> Iterator[None]:
    """Wait for one of ``places``. Raises ``Busy`` where that takes too long."""
    if not places.acquire(timeout=PATIENCE_SECONDS):
        raise Busy
    try:
        yield
    finally:
        places.release()


def run(job: Job, on_progress: Callable[[int], None] | None = None) -> dict[str, Any]:
    """Run ``job`` in a child, and return its result. Raises ``Unusable``, and whatever ``on_progress`` does."""
    done = False
    try:
        result = _answer(job, on_progress)
        done = True
    finally:
        if not done:
            for name in FILES[job.make]:
                (job.folder / name).unlink(missing_ok=True)
    return result


def _answer(job: Job, on_progress: Callable[[int], None] | None) -> dict[str, Any]:
    with tempfile.TemporaryFile() as complaints:
        child = _start(complaints)
        late = threading.Timer(job.seconds, _kill, [child])
        late.daemon = True
        late.start()
        answer: dict[str, Any] = {}
        try:
            # A child that has ended already is told nothing; what it said is read all the same.
            with suppress(BrokenPipeError), child.stdin as words:  # type: ignore[union-attr]
                words.write(job.as_json())
            with child.stdout as lines:  # type: ignore[union-attr]
                while line := lines.readline(MAX_LINE_CHARACTERS):
                    answer = _read(line)
                    if on_progress and isinstance(answer.get("progress"), int):
                        on_progress(max(0, min(100, answer["progress"])))
        finally:
            late.cancel()
            _kill(child)
            child.wait()
        if isinstance(answer.get("result"), dict):
            result: dict[str, Any] = answer["result"]
            return result
        complaints.seek(0)
        said = complaints.read()[-MAX_COMPLAINT_BYTES:].decode(errors="replace")
    if said or "unusable" not in answer:
        logger.warning("Making a %s ended with %s: %s", job.make, child.returncode, said)
    # Killed for its time or its memory: it's the file that made it so.
    raise Unusable(str(answer.get("unusable", "too_complex")))


def _read(line: str) -> dict[str, Any]:
    """Return what a line says; nothing where it is no object, for the child has read files of strangers."""
    try:
        answer = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return answer if isinstance(answer, dict) else {}


def _start(complaints: IO[bytes]) -> "subprocess.Popen[str]":
    """Start a child in a group of its own, which can be killed whole."""
    return subprocess.Popen(
        [sys.executable, "-m", "videos.media.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=complaints,
        text=True,
        encoding="utf-8",
        errors="replace",
        cwd=ROOT,
        # Nothing of what this process knows: no key, no password of a database.
        env={"PATH": os.defpath, "PYTHONPATH": str(ROOT), "LANG": "C.UTF-8"},
        start_new_session=True,
    )


def _kill(child: "subprocess.Popen[str]") -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child.pid, signal.SIGKILL)
