"""Reading a person's text: its links, and whether it is nothing but a few emoji."""

import re
from dataclasses import dataclass

from linkify_it import LinkifyIt

MAX_LARGE_EMOJI = 3

_linkify = LinkifyIt(options={"fuzzy_email": False}).add("ftp:", None).add("//", None)

_BASE = (
    "[\u00a9\u00ae\u203c\u2049\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935"
    "\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001f1e5\U0001f200-\U0001faff]"
)
_ONE = f"{_BASE}(?:\ufe0f|[\U0001f3fb-\U0001f3ff])?"
_EMOJI = re.compile(
    f"[\U0001f1e6-\U0001f1ff]{{2}}|[#*0-9]\ufe0f?\u20e3|{_ONE}(?:\u200d{_ONE})*[\U000e0020-\U000e007f]*"
)


@dataclass(frozen=True)
class Segment:
    """A stretch of text; ``url`` is empty where it is no link."""

    text: str
    url: str = ""


def segments(text: str) -> list[Segment]:
    """Cut ``text`` into plain stretches and links (http and https alone), nothing lost in between."""
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
    if len(text) > 60:
        return False
    rest = _EMOJI.sub("", text)
    return not rest.strip() and 1 <= len(_EMOJI.findall(text)) <= MAX_LARGE_EMOJI
