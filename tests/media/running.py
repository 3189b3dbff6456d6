"""One job of the child process, with what it says of itself: used by the tests and by the benchmark."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True)
class Run:
    """What a child answered; ``seconds`` by the clock, its start included."""

    result: dict[str, Any] | None
    unusable: str
    peak_mib: float
    seconds: float

    def __str__(self) -> str:
        return self.unusable or "made"


def run_child(make: str, source: Path, folder: Path, start_ms: int = 0, length_ms: int = 3000) -> Run:
    """Have one file made in a child, as `videos.media` does."""
    limits = {"seconds": 120 if make == "video" else 9, "start_ms": start_ms, "length_ms": length_ms}
    job = {"make": make, "source": str(source), "folder": str(folder), **limits}
    began = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "videos.media.child"],
        input=json.dumps(job),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=True,
    )
    seconds = time.perf_counter() - began
    answer = json.loads(done.stdout.splitlines()[-1])
    return Run(answer.get("result"), answer.get("unusable", ""), answer.get("peak_kib", 0) / 1024, seconds)
