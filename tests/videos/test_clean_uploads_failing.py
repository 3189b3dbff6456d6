"""`manage.py clean_uploads` where something stands in its way: told, with exit status 1, and the rest is done."""

import pytest
from django.core.management import CommandError

from accounts.models import User
from tests.messaging.belongings import store
from tests.messaging.talk import NOWHERE
from tests.videos.leftovers import DAYS, clean, files, make_orphans, make_unused, read, unused
from videos import stored
from videos.files import remove
from videos.models import Video

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def stuck(monkeypatch):
    """Give what makes removing fail for names that contain something, until the list is emptied."""
    parts: list[str] = []
    real = stored.remove_tree

    def remove(name):
        if any(part in name for part in parts):
            raise PermissionError(13, "Permission denied", name)
        real(name)

    monkeypatch.setattr("videos.stored.remove_tree", remove)
    return parts


def test_what_cannot_be_removed_is_told_and_the_rest_goes(on_disk, mira, wait, stuck):
    expected = make_unused(mira)
    wait(31 * DAYS)
    stuck += [f"photos/{NOWHERE}", expected["failed_videos"][0], expected["gifs"][0]]
    answer, ended_well = clean()
    assert not ended_well
    told = {one["name"] for one in answer["failed"]}
    assert told == {f"photos/{NOWHERE}", expected["failed_videos"][0], "gifs", expected["gifs"][0]}
    assert all("Permission denied" in one["detail"] for one in answer["failed"])
    assert {name.rpartition("/")[0] for name in files()} == set(stuck)
    assert answer["unused"]["photos"] == expected["photos"]
    assert f"photos/{NOWHERE}" not in answer["unused"]["orphans"]
    assert Video.objects.get().failure == "broken"
    with pytest.raises(CommandError, match="3 couldn't be removed"):
        read()
    stuck.clear()
    assert unused() == {
        "failed_videos": expected["failed_videos"],
        "orphans": sorted([expected["gifs"][0], f"photos/{NOWHERE}"]),
    }
    assert files() == set()


def test_a_storage_that_cannot_be_read_is_told(in_bucket, mira, settings):
    name = settings.STORAGES["default"]["OPTIONS"]["bucket_name"] + "-that-is-not-there"
    options = settings.STORAGES["default"]["OPTIONS"] | {"bucket_name": name}
    settings.STORAGES = {**settings.STORAGES, "default": {**settings.STORAGES["default"], "OPTIONS": options}}
    answer, ended_well = clean()
    assert not ended_well
    assert {one["name"] for one in answer["failed"]} == {
        "avatars",
        "exports",
        "gifs",
        "photos",
        "previews",
        "stickers",
        "videos",
    }


def test_a_folder_that_cannot_be_read_is_told(on_disk, mira, wait):
    orphans = make_orphans()
    remove(f"videos/{NOWHERE}")
    (on_disk / "videos").rmdir()
    store("videos")  # a file, where a folder should be
    wait(2 * DAYS)
    answer, ended_well = clean()
    assert not ended_well
    assert [one["name"] for one in answer["failed"]] == ["videos"]
    assert answer["unused"]["orphans"] == [name for name in orphans if not name.startswith("videos")]


def test_a_bucket_that_keeps_a_file_says_so(in_bucket, monkeypatch):
    class Bucket:
        objects = property(lambda self: self)

        def Object(self, key):  # noqa: N802
            return self

        def filter(self, **kwargs):
            return self

        def delete(self):
            return [{"Deleted": []}, {"Errors": [{"Key": "photos/1/640.webp", "Message": "Access Denied"}]}]

    monkeypatch.setattr(stored, "_bucket", Bucket)
    with pytest.raises(OSError, match=r"photos/1/640\.webp.*Access Denied"):
        stored.remove_tree("photos/1")


def test_with_another_database_nothing_goes(storage, mira, wait):
    """Without its accounts everything would look like nobody's."""
    make_orphans()
    User.objects.all().delete()
    wait(2 * DAYS)
    before = files()
    answer, ended_well = clean()
    assert not ended_well
    assert "DATABASE_URL" in answer["failed"][0]["detail"]
    assert files() == before
