"""Files of the storage, wherever it keeps them: on this disk or in a bucket that speaks S3."""

import datetime
import os
import shutil
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from django.core.exceptions import SuspiciousFileOperation, SuspiciousOperation
from django.core.files import File
from django.core.files.storage import FileSystemStorage, default_storage, storages

Chunks: TypeAlias = Generator[bytes, None, None]
READABLE_BY_ALL = 0o644  # the proxy in front may send the files


class Stored(ABC):
    """A file that is there. ``mark`` changes with its content; ``path`` is None where it isn't on this disk."""

    size: int  # bytes
    mark: str
    path: Path | None = None

    @abstractmethod
    def chunks(self, span: range, size: int) -> Chunks:
        """Yield the bytes of ``span``, at most ``size`` at once. Nothing is opened before the first."""


class OnDisk(Stored):
    """A file in ``MEDIA_ROOT``."""

    def __init__(self, path: Path) -> None:
        stat = path.stat()
        self.size = stat.st_size
        self.mark = f"{stat.st_mtime_ns:x}-{stat.st_size:x}"
        self.path = self._file = path

    def chunks(self, span: range, size: int) -> Chunks:
        """Yield the bytes of ``span``."""
        with self._file.open("rb") as file:
            file.seek(span.start)
            left = len(span)
            while left and (chunk := file.read(min(size, left))):
                left -= len(chunk)
                yield chunk


class InBucket(Stored):
    """An object of an S3 bucket; only the bytes asked for are fetched."""

    def __init__(self, found: Any) -> None:
        self._object = found
        self.size = found.content_length
        self.mark = found.e_tag.strip('"')

    def chunks(self, span: range, size: int) -> Chunks:
        """Yield the bytes of ``span``."""
        if not span:
            return
        body = self._object.get(Range=f"bytes={span.start}-{span.stop - 1}")["Body"]
        try:
            yield from body.iter_chunks(size)
        finally:
            body.close()


@dataclass(frozen=True)
class Listed:
    """A file, or an empty folder, and when it was last changed."""

    name: str
    changed_at: datetime.datetime


def find(name: str) -> Stored | None:
    """Return the file ``name``, or None where there is no such file."""
    try:
        return _in_media_root(name) if _on_disk() else _in_bucket(name)
    except SuspiciousOperation:  # it leads out of the storage
        return None


def put(source: Path, name: str) -> None:
    """Put a copy of ``source`` into the storage as ``name``; who reads gets all of the old one or all of the new."""
    if not _on_disk():
        with source.open("rb") as content:
            default_storage.save(name, File(content))
        return
    path = Path(default_storage.path(name))
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as copy:
        try:
            with source.open("rb") as content:
                shutil.copyfileobj(content, copy)
            os.fchmod(copy.fileno(), READABLE_BY_ALL)
            copy.close()
            Path(copy.name).replace(path)
        except BaseException:
            Path(copy.name).unlink(missing_ok=True)
            raise


def remove_tree(name: str) -> None:
    """Remove the file ``name``, or every file below it, if there is any.

    Raises ``SuspiciousFileOperation`` for a name that means the whole storage, or something outside of it, and
    whatever the storage raises where it keeps a file.
    """
    if not name.strip("./"):
        raise SuspiciousFileOperation(f"{name!r} is the whole storage.")
    if not _on_disk():
        bucket, key = _bucket(), _key(name)
        bucket.Object(key).delete()
        _say_what_stayed(bucket.objects.filter(Prefix=f"{key}/").delete())
        return
    path = Path(default_storage.path(name))
    if path.is_dir():
        shutil.rmtree(path, onerror=_unless_gone)
    else:
        path.unlink(missing_ok=True)


def walk(folder: str) -> Iterator[Listed]:
    """Yield every file below ``folder``, and every empty folder; what shares a folder comes one after the other."""
    return _walk_disk(folder) if _on_disk() else _walk_bucket(folder)


def _walk_disk(folder: str) -> Iterator[Listed]:
    root = Path(default_storage.path(""))
    for place, folders, names in os.walk(root / folder, onerror=_raise_unless_gone):
        folders.sort()
        found = [Path(place, name) for name in sorted(names)]
        if not folders and not names and place != str(root / folder):
            found = [Path(place)]
        for path in found:
            try:
                changed = path.lstat().st_mtime
            except FileNotFoundError:  # removed in between
                continue
            changed_at = datetime.datetime.fromtimestamp(changed, datetime.UTC)
            yield Listed(path.relative_to(root).as_posix(), changed_at)


def _walk_bucket(folder: str) -> Iterator[Listed]:
    key = _key(folder)
    for found in _bucket().objects.filter(Prefix=f"{key}/"):
        yield Listed(folder + found.key.removeprefix(key), found.last_modified)


def _raise_unless_gone(failure: OSError) -> None:
    if not isinstance(failure, FileNotFoundError):
        raise failure


def _say_what_stayed(answers: list[dict[str, Any]]) -> None:
    """Raise ``OSError`` where a bucket answers, to many deletions at once, that some weren't done."""
    for answer in answers:
        for error in answer.get("Errors", []):
            raise OSError(f"{error.get('Key')}: {error.get('Message') or error.get('Code')}")


def _unless_gone(_function: Any, _path: str, failure: Any) -> None:
    """Go on where somebody else has removed a file meanwhile."""
    if not isinstance(failure[1], FileNotFoundError):
        raise failure[1]


def _on_disk() -> bool:
    return isinstance(storages["default"], FileSystemStorage)


def _in_media_root(name: str) -> Stored | None:
    path = Path(default_storage.path(name))
    try:
        return OnDisk(path) if path.is_file() else None
    except FileNotFoundError:  # removed in between
        return None


def _in_bucket(name: str) -> Stored | None:
    from botocore.exceptions import ClientError

    found = _bucket().Object(_key(name))
    try:
        found.load()
    except ClientError as error:
        if error.response["ResponseMetadata"]["HTTPStatusCode"] == 404:
            return None
        raise
    return InBucket(found)


def _bucket() -> Any:
    return default_storage.bucket  # type: ignore[attr-defined]


def _key(name: str) -> str:
    from storages.utils import clean_name

    return str(default_storage._normalize_name(clean_name(name)))  # type: ignore[attr-defined]
