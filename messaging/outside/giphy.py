"""GIPHY, and services that answer like it (https://developers.giphy.com/docs/api/endpoint)."""

import hashlib
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.core.cache import cache

from messaging.outside.errors import Unfetchable
from messaging.outside.fetch import fetch
from messaging.outside.gifs import FoundGif
from messaging.outside.guard import PUBLIC, UNASKED, Guard, Place, read_url
from messaging.outside.page import clean
from videos.models import MAX_ALT_CHARACTERS

DEFAULT_URL = "https://api.giphy.com/v1/gifs"
PAGE_SIZE = 24
MAX_PAGE = 200  # GIPHY answers no offset from 5000 on
MAX_WORDS_CHARACTERS = 50  # GIPHY's own bound
MAX_SIDE_PX = 5000
MAX_ANSWER_BYTES = 1024 * 1024
MAX_ANSWER_SECONDS = 4
MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024
MAX_DOWNLOAD_SECONDS = 15
CACHE_SECONDS = 5 * 60

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


class Giphy:
    """A ``GifProvider`` at ``url`` (``/search``, ``/trending`` and ``/<id>`` below it; empty: GIPHY's own).

    ``rating`` is ``g``, ``pg``, ``pg-13`` or ``r``. Answers are kept in the cache for five minutes.
    """

    credit = "Powered by GIPHY"

    def __init__(self, url: str, key: str, rating: str) -> None:
        self._url = (url or DEFAULT_URL).rstrip("/")
        self._key = key
        self._rating = rating
        self._place = read_url(self._url, UNASKED)
        # Whoever runs the site may have a service of their own next to it; nobody else can name such a host.
        self._guard = Guard(
            allow_private=bool(url), ports=frozenset({self._place.port}), hosts=frozenset({self._place.host})
        )

    def search(self, words: str, *, page: int = 0) -> list[FoundGif]:
        """Return what fits ``words``; what is popular where there are none."""
        words = " ".join(words.split())[:MAX_WORDS_CHARACTERS]
        return self._list("search", page, q=words) if words else self.trending(page=page)

    def trending(self, *, page: int = 0) -> list[FoundGif]:
        """Return what is popular now."""
        return self._list("trending", page)

    def find(self, provider_id: str) -> FoundGif:
        """Return the GIF with this id."""
        found = self._ask(provider_id) if _ID.fullmatch(provider_id) else []
        for gif in found:
            if gif.provider_id == provider_id:
                return gif
        raise Unfetchable("bad_answer")

    def download(self, provider_id: str, folder: Path) -> Path:
        """Write the GIF to ``folder/source``."""
        found = self.find(provider_id)
        file = fetch(
            found.url,
            max_bytes=MAX_DOWNLOAD_BYTES,
            max_seconds=MAX_DOWNLOAD_SECONDS,
            accept=("video/mp4", "image/*"),
            guard=self.guard_for(found.url),
        )
        path = folder / "source"
        path.write_bytes(file.body)
        return path

    def guard_for(self, url: str) -> Guard:
        """Return the guard of the service itself for its own host and port, and the public one for all else."""
        place = _place(url)
        own = place and (place.host, place.port) == (self._place.host, self._place.port)
        return self._guard if own else PUBLIC

    def _list(self, what: str, page: int, **more: str) -> list[FoundGif]:
        if not 0 <= page <= MAX_PAGE:
            return []
        return self._ask(what, limit=PAGE_SIZE, offset=page * PAGE_SIZE, rating=self._rating, **more)

    def _ask(self, what: str, **query: str | int) -> list[FoundGif]:
        """Return what is usable of the answer, from the cache if it is there."""
        asked = f"{self._url}/{what}?{urlencode(query)}"
        name = f"gifs.{hashlib.sha256(asked.encode()).hexdigest()}"
        kept: list[FoundGif] | None = cache.get(name)
        if kept is not None:
            return kept
        answer = fetch(
            f"{self._url}/{what}?{urlencode({'api_key': self._key, **query})}",
            max_bytes=MAX_ANSWER_BYTES,
            max_seconds=MAX_ANSWER_SECONDS,
            accept=("application/json",),
            max_redirects=0,  # the key is in the address
            guard=self._guard,
        )
        try:
            data = json.loads(answer.body)["data"]
        except (ValueError, LookupError, TypeError, RecursionError):
            raise Unfetchable("bad_answer") from None
        items = data if isinstance(data, list) else [data]
        found = [gif for gif in map(_read, items[:PAGE_SIZE]) if gif]
        cache.set(name, found, CACHE_SECONDS)
        return found


def _read(item: Any) -> FoundGif | None:
    """Make a GIF of one entry of the answer; None where something is missing or isn't what it should be."""
    try:
        small, original = item["images"]["fixed_width"], item["images"]["original"]
        gif = FoundGif(
            provider_id=item["id"],
            alt=clean(item.get("alt_text") or item.get("title") or "", MAX_ALT_CHARACTERS),
            width=int(small["width"]),
            height=int(small["height"]),
            preview_url=small.get("webp") or small["url"],
            url=original.get("mp4") or original["url"],
        )
        fits = _ID.fullmatch(gif.provider_id) and _place(gif.preview_url) and _place(gif.url)
        return gif if fits and 0 < min(gif.width, gif.height) <= max(gif.width, gif.height) <= MAX_SIDE_PX else None
    except (LookupError, TypeError, ValueError, AttributeError):
        return None


def _place(url: str) -> Place | None:
    try:
        return read_url(url, UNASKED)
    except Unfetchable:
        return None
