"""Processing is done by one at a time, and again where it was interrupted: once."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone

from tests.videos.clips import as_upload, clip
from videos import processing, tasks
from videos.media import Busy, Unusable, VideoFiles
from videos.models import Video, VideoState


@pytest.fixture
def video(mira):
    video = Video.objects.create(author=mira)
    default_storage.save(f"{video.folder}/source", as_upload(clip()))
    return video


class Maker:
    """Stands in for `make_video`: counts, and lets something happen in between."""

    def __init__(self, meanwhile=lambda progress: None):
        self.calls = 0
        self.meanwhile = meanwhile

    def __call__(self, source, folder, progress):
        self.calls += 1
        (folder / "video.mp4").write_bytes(b"made")
        self.meanwhile(progress)
        return VideoFiles(width=10, height=20, duration_ms=1000, has_audio=False, byte_count=4)


@pytest.fixture
def maker(monkeypatch):
    def use(meanwhile=lambda progress: None):
        made = Maker(meanwhile)
        monkeypatch.setattr(processing, "make_video", made)
        return made

    return use


def interrupt(video):
    """Leave the row as a killed worker does, its lease run out."""
    past = timezone.now() - timedelta(seconds=1)
    Video.objects.filter(pk=video.pk).update(state="processing", attempts=1, claimed_until=past)


def test_what_was_interrupted_is_done_again_once(video, maker, django_capture_on_commit_callbacks):
    interrupt(video)
    made = maker()
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep()
        tasks.sweep()
    video.refresh_from_db()
    assert (made.calls, video.state, video.attempts) == (1, VideoState.READY, 2)


def test_what_somebody_works_on_is_left_alone(video, maker):
    soon = timezone.now() + timedelta(seconds=20)
    Video.objects.filter(pk=video.pk).update(state="processing", attempts=1, claimed_until=soon)
    made = maker()
    processing.process(video.pk)
    assert (made.calls, list(processing.waiting())) == (0, [])


def test_two_asked_at_once_do_it_once(video, maker):
    made = maker(lambda progress: processing.process(video.pk))
    processing.process(video.pk)
    assert made.calls == 1


def test_a_worker_that_was_thought_dead_changes_nothing_any_more(video, maker, monkeypatch):
    monkeypatch.setattr(processing, "RENEW_AFTER_S", 0)

    def taken_over(progress):
        Video.objects.filter(pk=video.pk).update(attempts=2)
        progress(50)

    maker(taken_over)
    processing.process(video.pk)
    video.refresh_from_db()
    assert (video.state, video.progress, video.attempts) == (VideoState.PROCESSING, 0, 2)
    assert not default_storage.exists(f"{video.folder}/video.mp4")


def test_its_lease_is_renewed_with_its_progress(video, maker, monkeypatch):
    monkeypatch.setattr(processing, "RENEW_AFTER_S", 0)
    seen = []

    def half(progress):
        before = Video.objects.get(pk=video.pk).claimed_until
        progress(50)
        after = Video.objects.get(pk=video.pk)
        seen.append((after.progress, after.claimed_until > before))

    maker(half)
    processing.process(video.pk)
    assert seen == [(50, True)]


def test_a_video_deleted_meanwhile_leaves_nothing(video, maker):
    maker(lambda progress: Video.objects.filter(pk=video.pk).update(deleted_at=timezone.now()))
    processing.process(video.pk)
    video.refresh_from_db()
    assert video.state != VideoState.READY
    assert not default_storage.exists(f"{video.folder}/video.mp4")
    assert not default_storage.exists(f"{video.folder}/source")


def test_nobody_tries_for_ever(video, maker):
    interrupt(video)
    Video.objects.filter(pk=video.pk).update(attempts=3)
    made = maker()
    processing.process(video.pk)
    video.refresh_from_db()
    assert (made.calls, video.state, video.failure) == (0, VideoState.FAILED, "too_complex")


@pytest.mark.parametrize("error", [Busy(), Unusable("too_long")])
def test_who_is_busy_comes_back_and_who_is_wrong_does_not(error, video, maker):
    def raising(progress):
        raise error

    maker(raising)
    processing.process(video.pk)
    video.refresh_from_db()
    expected = (VideoState.WAITING, "", 0) if isinstance(error, Busy) else (VideoState.FAILED, "too_long", 1)
    assert (video.state, video.failure, video.attempts) == expected
    assert default_storage.exists(f"{video.folder}/source")  # to try again


def test_failed_uploads_are_kept_for_a_week(video):
    week = timezone.now() - timedelta(days=7, minutes=1)
    Video.objects.filter(pk=video.pk).update(state="failed", failure="broken")
    processing.forget_failed()
    assert default_storage.exists(f"{video.folder}/source")
    Video.objects.filter(pk=video.pk).update(created_at=week)
    processing.forget_failed()
    assert not default_storage.exists(f"{video.folder}/source")
    assert Video.objects.get().failure == "forgotten"
