"""A conversation to take along."""

import uuid
from collections.abc import Generator, Iterator

from django.core.handlers.asgi import ASGIRequest
from django.db import close_old_connections
from django.http import HttpResponseBase, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from accounts import counting
from accounts.policies import Refusal, Refused
from accounts.requests import SignedInRequest
from messaging import export
from messaging.views.answers import reading
from videos.files import in_thread

# Nothing in it runs and nothing is fetched, even where a browser shows it instead of keeping it.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
FORMATS = {"html": (export.as_page, "text/html"), "json": (export.as_json, "application/json")}


@reading
def conversation(request: SignedInRequest, conversation_id: uuid.UUID) -> HttpResponseBase:
    """Send what the account can see of a conversation as a file: a page, or with ``format=json`` JSON."""
    suffix = request.GET.get("format", "html")
    if suffix not in FORMATS:
        raise Refused(Refusal("bad_format", _("format: html or json")))
    copied = export.find(request.user, conversation_id)
    if wait := counting.seconds_until_room(counting.windows(f"export:{request.user.pk}", "EXPORT_LIMITS")):
        raise Refused(counting.too_fast(wait))
    write, content_type = FORMATS[suffix]
    pieces = (piece.encode() for piece in write(copied))
    name = f"paperplane-{copied.other.username}-{timezone.localdate()}.{suffix}"
    return StreamingHttpResponse(
        # Django would read an ordinary iterator whole before it sends a byte.
        in_thread(_letting_go(pieces)) if isinstance(request, ASGIRequest) else pieces,
        headers={
            "Content-Disposition": content_disposition_header(True, name) or "attachment",
            "Content-Security-Policy": POLICY,
            "Content-Type": f"{content_type}; charset=utf-8",
            "Cross-Origin-Resource-Policy": "same-origin",
            "X-Content-Type-Options": "nosniff",
        },
    )


def _letting_go(pieces: Iterator[bytes]) -> Generator[bytes, None, None]:
    """Close the thread's connection to the database behind each piece: whoever reads slowly holds none meanwhile."""
    for piece in pieces:
        close_old_connections()
        yield piece
