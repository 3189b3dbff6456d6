"""The built-in stickers: each is there as the catalogue says, and is found by what people call it."""

import json

import pytest
from django.contrib.staticfiles import finders
from PIL import Image

from messaging import packs
from messaging.models import Message
from tests.architecture import ROOT

STICKERS = [sticker for pack in packs.PACKS for sticker in pack.stickers]
FOLDER = ROOT / "static" / "stickers"
MAX_BYTES = 700_000  # all together


def keys(text: str) -> list[str]:
    return [sticker.key for sticker in packs.search(text)]


def test_there_are_packs_with_names_and_each_key_is_one_sticker():
    assert [pack.key for pack in packs.PACKS] == list(packs.NAMES)
    assert all(str(pack.name) and len(pack.stickers) >= 6 for pack in packs.PACKS)
    assert len({sticker.key for sticker in STICKERS}) == len(STICKERS) >= 24


@pytest.mark.parametrize("sticker", STICKERS, ids=lambda sticker: sticker.key)
def test_a_sticker_is_a_picture_with_transparent_corners(sticker):
    assert packs.find(sticker.key) is sticker
    assert len(sticker.key) <= (Message._meta.get_field("sticker_key").max_length or 0)
    assert sticker.name.strip()
    assert sticker.words
    assert sticker.elsewhere
    with Image.open(finders.find(sticker.path)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (sticker.width, sticker.height))
        alpha = picture.convert("RGBA").getchannel("A")
    assert alpha.getpixel((0, 0)) == alpha.getpixel((sticker.width - 1, sticker.height - 1)) == 0
    assert alpha.getextrema() == (0, 255)


def test_no_file_lies_there_that_the_catalogue_does_not_know():
    files = {path.relative_to(ROOT / "static").as_posix() for path in FOLDER.rglob("*.webp")}
    assert files == {sticker.path for sticker in STICKERS}
    assert sum((ROOT / "static" / path).stat().st_size for path in files) <= MAX_BYTES


def test_the_catalogue_is_the_list_of_the_script():
    lines = (ROOT / "scripts" / "stickers.txt").read_text().splitlines()
    listed = [line.replace(" ", "/") for line in lines if not line.startswith("#")]
    assert [sticker.key for sticker in STICKERS] == listed


def test_who_drew_them_and_under_which_licence_is_said():
    assert "Microsoft" in (FOLDER / "README.md").read_text()
    licence = (FOLDER / "LICENSE.txt").read_text()
    assert "Permission is hereby granted" in licence
    assert "Copyright (c) Microsoft Corporation" in licence


@pytest.mark.parametrize("key", ["", "rocket", "party/", "party/nothing", "party/rocket ", "../party/rocket"])
def test_an_unknown_key_is_no_sticker(key):
    assert packs.find("party/rocket")
    assert packs.find(key) is None


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("rocket", "party/rocket"),
        ("  RoCk ", "party/rocket"),
        ("red heart", "feelings/red-heart"),
        ("heart red", "feelings/red-heart"),
        ("thumbs d", "hands/thumbs-down"),
        ("clap", "hands/clapping-hands"),
        ("paper air", "party/paper-airplane"),
        ("lol", "feelings/face-with-tears-of-joy"),
        ("rotes herz", "feelings/red-heart"),
        ("corazon", "feelings/red-heart"),
        ("CORAZÓN", "feelings/red-heart"),
        ("сердце", "feelings/red-heart"),
        ("ロケット", "party/rocket"),
        ("로켓", "party/rocket"),
    ],
)
def test_a_sticker_is_found_by_its_words_in_any_language(typed, first):
    assert keys(typed)[0] == first


@pytest.mark.parametrize("typed", ["", "  ", "\u0301", "ocket", "rocket pizza", "xyzzy", "%", "\\"])
def test_what_nothing_is_called_finds_nothing(typed):
    assert keys("rocket")
    assert keys(typed) == []


def test_the_name_comes_before_other_words_and_english_before_other_languages():
    hearts = keys("heart")
    assert hearts.index("feelings/red-heart") < hearts.index("party/love-letter")
    # "Hand" is what many languages call it, "hand" in English comes first.
    assert keys("hand")[0].startswith("hands/")
    assert len(hearts) == len(set(hearts))


def test_the_catalogue_takes_a_line_for_each_sticker():
    lines = (ROOT / "messaging" / "packs.json").read_text().splitlines()
    entries = [json.loads(line.rstrip(",")) for line in lines if line.startswith('{"')]
    assert len(entries) == len(STICKERS)
