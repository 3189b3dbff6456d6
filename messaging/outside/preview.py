"""The card under a link: fetched once, its picture made anew."""

import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.http import is_same_domain
from PIL import Image

from messaging.outside.errors import Unfetchable
from messaging.outside.fetch import fetch
from messaging.outside.guard import MAX_URL_CHARACTERS, PUBLIC, UNASKED, Guard, Place, read_url
from messaging.outside.page import MAX_PAGE_BYTES, MAX_SITE_CHARACTERS, describe
from messaging.text import segments

PAGE_TYPES = ("text/html", "application/xhtml+xml")
MAX_IMAGE_BYTES = 3 * 1024 * 1024
MAX_PAGE_SECONDS = 5
MAX_IMAGE_SECONDS = 5
PREVIEW_FILE = "preview.webp"


@dataclass(frozen=True)
class Preview:
    """What the card shows; ``width`` and ``height`` (pixels) are 0 where there is no picture.

    ``site_name`` is the page's own word for itself: show the link's host beside it, which it can't choose. Where the
    link led on to another host, it is that host.
    """

    title: str
    description: str
    site_name: str
    width: int = 0
    height: int = 0


def first_link(body: str, own_hosts: Collection[str] = (), guard: Guard = PUBLIC) -> str | None:
    """Return the first link of ``body`` that a preview may be asked for, in its one normal form, or None.

    ``own_hosts`` are hosts, with the port where it isn't the usual one, whose links are passed over; one that
    begins with a dot stands for all below it, too.
    """
    for segment in segments(body):
        if not segment.url:
            continue
        try:
            place = read_url(segment.url, guard)
        except Unfetchable:
            continue
        # Quoted, it may be longer than it was written.
        if len(place.url) <= MAX_URL_CHARACTERS and not _is_own(place, own_hosts):
            return place.url
    return None


def is_link_to(url: str, link: str) -> bool:
    """Whether ``link``, as somebody wrote it, has the normal form ``url``."""
    try:
        return read_url(link, UNASKED).url == url
    except Unfetchable:
        return False


def shown_host(netloc: str) -> str:
    """Return a host as people know it, without the ``www.`` that most have."""
    short = netloc.removeprefix("www.")
    return short if "." in short else netloc


def _is_own(place: Place, own_hosts: Collection[str]) -> bool:
    return any(is_same_domain(host, own) for host in (place.host, place.netloc) for own in own_hosts)


def make_preview(url: str, folder: Path, guard: Guard = PUBLIC) -> Preview:
    """Fetch the page behind ``url`` and describe it; its picture goes to ``preview.webp`` in ``folder``.

    Raises ``Unfetchable`` where there is no page, or one that says nothing of itself. A picture that can't be had
    is left out.
    """
    page = fetch(url, max_bytes=MAX_PAGE_BYTES, max_seconds=MAX_PAGE_SECONDS, accept=PAGE_TYPES, guard=guard, cut=True)
    card = describe(page.body, page.content_type, page.url)
    if not (card.title or card.description):
        raise Unfetchable("empty")
    width, height = _make_picture(card.image_url, folder, guard) if card.image_url else (0, 0)
    asked, answered = (shown_host(urlsplit(one).netloc) for one in (url, page.url))
    # Of a long name the end says whose it is.
    site_name = card.site_name if answered == asked else answered[-MAX_SITE_CHARACTERS:]
    return Preview(card.title, card.description, site_name, width, height)


def _make_picture(url: str, folder: Path, guard: Guard) -> tuple[int, int]:
    """Write the picture and return its width and height, or nothing and zeros."""
    # Loaded here, for the sender's process needs none of what reads pictures.
    from videos.media import Busy, Unusable, make_photo

    with tempfile.TemporaryDirectory() as name:
        workshop = Path(name)
        source = workshop / "source"
        try:
            image = fetch(
                url, max_bytes=MAX_IMAGE_BYTES, max_seconds=MAX_IMAGE_SECONDS, accept=("image/*",), guard=guard
            )
            source.write_bytes(image.body)
            make_photo(source, workshop)
        except (Unfetchable, Unusable, Busy):
            return 0, 0
        small = (workshop / "640.webp").read_bytes()
    picture = folder / PREVIEW_FILE
    picture.write_bytes(small)
    with Image.open(picture) as made:  # made by us: only its header is read
        return made.size
