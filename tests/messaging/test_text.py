"""Which texts are nothing but a few emoji, and shown large; which can hold no link."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from messaging import text
from messaging.text import MAX_LARGE_LENGTH, is_large_emoji
from tests.architecture import ROOT

pytestmark = pytest.mark.once

DATA = ROOT / "static" / "vendor" / "emoji-picker-element" / "data" / "en.json"

FAMILY = "👩🏽\u200d❤\ufe0f\u200d💋\u200d👨🏿"
FOUR = "👨🏽\u200d👩🏽\u200d👧🏽\u200d👦🏽"
ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
TEXAS = "🏴\U000e0075\U000e0073\U000e0074\U000e0078\U000e007f"


def test_every_emoji_of_the_picker_in_every_skin_tone_is_one():
    emoji = [each for one in json.loads(DATA.read_text()) for each in (one, *one.get("skins", []))]
    assert len(emoji) > 3000
    assert [one["emoji"] for one in emoji if not is_large_emoji(one["emoji"])] == []
    # Each counts as one and no more.
    assert [one["emoji"] for one in emoji if not is_large_emoji(one["emoji"] * 3)] == []
    assert [one["emoji"] for one in emoji if is_large_emoji(one["emoji"] * 4)] == []


@pytest.mark.parametrize(
    "text",
    [
        "😀", "😀😀😀", "😀 🎈", " 😀\n🎈 ", "❤", "❤\ufe0f", "❤\ufe0f\u200d🔥", "👍🏽", "👍🏽👍🏻👍🏿", "☝\ufe0f🏽",
        "✌🏿", FAMILY, FAMILY * 3, FOUR, f"{FOUR} {FOUR} {FOUR}", "🇸🇪", "🇸🇪🇩🇪🇫🇷", ENGLAND, ENGLAND * 3,
        "🏳\ufe0f\u200d🌈", "1\ufe0f\u20e3", "#\ufe0f\u20e3*\ufe0f\u20e30\u20e3", "©\ufe0f", "↔\ufe0f", "\U0001fa77",
        "🙂\u200d↔", "🏽",
    ],
    ids=ascii,
)  # fmt: skip
def test_one_to_three_emoji_are_large(text):
    assert is_large_emoji(text)


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "\n", "😀😀😀😀", "😀 😀 😀 😀", "👍🏽" * 4, "🇸🇪" * 4, FAMILY * 4, "😀!", "a😀", "😀 ok", "1",
        "123", "#", "*",
        "12\ufe0f\u20e3", "©", "™", "‼", "↔", "ℹ", "▪", "🇸", "🇸🇪🇩", "☺\ufe0e", "\ufe0f", "\u200d", "😀\u200d",
        "\u200d😀", "😀\u200d\u200d😀", TEXAS, "🏴\U000e0067", "😀\U000e0041", "→", "½", ":-)", "é", "漢",
        "https://example.org", "😀" + " " * MAX_LARGE_LENGTH,
    ],
    ids=ascii,
)  # fmt: skip
def test_anything_else_is_not(text):
    assert is_large_emoji("😀")
    assert not is_large_emoji(text)


def test_a_long_text_is_answered_at_once():
    assert not is_large_emoji("😀\u200d" * 100_000)


@given(
    st.lists(
        st.sampled_from(
            ["http:", "//", "/", ".", "a", "com", "www", "@", ":", " ", "\n", "localhost", "1", "。", "é", "ftp:"]
        )
    )
)
def test_what_is_not_even_looked_at_has_no_links(pieces):
    words = "".join(pieces)
    if not text._PERHAPS_A_LINK.search(words):
        assert all(not match.url.startswith(("http://", "https://")) for match in text._linkify.match(words) or [])
    assert "".join(segment.text for segment in text.segments(words)) == words
