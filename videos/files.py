"""Files of the storage: sent to who may have them, whole or in part, and kept or removed.

Who may have a file is decided anew at each request, by the caller: nothing is cached without asking.
"""

import tempfile
import threading
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote

from asgiref.sync import sync_to_async
from django.conf import settings
from django.core.handlers.asgi import ASGIRequest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.utils.text import get_valid_filename

from videos import stored
from videos.ranges import Unsatisfiable, asked_range
from videos.stored import Stored

CHUNK_BYTES = 64 * 1024
# A file that is opened by itself may show itself and do nothing else. No `sandbox`: a video's own page would
# ask for the video once more, as a stranger without cookies.
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'"


def send_file(request: HttpRequest, name: str, content_type: str, *, download_as: str = "") -> HttpResponseBase:
    """Return the file ``name`` of the storage, or the range of it that was asked for.

    ``download_as`` is the name to save it under. Raises ``Http404`` where there is no such file.
    """
    found = stored.find(name)
    if found is None:
        raise Http404
    headers = _headers(found, content_type, download_as)
    if settings.X_ACCEL_REDIRECT and found.path:
        del headers["Accept-Ranges"]  # nginx says so itself
        return HttpResponse(headers=headers | {"X-Accel-Redirect": settings.X_ACCEL_REDIRECT + quote(name)})
    unchanged = get_conditional_response(request, etag=headers["ETag"])
    if unchanged is not None:
        for header in ("Cache-Control", "Content-Security-Policy", "ETag"):
            unchanged[header] = headers[header]
        return unchanged
    try:
        wanted = asked_range(request, found.size, headers["ETag"])
    except Unsatisfiable:
        headers["Content-Range"] = f"bytes */{found.size}"
        return HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
    status, span = HTTPStatus.OK, range(found.size)
    if wanted is not None:
        status, span = HTTPStatus.PARTIAL_CONTENT, wanted
        headers["Content-Range"] = f"bytes {span.start}-{span.stop - 1}/{found.size}"
    headers["Content-Length"] = str(len(span))
    if request.method == "HEAD":
        return HttpResponse(status=status, headers=headers)
    chunks = found.chunks(span, CHUNK_BYTES)
    # Django would read an ordinary iterator whole before it sends a byte.
    content = in_thread(chunks) if isinstance(request, ASGIRequest) else chunks
    return StreamingHttpResponse(content, status=status, headers=headers)


@contextmanager
def local_copy(name: str) -> Iterator[Path]:
    """Give the path of a file with the content of ``name``, for as long as the context lasts.

    Raises ``FileNotFoundError``.
    """
    found = stored.find(name)
    if found is None:
        raise FileNotFoundError(name)
    if found.path is not None:
        yield found.path
        return
    with tempfile.NamedTemporaryFile(prefix="paperplane-") as copy:
        for chunk in found.chunks(range(found.size), CHUNK_BYTES):
            copy.write(chunk)
        copy.flush()
        yield Path(copy.name)


def store_folder(folder: Path, prefix: str) -> None:
    """Put every file of ``folder`` into the storage, as ``prefix/<its name>``."""
    for path in sorted(folder.iterdir()):
        store_file(path, f"{prefix}/{path.name}")


def store_file(path: Path, name: str) -> None:
    """Put the file at ``path`` into the storage as ``name``, at once in the place of what may be there."""
    stored.put(path, name)


def remove(name: str) -> None:
    """Remove a file, or all files of a folder; nothing happens where there is none."""
    stored.remove_tree(name)


def _headers(found: Stored, content_type: str, download_as: str) -> dict[str, str]:
    name = get_valid_filename(download_as) if download_as else ""
    return {
        "Accept-Ranges": "bytes",
        # Kept by the browser alone, and asked for again at each use: it may have been taken back by then.
        "Cache-Control": "private, no-cache",
        "Content-Disposition": content_disposition_header(bool(name), name) or "inline",
        "Content-Security-Policy": POLICY,
        "Content-Type": content_type,
        "Cross-Origin-Resource-Policy": "same-origin",
        "ETag": quote_etag(found.mark),
        "X-Content-Type-Options": "nosniff",
    }


async def in_thread(chunks: stored.Chunks) -> AsyncIterator[bytes]:
    """Read chunk by chunk, each in a thread; close what was opened, also when nobody wants the rest."""
    # Whoever goes away doesn't stop a read that has begun; only then can it be closed.
    reading = threading.Lock()

    def read() -> bytes:
        with reading:
            return next(chunks, b"")

    def close() -> None:
        with reading:
            chunks.close()

    try:
        while chunk := await sync_to_async(read, thread_sensitive=False)():
            yield chunk
    finally:
        await sync_to_async(close, thread_sensitive=False)()
