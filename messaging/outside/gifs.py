"""GIFs from a provider, if the site has one. It hears from the server alone, never from the people who search."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from django.conf import settings
from django.core import signing
from django.core.exceptions import ImproperlyConfigured

from messaging.outside.errors import Unfetchable
from messaging.outside.fetch import Fetched, fetch
from messaging.outside.guard import PUBLIC, Guard

MAX_PREVIEW_BYTES = 4 * 1024 * 1024
MAX_PREVIEW_SECONDS = 5
TOKEN_SECONDS = 60 * 60
TOKEN_SALT = "messaging.outside.gifs"  # noqa: S105

# How the files start that browsers show; what the provider calls them doesn't count.
_SIGNATURES = (
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF.{4}WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
)


@dataclass(frozen=True)
class FoundGif:
    """One GIF of the provider: ``width`` and ``height`` (pixels) are those of the small ``preview_url``.

    Pages never carry the provider's addresses: they show ``signed_preview(preview_url)``. ``url`` is what
    ``download`` takes, a video where the provider has one.
    """

    provider_id: str
    alt: str
    width: int
    height: int
    preview_url: str
    url: str


class GifProvider(Protocol):
    """Where GIFs are searched. Every call may raise ``Unfetchable``, and takes seconds at most."""

    credit: str  # the line that has to stand beside what was found, e.g. "Powered by GIPHY"

    def search(self, words: str, *, page: int = 0) -> list[FoundGif]:
        """Return a page of what fits ``words`` best; an empty list is the end."""

    def trending(self, *, page: int = 0) -> list[FoundGif]:
        """Return a page of what is popular now."""

    def find(self, provider_id: str) -> FoundGif:
        """Return the GIF with this id."""

    def download(self, provider_id: str, folder: Path) -> Path:
        """Write the GIF to a file of ``folder`` and return it: bytes of a stranger, for ``videos.media`` alone."""

    def guard_for(self, url: str) -> Guard:
        """Return what a picture at ``url``, out of one of the answers, is fetched with."""


def provider() -> GifProvider | None:
    """Return the one the site has chosen, or None. Raises ``ImproperlyConfigured``."""
    if not settings.GIF_PROVIDER:
        return None
    if settings.GIF_PROVIDER != "giphy":
        raise ImproperlyConfigured("GIF_PROVIDER can be empty or giphy.")
    from messaging.outside.giphy import Giphy

    return Giphy(settings.GIF_PROVIDER_URL, settings.GIF_PROVIDER_KEY, settings.GIF_PROVIDER_RATING)


def signed_preview(url: str) -> str:
    """Return a token for an address out of the provider's answer: fit for a URL, and good for an hour."""
    return signing.dumps(url, salt=TOKEN_SALT, compress=True)


def preview_of(token: str) -> Fetched:
    """Fetch what ``signed_preview`` made ``token`` of; the content type is what the bytes really are.

    So our proxy fetches what a provider's answer named, and nothing else. Raises ``Unfetchable``.
    """
    chosen = provider()
    try:
        url = signing.loads(token, salt=TOKEN_SALT, max_age=TOKEN_SECONDS)
    except signing.BadSignature:
        raise Unfetchable("bad_token") from None
    guard = chosen.guard_for(url) if chosen else PUBLIC
    found = fetch(url, max_bytes=MAX_PREVIEW_BYTES, max_seconds=MAX_PREVIEW_SECONDS, accept=("image/*",), guard=guard)
    for signature, content_type in _SIGNATURES:
        if signature.match(found.body):
            return Fetched(found.url, content_type, found.body)
    raise Unfetchable("wrong_type")
