"""Which bytes of a file a request asks for (RFC 9110, sections 13.1.5 and 14)."""

import re

from django.http import HttpRequest

_ONE_RANGE = re.compile(r"bytes=[ \t]*([0-9]{0,18})-([0-9]{0,18})[ \t]*", re.IGNORECASE)


class Unsatisfiable(ValueError):
    """None of the bytes asked for are there."""


def asked_range(request: HttpRequest, size: int, etag: str) -> range | None:
    """Return the bytes that are asked for of a file of ``size`` bytes; None: all of them.

    Several ranges at once, what isn't a range, and one of another version of the file are answered with
    the whole file. Raises ``Unsatisfiable``.
    """
    match = _ONE_RANGE.fullmatch(request.headers.get("Range", ""))
    if match is None or request.method != "GET" or request.headers.get("If-Range", etag) != etag:
        return None
    first, last = match.groups()
    if not first and not last:
        return None
    if not first:  # the last so many bytes
        span = range(max(0, size - int(last)), size)
    elif last and int(last) < int(first):
        return None
    else:
        span = range(int(first), min(size, int(last) + 1) if last else size)
    if not span:
        raise Unsatisfiable
    return span
