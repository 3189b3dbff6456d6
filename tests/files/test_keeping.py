"""What is put into the storage, taken from it and removed, on the disk and in a bucket."""

import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.files.storage import default_storage

from tests.files.conftest import CONTENT, NAME
from videos.files import local_copy, remove, store_file, store_folder


def content_of(name):
    with local_copy(name) as path:
        return path.read_bytes()


def test_a_folder_is_stored_whole(storage, tmp_path):
    made = tmp_path / "made"
    made.mkdir()
    (made / "640.webp").write_bytes(b"small")
    (made / "2048.webp").write_bytes(b"large")
    store_folder(made, "photos/1")
    assert (content_of("photos/1/640.webp"), content_of("photos/1/2048.webp")) == (b"small", b"large")
    assert sorted(default_storage.listdir("photos/1")[1]) == ["2048.webp", "640.webp"]  # and nothing besides
    assert (made / "640.webp").exists()


def test_a_file_takes_the_place_of_the_one_before(stored, source):
    source.write_bytes(b"new")
    store_file(source, NAME)
    assert content_of(NAME) == b"new"
    assert default_storage.listdir(NAME.rpartition("/")[0])[1] == ["video.mp4"]


def test_who_reads_gets_the_old_one_or_the_new_one(on_disk, source):
    store_file(source, NAME)
    with local_copy(NAME) as path, path.open("rb") as reading:
        source.write_bytes(b"new")
        store_file(source, NAME)
        assert reading.read() == CONTENT
    assert content_of(NAME) == b"new"


def test_the_proxy_may_read_what_is_on_the_disk(on_disk, source):
    source.chmod(0o600)
    store_file(source, NAME)
    assert (on_disk / NAME).stat().st_mode & 0o777 == 0o644


def test_what_fails_half_way_leaves_nothing(on_disk, tmp_path):
    with pytest.raises(FileNotFoundError):
        store_file(tmp_path / "none", NAME)
    assert list((on_disk / NAME).parent.iterdir()) == []


def test_a_local_copy_is_gone_afterwards(stored, storage):
    with local_copy(stored) as path:
        assert path.read_bytes() == CONTENT
    assert path.exists() is (storage == "on_disk")  # there it is the file itself
    with pytest.raises(FileNotFoundError), local_copy("videos/none/video.mp4"):
        pass


def test_a_file_is_removed_alone(stored, source):
    store_file(source, NAME.replace("video.mp4", "poster.webp"))
    remove(NAME)
    assert not default_storage.exists(NAME)
    assert default_storage.exists(NAME.replace("video.mp4", "poster.webp"))


def test_a_folder_is_removed_with_all_it_holds(stored, source):
    folder = NAME.rpartition("/")[0]
    store_file(source, f"{folder}/poster.webp")
    store_file(source, f"{folder}0/video.mp4")  # begins alike
    remove(folder)
    assert not default_storage.exists(NAME)
    assert not default_storage.exists(f"{folder}/poster.webp")
    assert default_storage.exists(f"{folder}0/video.mp4")


def test_what_is_not_there_is_removed_in_silence(storage):
    remove("videos/none")
    remove("videos/none/video.mp4")


@pytest.mark.parametrize("name", ["", ".", "./", "/", "..", "../..", "../source", "videos/../..", "/etc/passwd"])
def test_the_whole_storage_is_never_removed(stored, name, source):
    with pytest.raises(SuspiciousOperation):
        remove(name)
    assert content_of(NAME) == CONTENT
    assert source.exists()


def test_nothing_is_put_outside(storage, source):
    with pytest.raises(SuspiciousOperation):
        store_file(source, "../elsewhere")
