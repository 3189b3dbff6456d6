"""Hidden words: what their patterns mean, and whether a text has one in it.

``word`` is found anywhere, also inside of other words; ``"word"`` only as a whole word; ``*`` stands for any
letters, or none, inside of one word. Case, accents, width and invisible characters make no difference.
"""

import re
import unicodedata
from fnmatch import fnmatchcase

MAX_PATTERNS = 200
MAX_PATTERN_CHARACTERS = 60
MAX_STARS = 3
MIN_LETTERS = 2  # of a pattern; a single one would hide nearly everything
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Mn")
_QUOTES = str.maketrans("“”„«»‟", '""""""')


def patterns_of(text: str) -> list[str]:
    """Return the patterns in ``text``, one a line, as they were written; each once."""
    lines = (" ".join(line.translate(_QUOTES).split()) for line in text.splitlines())
    return list({folded(line): line for line in lines if line}.values())


def fault_of(pattern: str) -> str:
    """Return what is wrong with a pattern: ``long``, ``stars``, ``short``, or nothing."""
    if len(pattern) > MAX_PATTERN_CHARACTERS:
        return "long"
    if pattern.count("*") > MAX_STARS:
        return "stars"
    # A sign of Chinese or Japanese is a word, and an emoji says as much.
    weight = sum(2 if unicodedata.east_asian_width(char) in "WF" else char.isalnum() for char in folded(pattern))
    return "" if weight >= MIN_LETTERS else "short"


def find(text: str, patterns: list[str]) -> str | None:
    """Return the first of ``patterns`` that is in ``text``, or None. Takes time in proportion to both lengths."""
    folded_text = " ".join(folded(text).split())
    return next((pattern for pattern in patterns if _is_in(folded_text, folded(pattern))), None)


def folded(text: str) -> str:
    """Return ``text`` without what makes no difference."""
    text = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(char for char in text if char.isspace() or unicodedata.category(char) not in _INVISIBLE)


def _is_in(text: str, pattern: str) -> bool:
    whole = len(pattern) > 2 and pattern[0] == pattern[-1] == '"'
    pattern = pattern.strip('"') if whole else pattern
    if "*" in pattern:
        return _matches_words(text, pattern, whole=whole)
    if not whole:
        return pattern in text
    return re.search(rf"(?<!\w){re.escape(pattern)}(?!\w)", text) is not None


def _matches_words(text: str, pattern: str, *, whole: bool) -> bool:
    """Compare word by word: a star must not reach over a space, nor need more than one look at each letter."""
    words = re.findall(r"\w+" if whole else r"\S+", text)
    globs = [re.sub(r"([\[?])", r"[\1]", word) for word in pattern.split()]
    if not whole:
        globs[0], globs[-1] = f"*{globs[0]}", f"{globs[-1]}*"
    return any(
        all(fnmatchcase(words[at + place], glob) for place, glob in enumerate(globs))
        for at in range(len(words) - len(globs) + 1)
    )
