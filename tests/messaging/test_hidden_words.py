"""What a pattern of hidden words finds, and what it doesn't."""

import time

import pytest

from messaging import hidden_words

pytestmark = pytest.mark.once

FOUND = [
    ("crypto", "Buy CRYPTOcoins now"),
    ("crypto", "cr\u200bypto"),
    ("cafe", "the CAFÉ around the corner"),
    ("ｓｐａｍ", "spam"),
    ('"art"', "Modern art, for you"),
    ("“art”", "art!"),
    ("f*llow", "please fooollow me"),
    ("f*llow", "please FLLOW me"),
    ('"f*w"', "follow"),
    ("buy now", "buy\n  now"),
    ("buy n*w", "buy neeew"),
    ("c++", "c++ is fun"),
    ('"c++"', "I write c++ daily"),
    ("w[h]at?", "w[h]at?ever"),
    ("w[h*?", "w[hole?"),
    ("🍆🍆", "look 🍆🍆"),
    ("色情", "这里有色情内容"),
]
NOT_FOUND = [
    ('"art"', "start the party"),
    ('"art"', "art_work"),
    ("f*llow", "f and llow"),
    ('"f*w"', "following"),
    ("buy n*w", "buy a new"),
    ("w?at", "what"),
    ("[ab]c", "ac bc"),
]


@pytest.mark.parametrize(("pattern", "text"), FOUND)
def test_found(pattern, text):
    (pattern,) = hidden_words.patterns_of(pattern)
    assert hidden_words.find(text, ["nothing of this", pattern]) == pattern


@pytest.mark.parametrize(("pattern", "text"), NOT_FOUND)
def test_not_found(pattern, text):
    assert hidden_words.find(text, hidden_words.patterns_of(pattern)) is None


def test_each_pattern_once_without_empty_lines():
    assert hidden_words.patterns_of(" one \n\nONE\r\ntwo   words ") == ["ONE", "two words"]


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("a", "short"),
        ("*", "short"),
        ('"*"', "short"),
        ("a*b*c*d*e", "stars"),
        ("x" * 61, "long"),
        ("ab", ""),
        ("色", ""),
    ],
)
def test_what_is_wrong_with_a_pattern(pattern, fault):
    assert hidden_words.fault_of(pattern) == fault


def test_stars_are_not_costly():
    started = time.process_time()
    patterns = ["a*a*a*b", '"a*a*a*b"'] * (hidden_words.MAX_PATTERNS // 2)
    assert hidden_words.find("a" * 6000, patterns) is None
    # Not a measure of speed: tried letter by letter this would take hours.
    assert time.process_time() - started < 60
