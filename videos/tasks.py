"""Background work of videos, and of accounts, which know nothing of what runs in the background."""

import uuid
from datetime import timedelta

from accounts import copies, erasure
from videos import background, processing


@background.task
def process(video_id: str) -> None:
    """Make a video ready to be watched."""
    processing.process(uuid.UUID(video_id))


@background.task
def prepare_copy(copy_id: str) -> None:
    """Prepare a copy of an account to take along."""
    copies.prepare(uuid.UUID(copy_id))


@background.every(minutes=1)
def sweep() -> None:
    """Take up what waits, and what somebody else began and left: their process has ended."""
    _take_up()
    if processing.has_claimed() or copies.has_claimed():
        background.later(_take_up, processing.LEASE + timedelta(seconds=1))


def _take_up() -> None:
    for video_id in processing.waiting():
        process(str(video_id))
    for copy_id in copies.waiting():
        prepare_copy(str(copy_id))


@background.every(minutes=60)
def clean() -> None:
    """Remove the uploads of videos that failed long ago, copies of accounts after a week, and accounts that are due."""
    processing.forget_failed()
    copies.discard_expired()
    erasure.erase_due()
