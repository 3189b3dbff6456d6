"""Background work of videos."""

import uuid
from datetime import timedelta

from videos import background, processing


@background.task
def process(video_id: str) -> None:
    """Make a video ready to be watched."""
    processing.process(uuid.UUID(video_id))


@background.every(minutes=1)
def sweep() -> None:
    """Take up what waits, and what somebody else began and left: their process has ended."""
    for video_id in processing.waiting():
        process(str(video_id))
    if processing.has_claimed():
        background.later(_sweep_again, processing.LEASE + timedelta(seconds=1))


def _sweep_again() -> None:
    for video_id in processing.waiting():
        process(str(video_id))


@background.every(minutes=60)
def clean() -> None:
    """Remove the uploads of videos that failed long ago."""
    processing.forget_failed()
