"""What a page says of itself, for the card under a link."""

import codecs
import re
import unicodedata
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import urljoin

from accounts.validators import says_something
from messaging.outside.errors import Unfetchable
from messaging.outside.guard import MAX_URL_CHARACTERS, UNASKED, read_url

MAX_TITLE_CHARACTERS = 120
MAX_DESCRIPTION_CHARACTERS = 240
MAX_SITE_CHARACTERS = 60
MAX_PAGE_BYTES = 512 * 1024
MAX_CHARSET_BYTES = 4096  # browsers look for it in the first 1024
MAX_FIELD_CHARACTERS = 5000  # taken from the page, before spaces and what can't be seen are dropped

# The ones the web knows; Python knows more, and some of those aren't for strangers (punycode takes its time).
_CHARSETS = re.compile(
    r"utf-?8|utf-?16(?:-?[lb]e)?|us-ascii|iso-?8859-?\d{1,2}|windows-?(?:125\d|874)|cp125\d|koi8-?[ru]|macintosh"
    r"|gbk|gb2312|gb18030|big5(?:-hkscs)?|euc-(?:jp|kr)|iso-2022-jp|shift[-_]jis"
)
# What browsers read instead, for it holds all of the other and what pages really have (https://encoding.spec.whatwg.org).
_READ_AS = {
    **dict.fromkeys(("us-ascii", "iso-8859-1", "iso8859-1"), "cp1252"),
    **dict.fromkeys(("gb2312", "gbk"), "gb18030"),
    **dict.fromkeys(("shift_jis", "shift-jis"), "cp932"),
    "iso-8859-9": "cp1254",
    "euc-kr": "cp949",
}
_HEADER_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE | re.ASCII)
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}?charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))

# Joiners and variation selectors belong to words and emoji; what else can't be seen turns or hides the text around it.
_KEPT = {"\u200c", "\u200d", "\ufe0e", "\ufe0f"}
_DROPPED_CATEGORIES = {"Cc", "Cf", "Cs", "Co", "Cn"}

_TITLES = ("og:title", "twitter:title", "<title>")
_DESCRIPTIONS = ("og:description", "twitter:description", "description")
_SITES = ("og:site_name", "application-name")
_IMAGES = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")


@dataclass(frozen=True)
class PageCard:
    """Plain text, bounded and without control characters; empty where the page says nothing."""

    title: str = ""
    description: str = ""
    site_name: str = ""
    image_url: str = ""


def describe(html: bytes, content_type: str, url: str) -> PageCard:
    """Read the head of a page that came from ``url`` with ``content_type``. Never raises."""
    reader = _HeadReader()
    with suppress(_HeadRead, AssertionError):  # the latter: how the parser says that a declaration makes no sense
        # In one piece and never closed: the parser's slow paths are those of the end of a page that doesn't end.
        reader.feed(_text(html[:MAX_PAGE_BYTES], content_type))
    said = reader.said
    return PageCard(
        title=clean(_first(said, _TITLES), MAX_TITLE_CHARACTERS),
        description=clean(_first(said, _DESCRIPTIONS), MAX_DESCRIPTION_CHARACTERS),
        site_name=clean(_first(said, _SITES), MAX_SITE_CHARACTERS),
        image_url=_joined(url, _first(said, _IMAGES)),
    )


def clean(text: str, max_characters: int) -> str:
    """Return ``text`` on one line, without what can't be seen, cut between words to ``max_characters``."""
    text = " ".join(text[:MAX_FIELD_CHARACTERS].split())
    text = "".join(c for c in text if c in _KEPT or unicodedata.category(c) not in _DROPPED_CATEGORIES).strip()
    if not says_something(text):
        return ""
    if len(text) <= max_characters:
        return text
    head = text[: max_characters - 1]
    words, _space, rest = head.rpartition(" ")
    return (words if words and len(rest) < max_characters // 4 else head).rstrip() + "…"


def _first(said: dict[str, str], names: tuple[str, ...]) -> str:
    return next((said[name] for name in names if says_something(said.get(name, ""))), "")


def _joined(url: str, image: str) -> str:
    """Return the picture's whole address, or nothing if it isn't one that could be fetched."""
    image = image.strip()
    if not image or len(image) > MAX_URL_CHARACTERS:
        return ""
    try:
        # Whether it may be fetched is asked when it is; here only whether it is an address of the web.
        return read_url(urljoin(url, image.replace(" ", "%20")), UNASKED).url
    except (Unfetchable, ValueError):
        return ""


def _text(html: bytes, content_type: str) -> str:
    for charset in _charsets(html, content_type):
        try:
            return html.decode(charset, "replace")
        except LookupError:
            continue
    return html.decode("utf-8", "replace")


def _charsets(html: bytes, content_type: str) -> Iterator[str]:
    """Yield what the page may be written in, the most trustworthy first: its first bytes, the header, the page."""
    yield from (charset for mark, charset in _MARKS if html.startswith(mark))
    names = [match[1] for match in [_HEADER_CHARSET.search(content_type)] if match]
    # A page that could be read as ASCII so far isn't UTF-16, whatever it says.
    names += [
        match[1].decode("ascii", "replace")
        for match in [_META_CHARSET.search(html[:MAX_CHARSET_BYTES])]
        if match and not match[1].lower().startswith(b"utf-16")
    ]
    for name in (name.lower() for name in names):
        if _CHARSETS.fullmatch(name):
            yield _READ_AS.get(name, name)


class _HeadRead(Exception):
    """The head is over; nothing further is of interest."""


class _HeadReader(HTMLParser):
    """Collects the first of each ``meta`` of the head, and its title as ``<title>``."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.said: dict[str, str] = {}
        self._in_title = False

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._in_title = tag == "title" and "<title>" not in self.said
        if tag == "body":
            raise _HeadRead
        if tag == "meta":
            values = dict(reversed(attributes))
            name = (values.get("property") or values.get("name") or "").strip().lower()
            content = values.get("content") or ""
            if content.strip() and len(name) <= MAX_SITE_CHARACTERS:
                self.said.setdefault(name, content[:MAX_FIELD_CHARACTERS])

    def handle_endtag(self, tag: str) -> None:
        self._in_title = False
        if tag == "head":
            raise _HeadRead

    def handle_data(self, data: str) -> None:
        if self._in_title:
            so_far = self.said.get("<title>", "")
            self.said["<title>"] = (so_far + data)[:MAX_FIELD_CHARACTERS]
