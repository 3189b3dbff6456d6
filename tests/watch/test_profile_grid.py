"""The videos on a profile: whose, in which order, and what only their author sees there."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts import actions
from tests.accounts.conftest import says
from videos import feed
from videos.templatetags.videos import compact, duration

pytestmark = pytest.mark.django_db


def tiles(page) -> list[str]:
    """Return the ids of the videos in the grid, in their order."""
    return re.findall(r'<a href="/videos/([0-9a-f-]{36})/" data-preview', page.content.decode())


def unfinished(page) -> list[str]:
    return re.findall(r'<a href="/videos/([0-9a-f-]{36})/status/"', page.content.decode())


def test_the_persons_own_newest_first(as_mia, jonas, outsider, make_video):
    newer, older = make_video(jonas, like_count=25_600), make_video(jonas)
    make_video(outsider)
    make_video(jonas, deleted_at=timezone.now())
    make_video(jonas, state="failed", published_at=None)
    for browser in (as_mia, Client()):
        page = browser.get("/@jonas/")
        assert tiles(page) == [str(newer.pk), str(older.pk)]
        assert unfinished(page) == []
        assert says(page, "25K")
        assert b"/videos/upload/" not in page.content.split(b'class="videos"')[1]


def test_one_sees_ones_own_uploads_too(jonas, as_jonas, make_video):
    failed = make_video(jonas, state="failed", published_at=None)
    waiting = make_video(jonas, state="processing", progress=42, published_at=None)
    ready = make_video(jonas)
    page = as_jonas.get("/@jonas/")
    assert unfinished(page) == [str(waiting.pk), str(failed.pk)]
    assert tiles(page) == [str(ready.pk)]
    assert says(page, "42 %")
    assert b"/videos/upload/" in page.content.split(b'class="videos"')[1]


def test_nothing_yet(as_mia, as_jonas, jonas):
    assert says(as_mia.get("/@jonas/"), "No videos yet")
    assert says(as_jonas.get("/@jonas/"), "Your videos will be here")


def test_a_block_looks_like_nothing_yet(as_mia, mia, jonas, make_video):
    make_video(jonas)
    actions.block(jonas, mia)
    page = as_mia.get("/@jonas/")
    assert tiles(page) == []
    assert says(page, "No videos yet")


def test_it_goes_on_by_key(as_mia, jonas, make_video):
    made = [str(make_video(jonas).pk) for _ in range(feed.TILES_A_PAGE + 2)]
    first = as_mia.get("/@jonas/")
    assert tiles(first) == made[: feed.TILES_A_PAGE]
    link = re.search(rb'href="(\?videos=[^"]+)" rel="next"', first.content)[1].decode()
    second = as_mia.get(f"/@jonas/{link}")
    assert tiles(second) == made[feed.TILES_A_PAGE :]
    assert b"?videos=" not in second.content


@pytest.mark.parametrize(
    ("number", "words"),
    [(0, "0"), (999, "999"), (1000, "1K"), (1240, "1.2K"), (9999, "9.9K"), (10_000, "10K"), (999_999, "999K")]
    + [(1_000_000, "1M"), (3_450_000, "3.4M")],
)
def test_numbers_in_few_characters(number, words):
    assert compact(number) == words


@pytest.mark.parametrize(("milliseconds", "words"), [(0, "0:01"), (7400, "0:07"), (60_000, "1:00"), (61_600, "1:02")])
def test_lengths(milliseconds, words):
    assert duration(milliseconds) == words
