"""The built-in stickers: files of the site, and the words to find them by.

Drawn by ``scripts/stickers.py`` from the list there, which also writes the catalogue read here.
"""

import json
import unicodedata
from dataclasses import dataclass
from pathlib import Path

SIZE = 288  # pixels, both ways


@dataclass(frozen=True)
class Sticker:
    """A built-in sticker; ``key`` is ``pack/name``, ``name`` describes it, ``path`` is its static file."""

    key: str
    name: str
    words: tuple[str, ...]
    path: str
    width: int = SIZE
    height: int = SIZE


@dataclass(frozen=True)
class Pack:
    """Stickers that belong together."""

    key: str
    stickers: tuple[Sticker, ...]


def _load() -> tuple[Pack, ...]:
    catalogue = json.loads(Path(__file__).with_suffix(".json").read_text())
    return tuple(Pack(key, tuple(_sticker(key, entry) for entry in entries)) for key, entries in catalogue.items())


def _sticker(pack: str, entry: dict[str, object]) -> Sticker:
    key = f"{pack}/{entry['name']}"
    words = tuple(_plain(str(word)).replace("_", " ") for word in entry["words"])  # type: ignore[attr-defined]
    return Sticker(key, str(entry["title"]), words, f"stickers/{key}.webp")


def _plain(text: str) -> str:
    """Return ``text`` without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


PACKS = _load()
_BY_KEY = {sticker.key: sticker for pack in PACKS for sticker in pack.stickers}


def find(key: str) -> Sticker | None:
    """Return the built-in sticker of this key, or None."""
    return _BY_KEY.get(key)


def search(text: str) -> list[Sticker]:
    """Return the stickers that every word of ``text`` begins a word of, those it names itself first."""
    typed = _plain(text).split()
    found = []
    for sticker in _BY_KEY.values():
        words = " ".join(sticker.words).split()
        if typed and all(any(word.startswith(one) for word in words) for one in typed):
            title = _plain(sticker.name).split()
            found.append((not any(word.startswith(typed[0]) for word in title), sticker))
    return [sticker for _rank, sticker in sorted(found, key=lambda one: one[0])]
