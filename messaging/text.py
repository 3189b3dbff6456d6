"""Reading a person's text: its links, and whether it is nothing but a few emoji."""

import re
from typing import NamedTuple

from linkify_it import LinkifyIt

from accounts.emoji import EMOJI

MAX_LARGE_EMOJI = 3
MAX_LARGE_LENGTH = 60  # characters: three families of four, each with a skin tone, and spaces between them

_linkify = LinkifyIt(options={"fuzzy_email": False}).add("ftp:", None).add("//", None)

# Whatever is a link has one of these in it; to look for that alone is a hundred times as fast.
_PERHAPS_A_LINK = re.compile(r"//|[^\s][.\u3002\uff0e\uff61][^\s]")
_LARGE = re.compile(rf"\s*(?:{EMOJI}\s*){{1,{MAX_LARGE_EMOJI}}}")


class Segment(NamedTuple):
    """A stretch of text; ``url`` is empty where it is no link."""

    text: str
    url: str = ""


def segments(text: str) -> list[Segment]:
    """Cut ``text`` into plain stretches and links (http and https alone), nothing lost in between."""
    if not _PERHAPS_A_LINK.search(text):
        return [Segment(text)] if text else []
    parts: list[Segment] = []
    place = 0
    for match in _linkify.match(text) or []:
        if not match.url.startswith(("http://", "https://")):
            continue
        if match.index > place:
            parts.append(Segment(text[place : match.index]))
        parts.append(Segment(text[match.index : match.last_index], match.url))
        place = match.last_index
    if place < len(text):
        parts.append(Segment(text[place:]))
    return parts


def is_large_emoji(text: str) -> bool:
    """Whether ``text`` is one to three emoji and nothing else, and so shown large."""
    return len(text) <= MAX_LARGE_LENGTH and _LARGE.fullmatch(text) is not None
