"""The built-in stickers: files of the site, and the words to find them by.

Drawn by ``scripts/stickers.py`` from the list there, which also writes the catalogue read here.
"""

import json
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SIZE = 288  # pixels, both ways
NAMES = {"feelings": _("Feelings"), "hands": _("Hands"), "animals": _("Animals"), "party": _("Party")}


@dataclass(frozen=True)
class Sticker:
    """A built-in sticker.

    ``key`` is ``pack/name``, ``name`` describes it, ``path`` is its static file, and it is found by its English
    ``words`` and by those of other languages, ``elsewhere``: all in small letters without accents.
    """

    key: str
    name: str
    words: frozenset[str]
    elsewhere: frozenset[str]
    path: str
    width: int = SIZE
    height: int = SIZE


@dataclass(frozen=True)
class Pack:
    """Stickers that belong together."""

    key: str
    name: str | Promise
    stickers: tuple[Sticker, ...]


class _Entry(TypedDict):
    name: str
    title: str
    words: list[str]
    elsewhere: list[str]


def find(key: str) -> Sticker | None:
    """Return the built-in sticker of this key, or None."""
    return _BY_KEY.get(key)


def search(text: str) -> list[Sticker]:
    """Return the stickers that have a word for every word of ``text`` to begin, the best first.

    Better is a whole word than a beginning, the name than other words, and English than other languages. Case and
    accents don't matter; of no words nothing is found.
    """
    typed = plain(text).split()
    if not typed:
        return []
    ranked = []
    for sticker in _BY_KEY.values():
        ranks = [_rank(sticker, word) for word in typed]
        if None not in ranks:
            ranked.append((sum(rank for rank in ranks if rank is not None), sticker))
    return [sticker for _total, sticker in sorted(ranked, key=lambda one: one[0])]


def plain(text: str) -> str:
    """Return ``text`` without case and accents, as words are compared."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


def _rank(sticker: Sticker, typed: str) -> int | None:
    """Tell how far down a find for ``typed`` belongs: 0 is best, None is no find."""
    sources = (plain(sticker.name).split(), sticker.words, sticker.elsewhere)
    for place, words in enumerate(sources):
        if typed in words:
            return 2 * place
        if any(word.startswith(typed) for word in words):
            return 2 * place + 1
    return None


def _load() -> tuple[Pack, ...]:
    catalogue: dict[str, list[_Entry]] = json.loads(Path(__file__).with_suffix(".json").read_text())
    return tuple(
        Pack(key, NAMES[key], tuple(_sticker(key, one) for one in entries)) for key, entries in catalogue.items()
    )


def _sticker(pack: str, entry: _Entry) -> Sticker:
    key = f"{pack}/{entry['name']}"
    words, elsewhere = (frozenset(map(plain, found)) for found in (entry["words"], entry["elsewhere"]))
    return Sticker(key, entry["title"], words, elsewhere, f"stickers/{key}.webp")


PACKS = _load()
_BY_KEY = {sticker.key: sticker for pack in PACKS for sticker in pack.stickers}
