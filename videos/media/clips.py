"""Videos: an upload becomes an MP4 that plays everywhere, a poster, and a short preview."""

from pathlib import Path
from typing import Any

import av

from videos.media import bounds
from videos.media.clock import Clock, Progress
from videos.media.copying import can_be_copied, copy
from videos.media.encoding import encode
from videos.media.reading import Fault, audio_of, claimed_ms, open_video
from videos.media.stills import make_stills

# The index first, so that playing begins before all of it is there; nothing about who wrote it.
MP4 = {"movflags": "+faststart", "brand": "mp42", "fflags": "+bitexact"}
# Of what the track claims; below that, and a second, the file is cut off.
LEAST_WHOLE, WHOLE_SLACK_MS = 0.9, 1000


def make_video(source: Path, folder: Path, progress: Progress) -> dict[str, Any]:
    """Write ``video.mp4``, ``poster.webp`` and ``preview.webp``."""
    target = folder / "video.mp4"
    clock = Clock(source, progress)
    copied = can_be_copied(source, clock)
    container, stream = open_video(source)
    with container, av.open(str(target), "w", format="mp4", options=MP4) as output:
        clock.begin(0.9 if copied else 0.0)
        audio = audio_of(container)
        (copy if copied else encode)(container, output, stream, audio, clock)
        least = clock.claimed_of(stream) * LEAST_WHOLE - WHOLE_SLACK_MS
    if not clock.frames or clock.video_ms < least:
        raise Fault("broken")
    make_stills(target, folder)
    return _facts(target)


def _facts(video: Path) -> dict[str, Any]:
    container, stream = open_video(video)
    with container:
        return {
            "width": stream.width,
            "height": stream.height,
            "duration_ms": min(claimed_ms(container), bounds.MAX_VIDEO_MS + bounds.VIDEO_SLACK_MS),
            "has_audio": audio_of(container) is not None,
            "byte_count": video.stat().st_size,
        }
