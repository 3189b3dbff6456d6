"""From upload to video: claimed by one worker at a time, told how far it is, done again if interrupted.

The row says who may work on it: a claim is one conditional update, and lasts as long as its lease is renewed.
``attempts`` tells a worker that was thought dead, and wasn't, that somebody else has taken over.
"""

import logging
import tempfile
import time
import uuid
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import models
from django.db.models import F
from django.utils import timezone

from videos.files import local_copy, remove, store_folder
from videos.media import Busy, Unusable, VideoFiles, make_video
from videos.models import Video, VideoState

logger = logging.getLogger(__name__)
LEASE = timedelta(seconds=settings.VIDEO_LEASE_SECONDS)
RENEW_AFTER_S = 1.0
MAX_ATTEMPTS = 3
FAILED_UPLOADS_KEPT = timedelta(days=7)


def waiting() -> Iterable[uuid.UUID]:
    """Return the ids of what can be taken up now, oldest first."""
    return Video.objects.to_process().order_by("created_at").values_list("pk", flat=True)


def has_claimed() -> bool:
    """Whether something is being worked on, by whoever."""
    return Video.objects.filter(state=VideoState.PROCESSING, deleted_at=None).exists()


def process(video_id: uuid.UUID) -> None:
    """Make the video of a row ready, if nobody else is at it; write what is wrong where it can't be."""
    video = _claim(video_id)
    if video is None:
        return
    with tempfile.TemporaryDirectory(prefix="paperplane-") as folder:
        try:
            with local_copy(f"{video.folder}/source") as source:
                made = make_video(source, Path(folder), _Progress(video))
        except Unusable as error:
            _fail(video, error.code)
        except FileNotFoundError:
            _fail(video, "broken")
        except Busy:
            _mine(video).update(state=VideoState.WAITING, claimed_until=None, attempts=F("attempts") - 1)
        except _TakenOver:
            logger.info("Video %s is somebody else's by now.", video.pk)
        else:
            store_folder(Path(folder), video.folder)
            _publish(video, made)


def failed_long_ago() -> models.QuerySet[Video]:
    """Return the videos whose uploads could have been tried again for a week, and are still kept."""
    old = timezone.now() - FAILED_UPLOADS_KEPT
    return Video.objects.keeping_files().filter(state=VideoState.FAILED, created_at__lt=old)


def forget(video: Video) -> None:
    """Remove the upload of a video that failed; it can't be tried again any more."""
    remove(video.folder)
    Video.objects.filter(pk=video.pk, state=VideoState.FAILED).update(failure="forgotten")


def forget_failed() -> None:
    """Remove the uploads that could have been tried again for a week."""
    for video in failed_long_ago():
        forget(video)


class _TakenOver(Exception):
    """The lease ran out, and somebody else works on it; or it was deleted."""


class _Progress:
    """Writes how far the work is, at most once a second, and renews the lease with it."""

    def __init__(self, video: Video) -> None:
        self.video = video
        self.written = time.monotonic()

    def __call__(self, percent: int) -> None:
        """Tell ``percent``. Raises ``_TakenOver``."""
        if time.monotonic() - self.written < RENEW_AFTER_S:
            return
        self.written = time.monotonic()
        if not _mine(self.video).update(progress=percent, claimed_until=timezone.now() + LEASE):
            raise _TakenOver


def _claim(video_id: uuid.UUID) -> Video | None:
    """Take a row, once, or return None. One that was begun too often fails."""
    free = Video.objects.to_process().filter(pk=video_id)
    taken = free.filter(attempts__lt=MAX_ATTEMPTS).update(
        state=VideoState.PROCESSING, claimed_until=timezone.now() + LEASE, attempts=F("attempts") + 1, progress=0
    )
    if taken:
        return Video.objects.get(pk=video_id)
    free.filter(attempts__gte=MAX_ATTEMPTS).update(state=VideoState.FAILED, failure="too_complex", claimed_until=None)
    return None


def _mine(video: Video) -> models.QuerySet[Video]:
    """The row, as long as it is still claimed by this attempt."""
    return Video.objects.filter(pk=video.pk, state=VideoState.PROCESSING, attempts=video.attempts, deleted_at=None)


def _publish(video: Video, made: VideoFiles) -> None:
    ready = _mine(video).update(
        state=VideoState.READY,
        progress=100,
        claimed_until=None,
        published_at=timezone.now(),
        width=made.width,
        height=made.height,
        duration_ms=made.duration_ms,
        has_audio=made.has_audio,
        byte_count=made.byte_count,
    )
    if ready:
        remove(f"{video.folder}/source")
    elif not Video.objects.filter(pk=video.pk, deleted_at=None).exists():
        remove(video.folder)  # deleted meanwhile: nothing may be left


def _fail(video: Video, code: str) -> None:
    _mine(video).update(state=VideoState.FAILED, failure=code, claimed_until=None)
