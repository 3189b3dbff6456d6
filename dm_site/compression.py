"""Compression of what gains from it: text, and nothing that is compressed already or asked for in parts."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponseBase
from django.middleware import gzip

TEXT = ("text/", "application/json", "application/problem+json", "application/javascript", "image/svg+xml")


class GZipMiddleware(gzip.GZipMiddleware):
    """Django's own, for whole text alone: on a video it would cost time, and its ranges and length."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress ``response`` if it is text, and all of it."""
        is_text = response.get("Content-Type", "").startswith(TEXT)
        # Under ASGI Django makes each piece of a stream a gzip file of its own; Chromium reads the first alone.
        if getattr(response, "is_async", False) or not is_text or response.status_code == HTTPStatus.PARTIAL_CONTENT:
            return response
        return super().process_response(request, response)
