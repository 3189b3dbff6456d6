"""Files of both storages: each test that asks for `storage` runs on the disk and in a bucket."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import environ
import pytest

from dm_site.object_storage import s3_storage
from tests.servers import s3

CONTENT = bytes(range(256)) * 4  # so that no two neighbouring ranges are alike
NAME = "videos/01999999-0000-7000-8000-000000000000/video.mp4"


@pytest.fixture(scope="session")
def bucket() -> Iterator[dict[str, str]]:
    """Give the settings of a bucket: the engine's, or one started for these tests."""
    given = {name: value for name, value in os.environ.items() if name.startswith("S3_")}
    if given.get("S3_BUCKET"):
        yield given
        return
    with s3() as started:
        yield started


@pytest.fixture
def in_bucket(bucket: dict[str, str], settings: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Keep files in a corner of the bucket that is the test's own."""
    for name, value in bucket.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("S3_PREFIX", f"{bucket.get('S3_PREFIX', 'tests')}/{tmp_path.name}")
    settings.STORAGES = {**settings.STORAGES, "default": s3_storage(environ.Env())}


@pytest.fixture
def on_disk(settings: Any, tmp_path: Path) -> Path:
    """Keep files in a folder that is the test's own."""
    settings.MEDIA_ROOT = str(tmp_path / "media")
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
    return tmp_path / "media"


@pytest.fixture(params=["on_disk", "in_bucket"])
def storage(request: pytest.FixtureRequest) -> str:
    """Keep files on the disk, and once more in a bucket."""
    request.getfixturevalue(request.param)
    return str(request.param)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Give the path of a file outside of the storage, with `CONTENT`."""
    path = tmp_path / "source"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture
def stored(storage: str, source: Path) -> str:
    """Put `CONTENT` into the storage; return its name there."""
    from videos.files import store_file

    store_file(source, NAME)
    return NAME
