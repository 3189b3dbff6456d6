"""Files of the storage: sent to who may have them, whole or in part, and kept or removed.

Who may have a file is decided anew at each request, by the caller: nothing is cached without asking.
"""

import re
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag

from videos.stored import Stored, find, remove_tree

CHUNK_BYTES = 64 * 1024
_RANGE = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


def send_file(request: HttpRequest, name: str, content_type: str, *, download_as: str = "") -> HttpResponseBase:
    """Return the file ``name`` of the storage, or the range of it that was asked for.

    ``download_as`` is the name to save it under. Raises ``Http404`` where there is no such file.
    """
    stored = find(name)
    if stored is None:
        raise Http404
    etag = quote_etag(stored.mark)
    headers = {
        "Accept-Ranges": "bytes",
        # Kept by the browser alone, and asked for again at each use: it may have been taken back by then.
        "Cache-Control": "private, no-cache",
        "Content-Disposition": content_disposition_header(bool(download_as), download_as) or "inline",
        "Content-Type": content_type,
        "Cross-Origin-Resource-Policy": "same-origin",
        "ETag": etag,
        "X-Content-Type-Options": "nosniff",
    }
    if settings.X_ACCEL_REDIRECT and stored.path:
        return HttpResponse(headers=headers | {"X-Accel-Redirect": settings.X_ACCEL_REDIRECT + name})
    unchanged = get_conditional_response(request, etag=etag)
    if unchanged is not None:
        for header in ("Cache-Control", "ETag"):
            unchanged[header] = headers[header]
        return unchanged
    start, end = 0, stored.size
    status = 200
    if (asked := _asked_range(request, etag)) is not None:
        bounds = _bounds(asked, stored.size)
        if bounds is None:
            return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{stored.size}"})
        (start, end), status = bounds, 206
        headers["Content-Range"] = f"bytes {start}-{end - 1}/{stored.size}"
    headers["Content-Length"] = str(end - start)
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers)
    chunks = _in_thread if isinstance(request, ASGIRequest) else _at_once
    return StreamingHttpResponse(chunks(stored, start, end), status=status, headers=headers)


@contextmanager
def local_copy(name: str) -> Iterator[Path]:
    """Give the path of a file with the content of ``name``, for as long as the context lasts.

    Raises ``FileNotFoundError``.
    """
    stored = find(name)
    if stored is None:
        raise FileNotFoundError(name)
    if stored.path is not None:
        yield stored.path
        return
    with tempfile.NamedTemporaryFile(prefix="paperplane-") as copy:
        for chunk in stored.chunks(0, stored.size, CHUNK_BYTES):
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)


def store_folder(folder: Path, prefix: str) -> None:
    """Put every file of ``folder`` into the storage, as ``prefix/<its name>``."""
    for path in sorted(folder.iterdir()):
        store_file(path, f"{prefix}/{path.name}")


def store_file(path: Path, name: str) -> None:
    """Put the file at ``path`` into the storage as ``name``, in the place of what may be there."""
    with path.open("rb") as file:
        remove(name)
        default_storage.save(name, File(file))


def remove(name: str) -> None:
    """Remove a file, or all files of a folder; nothing happens where there is none."""
    with suppress(FileNotFoundError):
        remove_tree(name)


def _asked_range(request: HttpRequest, etag: str) -> tuple[str, str] | None:
    """Return both ends of the range asked for, as written; None for the whole file.

    What isn't one range of bytes is ignored, as is one for another version of the file (RFC 9110, 13.1.5, 14.2).
    """
    match = _RANGE.fullmatch(request.headers.get("Range", "").replace(" ", ""))
    if match is None or match[1] == match[2] == "":
        return None
    if request.headers.get("If-Range", etag) != etag:
        return None
    return match[1], match[2]


def _bounds(asked: tuple[str, str], size: int) -> tuple[int, int] | None:
    """Return the first byte and the one after the last, or None where there are no such bytes."""
    first, last = asked
    if not first:  # the last so many bytes
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1 if last else size)
    return (start, end) if start < end else None


def _at_once(stored: Stored, start: int, end: int) -> Iterator[bytes]:
    return stored.chunks(start, end, CHUNK_BYTES)


async def _in_thread(stored: Stored, start: int, end: int) -> AsyncIterator[bytes]:
    """Read in a thread, chunk by chunk: Django reads an ordinary iterator whole before it sends a byte."""
    chunks = stored.chunks(start, end, CHUNK_BYTES)
    step = sync_to_async(lambda: next(chunks, b""), thread_sensitive=False)
    try:
        while chunk := await step():
            yield chunk
    finally:
        await sync_to_async(chunks.close, thread_sensitive=False)()
