"""One file of the storage, read from any byte on, wherever the storage keeps it."""

import shutil
from abc import ABC, abstractmethod
from collections.abc import Generator
from pathlib import Path
from typing import Any

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import FileSystemStorage, default_storage, storages


class Stored(ABC):
    """A file that is there. ``mark`` changes with its content; ``path`` is None where it isn't on this disk."""

    size: int  # bytes
    mark: str
    path: Path | None = None

    @abstractmethod
    def chunks(self, start: int, end: int, size: int) -> Generator[bytes, None, None]:
        """Yield the bytes from ``start`` to before ``end``, at most ``size`` at once."""


class OnDisk(Stored):
    """A file in ``MEDIA_ROOT``."""

    def __init__(self, path: Path) -> None:
        stat = path.stat()
        self.size = stat.st_size
        self.mark = f"{stat.st_mtime_ns:x}-{stat.st_size:x}"
        self.path = self._file = path

    def chunks(self, start: int, end: int, size: int) -> Generator[bytes, None, None]:
        """Yield the bytes from ``start`` to before ``end``."""
        with self._file.open("rb") as file:
            file.seek(start)
            while start < end and (chunk := file.read(min(size, end - start))):
                start += len(chunk)
                yield chunk


class InBucket(Stored):
    """An object of an S3 bucket; only the bytes asked for are fetched."""

    def __init__(self, found: Any) -> None:
        self._object = found
        self.size = found.content_length
        self.mark = found.e_tag.strip('"')

    def chunks(self, start: int, end: int, size: int) -> Generator[bytes, None, None]:
        """Yield the bytes from ``start`` to before ``end``."""
        if start >= end:
            return
        body = self._object.get(Range=f"bytes={start}-{end - 1}")["Body"]
        try:
            yield from body.iter_chunks(size)
        finally:
            body.close()


def find(name: str) -> Stored | None:
    """Return the file ``name``, or None where there is no such file."""
    if _on_disk():
        try:
            path = Path(default_storage.path(name))
        except SuspiciousFileOperation:
            return None
        return OnDisk(path) if path.is_file() else None
    from botocore.exceptions import ClientError

    found = _bucket().Object(_key(name))
    try:
        found.load()
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise
    return InBucket(found)


def remove_tree(name: str) -> None:
    """Remove the file ``name``, or every file below it. Raises ``FileNotFoundError`` where there is nothing."""
    if _on_disk():
        path = Path(default_storage.path(name))
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
        return
    bucket, key = _bucket(), _key(name)
    bucket.Object(key).delete()
    bucket.objects.filter(Prefix=f"{key}/").delete()


def _on_disk() -> bool:
    return isinstance(storages["default"], FileSystemStorage)


def _bucket() -> Any:
    return default_storage.bucket  # type: ignore[attr-defined]


def _key(name: str) -> str:
    from storages.utils import clean_name

    return str(default_storage._normalize_name(clean_name(name)))  # type: ignore[attr-defined]
