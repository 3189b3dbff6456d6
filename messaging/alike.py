"""Whether texts are the same or nearly so, for counting how many people get one: a few marks that such texts share.

What tells copies apart for a machine and not for a reader is taken away first: case, accents, spaces, punctuation,
emoji, digits, invisible characters, letters that only look like others, all of an address but its host. Of what is
left the sets of all runs of four letters are compared by MinHash: two texts have the same mark in each of ``MARKS``
places with the probability of how much of their sets they share, so that a name put in or a word exchanged changes
few of them. Nothing here is shown or kept but as a hash.
"""

import hashlib
import heapq
import random
import re
import unicodedata
import zlib
from dataclasses import dataclass

MARKS = 8
NEARLY_SAME = 3  # marks in common; by chance texts of the same language have one
EVERYDAY_LETTERS = 24  # at most: "hello how are you", "thanks for the nice video"
_RUN = 4
_MOST_RUNS = 256  # of a long text those with the smallest hashes stand for all
_WIDE = 3  # letters that a sign of Chinese or Japanese counts for

_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn")
# Begun at the beginning of a word alone: of a long word without a dot every letter would be tried else.
_URL = re.compile(r"(?<![\w.+-])(?:[a-z0-9+]+://)?(?:www\.)?((?:[\w-]+\.)+[^\W\d_]{2,})(?::\d+)?(?:[/?#]\S*)?")
# What leads away from here: an address, somebody's name elsewhere, a number to call.
_CONTACT = re.compile(r"[\w-]\.[^\W\d_]{2,}|@\w|\d(?:[\s()/.-]?\d){6}")
_SHORT_LABEL = 3
# Greek and Cyrillic letters that look like Latin ones; and in a word with letters, what is written for some.
_LOOKS_LIKE = str.maketrans(
    "аеорсухіјѕкмтвнгьԁԛԝαεορυχικτνβηωɡıłøđ",
    "aeopcyxijskmtbhrbdqwaeopuxiktvbnwgilod",
)
_WRITTEN_FOR = str.maketrans("0134578@$€|", "oieastbasei")
_SQUARED = {start + place: chr(97 + place) for start in (0x1F150, 0x1F170) for place in range(26)}
_ONE_OF_MANY = str.maketrans("il", "ii")  # told apart by nobody in many fonts

_seeds = random.Random("paperplane")  # noqa: S311  (the same in every process, and no secret)
_MIXERS = [(_seeds.getrandbits(32), _seeds.getrandbits(63) | 1) for _place in range(MARKS)]


@dataclass(frozen=True)
class Likeness:
    """What a text is compared by. ``everyday``: a few words that anybody may say to many, compared as a whole."""

    marks: tuple[str, ...]
    everyday: bool

    def is_like(self, other: "Likeness") -> bool:
        """Whether both are the same or nearly the same text."""
        common = sum(mine == theirs for mine, theirs in zip(self.marks, other.marks, strict=False))
        return len(self.marks) == len(other.marks) and common >= self.needed

    @property
    def needed(self) -> int:
        """How many marks two texts have in common to count as the same."""
        return min(NEARLY_SAME, len(self.marks))


def likeness(text: str) -> Likeness:
    """Return what ``text`` is compared by."""
    visible = _visible(text)
    letters = letters_of(visible)
    weight = sum(_WIDE if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in letters)
    everyday = weight <= EVERYDAY_LETTERS and not _CONTACT.search(visible)
    if everyday or len(letters) < _RUN:
        return Likeness((_hashed(letters or "".join(visible.split())),), everyday)
    runs = {_mixed(letters[at : at + _RUN]) for at in range(len(letters) - _RUN + 1)}
    chosen = heapq.nsmallest(_MOST_RUNS, runs) if len(runs) > _MOST_RUNS else list(runs)
    smallest = (min((run ^ seed) * odd & 0xFFFFFFFFFFFFFFFF for run in chosen) for seed, odd in _MIXERS)
    return Likeness(tuple(f"{place}{value:x}" for place, value in enumerate(smallest)), everyday=False)


def letters_of(text: str) -> str:
    """Return the letters of ``text`` as a reader takes them, without what makes copies differ."""
    text = _URL.sub(lambda match: f" {_host(match[1])} ", _visible(text).translate(_SQUARED))
    text = "".join(char for char in unicodedata.normalize("NFKD", text) if unicodedata.category(char) != "Mn")
    text = unicodedata.normalize("NFC", text).casefold().translate(_LOOKS_LIKE)
    words = [word.translate(_WRITTEN_FOR) if any(map(str.isalpha, word)) else word for word in text.split()]
    letters = "".join(char for char in "".join(words) if char.isalpha())
    return re.sub(r"(.)\1+", r"\1", letters.translate(_ONE_OF_MANY))


def _visible(text: str) -> str:
    text = unicodedata.normalize("NFKC", text).casefold()
    return "".join(
        char if char.isspace() else "" if unicodedata.category(char) in _INVISIBLE else char for char in text
    )


def _host(host: str) -> str:
    """Return the part of a host that somebody has for themselves: `example.org` of `a1.b2.example.org`."""
    labels = host.split(".")
    kept = 3 if len(labels) > 2 and len(labels[-2]) <= _SHORT_LABEL else 2
    return ".".join(labels[-kept:])


def _mixed(run: str) -> int:
    return zlib.crc32(run.encode("utf-8", "surrogatepass")) * 0x9E3779B97F4A7C15 >> 16 & 0xFFFFFFFF


def _hashed(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:24]
