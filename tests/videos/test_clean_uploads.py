"""`manage.py clean_uploads`: what nothing uses goes, on the disk and in a bucket; what is used, or young, stays."""

import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import load_command_class
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.messaging.belongings import make_photo, make_video, store
from tests.messaging.talk import NOWHERE
from tests.videos.leftovers import DAYS, HOURS, files, make_failed, make_unused, make_used, read, rows, unused
from videos.models import Video

# Files go after the commit, and only then are those without a row looked for.
pytestmark = pytest.mark.django_db(transaction=True)


def test_what_nothing_uses_goes_and_what_is_used_stays(storage, mira, tom, wait):
    make_used(mira, tom)
    used, used_rows = files(), rows()
    expected = make_unused(mira)
    failed = Video.objects.get(state="failed")
    assert len(files()) > len(used)
    wait(31 * DAYS)
    assert unused() == expected
    assert files() == used
    assert rows() == used_rows | {("Video", failed.pk, "forgotten")}
    assert unused() == {}


def test_a_dry_run_finds_the_same_and_removes_nothing(storage, mira, tom, wait):
    make_used(mira, tom)
    expected = make_unused(mira)
    before = files(), rows()
    wait(31 * DAYS)
    assert unused("--dry-run") == expected
    assert (files(), rows()) == before
    assert unused() == expected


@pytest.mark.parametrize(
    ("delay", "kinds"),
    [
        (timedelta(0), set()),
        (23 * HOURS, set()),
        (25 * HOURS, {"photos", "stickers", "gifs", "orphans"}),
        (6 * DAYS, {"photos", "stickers", "gifs", "orphans"}),
        (8 * DAYS, {"photos", "stickers", "gifs", "orphans", "failed_videos"}),
    ],
)
def test_what_is_too_young_stays(delay, kinds, storage, mira, wait):
    made = make_unused(mira)
    before = files()
    wait(delay)
    expected = {kind: names for kind, names in made.items() if kind in kinds}
    assert unused() == expected
    gone = tuple(name for names in expected.values() for name in names)
    assert files() == {name for name in before if not name.startswith(gone)}


def test_a_folder_is_as_old_as_the_newest_of_its_files(on_disk, mira, wait):
    for name in ("640.webp", "2048.webp"):
        store(f"photos/{NOWHERE}/{name}")
    age(on_disk / f"photos/{NOWHERE}", 3 * DAYS)
    age(on_disk / f"photos/{NOWHERE}/640.webp", 3 * DAYS)
    assert unused() == {}
    age(on_disk / f"photos/{NOWHERE}/2048.webp", 3 * DAYS)
    assert unused() == {"orphans": [f"photos/{NOWHERE}"]}


def age(path, by):
    """Make the file or folder at ``path`` as old as if it hadn't changed for so long."""
    then = (timezone.now() - by).timestamp()
    os.utime(path, (then, then))


def test_an_empty_folder_is_nobodys_too(on_disk, mira, wait):
    Path(on_disk, f"photos/{NOWHERE}").mkdir(parents=True)
    assert unused() == {}
    wait(2 * DAYS)
    assert unused() == {"orphans": [f"photos/{NOWHERE}"]}
    assert not Path(on_disk, f"photos/{NOWHERE}").exists()


def test_what_a_video_left_when_it_was_deleted_goes(storage, mira, wait):
    deleted, forgotten, there = make_video(mira), make_failed(mira), make_video(mira)
    Video.objects.filter(pk=deleted.pk).update(deleted_at=timezone.now())
    Video.objects.filter(pk=forgotten.pk).update(failure="forgotten")
    wait(2 * DAYS)
    assert unused() == {"orphans": sorted([deleted.folder, forgotten.folder])}
    assert {name.rpartition("/")[0] for name in files()} == {there.folder}


def test_an_upload_that_became_a_video_goes_alone(storage, mira, wait):
    ready, waiting = make_video(mira), make_video(mira, state="waiting", published_at=None)
    for video in (ready, waiting):
        store(f"{video.folder}/source")
    before = files()
    assert unused() == {}
    wait(2 * DAYS)
    assert unused() == {"orphans": [f"{ready.folder}/source"]}
    assert before - files() == {f"{ready.folder}/source"}


def test_what_was_left_half_written_goes(storage, mira, wait):
    video = make_video(mira)
    left = sorted([f"{video.folder}/tmpab3_9xyz", "stickers/tmp_0123abc"])
    for name in left:
        store(name)
    before = files()
    assert unused() == {}
    wait(2 * DAYS)
    assert unused() == {"orphans": left}
    assert before - files() == set(left)


@pytest.mark.parametrize(
    "name",
    [
        "backup.sql",
        f"backups/{NOWHERE}/video.mp4",
        f"videos0/{NOWHERE}/video.mp4",
        "videos/README",
        "videos/of-last-year/video.mp4",
        "avatars/README.webp",
        f"stickers/{NOWHERE}x.webp",
    ],
)
def test_what_others_put_into_the_storage_stays(name, storage, mira, wait):
    store(name)
    wait(2 * DAYS)
    assert unused() == {}
    assert files() == {name}


def test_many_folders_are_asked_for_together(on_disk, mira, wait, django_assert_num_queries, monkeypatch):
    make_video(mira)
    store(f"videos/{NOWHERE}/video.mp4")
    wait(2 * DAYS)
    with CaptureQueriesContext(connection) as few:
        unused("--dry-run")
    for _ in range(30):
        make_video(mira)
    with django_assert_num_queries(len(few)):
        assert unused("--dry-run") == {"orphans": [f"videos/{NOWHERE}"]}
    monkeypatch.setattr("messaging.actions.orphans.BATCH", 7)
    assert unused() == {"orphans": [f"videos/{NOWHERE}"]}
    assert len(files()) == 3 * 31


def test_an_empty_site_is_clean(storage, db):
    assert unused() == {}


def test_a_person_reads_what_went(on_disk, mira, wait):
    assert "Nothing to remove." in read()
    expected = make_unused(mira)
    wait(31 * DAYS)
    plan = read("--dry-run")
    assert all(name in plan for names in expected.values() for name in names)
    assert "nothing was removed" in plan
    done = read()
    assert "Removed 11" in done
    assert expected["photos"][0] not in done
    make_photo(mira, created_at=timezone.now() - 2 * DAYS)
    assert "photos/" in read("--verbosity=2")


def test_help_says_what_goes_and_how():
    text = load_command_class("messaging", "clean_uploads").create_parser("manage.py", "clean_uploads").format_help()
    for words in ("--dry-run", "--json", "never sent", "a week", "exit"):
        assert words in " ".join(text.split())
