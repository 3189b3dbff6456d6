"""How far the work on a video is, and whether it goes on for longer than it may."""

from collections.abc import Callable
from pathlib import Path

from av.video.stream import VideoStream

from videos.media import bounds
from videos.media.reading import Fault, claimed_ms, open_video

Progress = Callable[[int], None]


class Clock:
    """Counts what is really there, for containers lie. Raises ``Fault`` at once where one admits to be too long."""

    def __init__(self, source: Path, progress: Progress) -> None:
        container, _stream = open_video(source)
        with container:
            self.claimed = claimed_ms(container)
        self._check(self.claimed)
        self.progress = progress
        self.told = self.frames = self.video_ms = 0
        self.from_share, self.share = 0.0, 0.9

    def begin(self, share: float) -> None:
        """Count anew, with this share of the whole work already done."""
        self.frames = self.video_ms = 0
        self.from_share, self.share = share, 1 - share

    def saw(self, end_s: float, *, is_video: bool) -> None:
        """Count a frame that ends at ``end_s``. Raises ``Fault`` past a minute."""
        ms = int(end_s * 1000)
        self._check(ms)
        if not is_video:
            return
        self.frames += 1
        self.video_ms = max(self.video_ms, ms)
        done = min(1.0, ms / self.claimed) if self.claimed else 0.0
        percent = min(99, int(100 * (self.from_share + self.share * done)))
        if percent > self.told:
            self.told = percent
            self.progress(percent)

    def claimed_of(self, stream: VideoStream) -> int:
        """Return how many milliseconds the track says it has; sound may go on behind it."""
        if stream.duration and stream.time_base:
            return min(self.claimed, int(stream.duration * stream.time_base * 1000))
        return self.claimed

    def _check(self, ms: int) -> None:
        if ms > bounds.MAX_VIDEO_MS + bounds.VIDEO_SLACK_MS:
            raise Fault("too_long")
