"""Which texts count as the same: what a reader would call a copy, and nothing that honest people write."""

import itertools

import pytest

from messaging.alike import likeness

pytestmark = pytest.mark.once

ADVERTISEMENT = (
    "Earn 500 € a day from home! No experience needed, just write to me on https://jobs.spam.example/join?ref=17"
)
COPIES = {
    "capitals": ADVERTISEMENT.upper(),
    "spaces": ADVERTISEMENT.replace(" ", "  \n"),
    "another figure": ADVERTISEMENT.replace("500", "730"),
    "another link on the same host": ADVERTISEMENT.replace("join?ref=17", "a9f/xy#z"),
    "a host below the same": ADVERTISEMENT.replace("jobs.spam", "x81.spam"),
    "emoji": ADVERTISEMENT.replace("!", " 🔥🔥💶!") + " 👉🏽👨‍👩‍👧",
    "a greeting": f"Hi Anna! {ADVERTISEMENT}",
    "a longer greeting": f"Good day dear friend, {ADVERTISEMENT}",
    "a word at the end": f"{ADVERTISEMENT} xqkzv",
    "accents": ADVERTISEMENT.replace("e", "é").replace("a", "ä"),
    "Cyrillic letters": ADVERTISEMENT.replace("a", "а").replace("e", "е").replace("o", "о"),
    "digits for letters": ADVERTISEMENT.replace("o", "0").replace("e", "3"),
    "zero-width characters": ADVERTISEMENT.replace("o", "o\u200b").replace("ea", "e\u2060a"),
    "soft hyphens": ADVERTISEMENT.replace("ex", "e\u00adx"),
    "mathematical letters": "".join(chr(0x1D41A + ord(c) - 97) if "a" <= c <= "j" else c for c in ADVERTISEMENT),
    "full width": "".join(chr(ord(c) + 0xFEE0) if "a" <= c <= "z" else c for c in ADVERTISEMENT),
    "black squares": ADVERTISEMENT.replace("home", "🅷🅾🅼🅴"),
    "letters drawn out": ADVERTISEMENT.replace("Earn", "Eaaarrrn").replace("write", "wriiiite"),
    "letters apart": ADVERTISEMENT.replace("Earn", "E a r n").replace("write", "w.r.i.t.e"),
    "another word": ADVERTISEMENT.replace("Earn", "Make"),
    "other words": ADVERTISEMENT.replace("just write", "simply text"),
}
HONEST = [
    "Hi, I saw your video about skiing in Norway. Which camera do you use?",
    "Hi, I saw your video about baking bread at home. Which flour do you use?",
    "Hello Tom, are you the one who played the guitar at the school party last Friday?",
    "Hello Mia, could you tell me when the homework for the maths class is due?",
    "Is this the Jana I went to school with in Graz? I think we met at the summer camp.",
    "Hey! Loved the recipe, do you know whether it works with spelt as well?",
    "Are you coming to the football training tomorrow evening? Bring the blue shirts please.",
    "Your dog is adorable. What breed is it, and where did you find the red collar?",
    "I found your wallet near the station, write to me so that I can give it back.",
    "Good evening, I am the mother of Paul, who is in your class. Can you tell me when the trip begins?",
    "Thanks for following me! I read your post on https://blog.example/bees and liked it a lot.",
    "Have a look at https://photos.example/album, there are pictures of you from the wedding.",
    "Earn respect by being kind: that was the best line in your last video, thank you for it.",
    "Guten Tag, sind Sie die Frau, die am Montag den grünen Mantel im Zug vergessen hat?",
    "Добрый день! Вы не знаете, когда начинается концерт в пятницу вечером в городском парке?",
    "你好，我在你的视频里看到了那只白色的小猫，请问它是什么品种，几岁了？",
]
EVERYDAY = [
    "hi",
    "Hello, how are you?",
    "thanks for the nice video",
    "👋",
    "❤️❤️",
    "nice to meet you!",
    "你好，很高兴认识你",
]
LEADING_AWAY = ["call 0660 123 4567", "visit spam.example", "my tg: @spamking", "+43 (660) 1234567", "wa.me/43660123"]


@pytest.mark.parametrize("name", COPIES)
def test_a_varied_copy_is_the_same(name):
    assert likeness(COPIES[name]).is_like(likeness(ADVERTISEMENT))


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations(COPIES, 2)))
def test_copies_are_mostly_alike_among_themselves(one, other):
    # Not all pairs share as much as each does with the first: a count of each mark is what they add up in.
    mine, theirs = likeness(COPIES[one]), likeness(COPIES[other])
    assert set(mine.marks) & set(theirs.marks)


@pytest.mark.parametrize(("one", "other"), list(itertools.combinations([*HONEST, ADVERTISEMENT], 2)))
def test_different_texts_are_different(one, other):
    assert not likeness(one).is_like(likeness(other))


@pytest.mark.parametrize("text", EVERYDAY)
def test_a_few_everyday_words_are_known_as_such(text):
    assert likeness(text).everyday
    assert likeness(text).is_like(likeness(text.upper() + " "))


@pytest.mark.parametrize("text", [*LEADING_AWAY, *HONEST, ADVERTISEMENT])
def test_what_leads_away_or_is_longer_is_no_everyday_text(text):
    assert not likeness(text).everyday


def test_everyday_words_are_compared_whole():
    assert not likeness("hi Anna").is_like(likeness("hi Paul"))
    assert likeness("Hiiii!").is_like(likeness("hi"))
    assert not likeness("👋").is_like(likeness("❤️"))


@pytest.mark.parametrize("text", ["", " ", "\u200b", "1", "!", "\ud800", "a" * 6000, "a." * 3000, "é" * 6000])
def test_any_text_has_a_likeness(text):
    assert likeness(text).is_like(likeness(text))
    assert len(likeness(text).marks) <= 8


def test_a_long_text_with_another_beginning_is_the_same():
    story = " ".join(f"{word}{place % 17}th" for place, word in enumerate(" ".join(HONEST[:13]).split()))
    assert likeness(f"Dear Anna, {story}").is_like(likeness(f"Dear colleague of mine, {story} Yours, Paul"))
    assert not likeness(story).is_like(likeness(" ".join(HONEST[13:]) * 3))
