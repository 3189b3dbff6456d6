"""Pages with videos cost the same with 3 and with 30 of them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts import actions
from tests.accounts.conftest import browser_of

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
