"""Pages with videos cost the same with 3 and with 30 of them, and are read off the index in its order."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import actions
from tests.accounts.conftest import browser_of
from videos import feed
from videos.models import Video

pytestmark = pytest.mark.django_db
FEW, MANY = 3, 30
MOST = 12


def queries(browser: Client, url: str) -> list[str]:
    with CaptureQueriesContext(connection) as captured:
        assert browser.get(url).status_code == 200
    return [query["sql"] for query in captured.captured_queries]


@pytest.mark.parametrize("who", ["signed in", "signed out"])
@pytest.mark.parametrize("url", ["/", "/?feed=following", "/@jonas/", "video"])
def test_a_page_costs_the_same(url, who, mia, jonas, make_person, make_video):
    browser = browser_of(mia) if who == "signed in" else Client()
    actions.follow(mia, jonas)

    def grow(count: int) -> None:
        for number in range(count):
            other = make_person(f"p{number}.{count}")
            actions.follow(mia, other)
            make_video(other)
            make_video(jonas)

    grow(FEW)
    url = f"/videos/{make_video(jonas).pk}/" if url == "video" else url
    browser.get(url)  # what is looked up once in the life of a process, or a minute
    few = queries(browser, url)
    grow(MANY - FEW)
    many = queries(browser, url)
    assert len(few) == len(many) <= MOST, "\n".join(many)


def test_a_later_page_is_read_off_the_index(mia, make_person):
    authors = [make_person(f"author{number}") for number in range(20)]
    now = timezone.now()
    Video.objects.bulk_create(
        Video(author=authors[number % 20], state="ready", published_at=now - timedelta(minutes=number))
        for number in range(4000)
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    middle = Video.objects.newest_first()[2000]
    videos = feed.watchable(mia).exclude(author=mia)
    page = videos.newest_first().older_than(middle.published_at, middle.pk)[: feed.CLIPS_A_PAGE]
    assert [video.published_at for video in page] == [now - timedelta(minutes=number) for number in range(2001, 2006)]
    plan = page.explain()
    assert "video_newest" in plan
    assert not is_sorted(plan)
    assert is_sorted(videos.order_by("caption")[:5].explain())  # the guard


def is_sorted(plan: str) -> bool:
    return "Sort" in plan or "TEMP B-TREE" in plan
