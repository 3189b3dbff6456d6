"""The process that opens files of strangers: it gives up its rights to memory and time first.

Reads one job as JSON from its standard input and writes JSON lines: ``{"progress": 40}``, at last
``{"result": {…}}`` or ``{"unusable": "code"}``, with ``peak_kib``, the most memory it had at once. It imports
nothing of Django, and knows no secret.
"""

import ctypes
import json
import os
import resource
import signal
import sys
import traceback
from pathlib import Path
from typing import Any

from videos.media import bounds

MAX_FILE_BYTES = 256 * bounds.MIB
MAX_OPEN_FILES = 64
NICENESS = 10  # whoever waits for a page or a message comes first
# Of prctl(2).
_SIGNAL_AT_PARENTS_END, _NO_NEW_PRIVILEGES = 1, 38


def give_up_rights(seconds: int) -> None:
    """Bound what this process can take, for good."""
    os.nice(NICENESS)
    if sys.platform == "linux":
        system = ctypes.CDLL(None)
        system.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        # Whoever waits for the result is gone: then nobody takes away what is made here.
        system.prctl(_SIGNAL_AT_PARENTS_END, signal.SIGKILL, 0, 0, 0)
    for what, most in (
        (resource.RLIMIT_DATA, bounds.MEMORY_BYTES),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, MAX_FILE_BYTES),
        (resource.RLIMIT_NOFILE, MAX_OPEN_FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def say(**line: Any) -> None:
    """Tell the parent."""
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


def peak_kib() -> int:
    """Return the most memory this process had at once; getrusage would tell of its parent's, too."""
    status = Path("/proc/self/status")
    lines = status.read_text().splitlines() if status.exists() else []
    return next((int(line.split()[1]) for line in lines if line.startswith("VmHWM:")), 0)


def work(job: dict[str, Any]) -> dict[str, Any]:
    """Do what ``job`` asks for; return what it made. The libraries are loaded within the bounds."""
    from videos.media import clips, gifs, pictures, stickers

    source, folder = Path(job["source"]), Path(job["folder"])
    match job["make"]:
        case "photo":
            return pictures.make_photo(source, folder)
        case "sticker":
            return stickers.make_sticker(source, folder, job["start_ms"], job["length_ms"])
        case "gif":
            return gifs.make_gif(source, folder, job["start_ms"], job["length_ms"])
        case "video":
            return clips.make_video(source, folder, lambda percent: say(progress=percent))
    raise ValueError(job["make"])


def main() -> None:
    """Do one job."""
    job = json.load(sys.stdin)
    give_up_rights(job["seconds"])
    from videos.media.reading import Fault

    try:
        result = work(job)
    except Fault as fault:
        say(unusable=str(fault), peak_kib=peak_kib())
    except MemoryError:
        say(unusable="too_large", peak_kib=peak_kib())
    except Exception:  # whatever a library raises at a file it doesn't understand
        traceback.print_exc()
        say(unusable="broken", peak_kib=peak_kib())
    else:
        say(result=result, peak_kib=peak_kib())


if __name__ == "__main__":
    main()
