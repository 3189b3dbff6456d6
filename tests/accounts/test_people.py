import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import actions
from tests.accounts.conftest import says

pytestmark = pytest.mark.django_db


def found(client, **query) -> list[str]:
    return [person.username for person in client.get("/people/", query).context["people"]]


@pytest.mark.parametrize("words", ["jon", "JON", "@jonas", "weber", "Weber", "as Web", " jonas "])
def test_by_the_start_of_a_username_or_a_part_of_a_name(as_mia, jonas, words):
    assert found(as_mia, q=words) == ["jonas"]


@pytest.mark.parametrize("words", ["utsider", "xyz", "%", "_", "\x00", "j" * 60, "'"])
def test_nothing_else(as_mia, jonas, outsider, words):
    page = as_mia.get("/people/", {"q": words})
    assert page.status_code == 200
    assert page.context["people"] == []
    assert says(page, "Nobody found")


def test_whom_one_blocked_and_who_left_are_not_found(as_mia, mia, jonas, outsider):
    actions.block(mia, jonas)
    actions.deactivate(outsider)
    assert found(as_mia, q="jonas") == found(as_mia, q="outsider") == []


def test_who_blocked_one_is_found_as_before(as_jonas, mia, jonas):
    actions.block(mia, jonas)
    assert found(as_jonas, q="mia") == ["mia"]


def test_the_typed_words_stay_and_are_escaped(as_mia):
    page = as_mia.get("/people/", {"q": '"><script>'}).content.decode()
    assert "&quot;&gt;&lt;script&gt;" in page
    assert '"><script>' not in page


def test_pages_go_on_by_name(as_mia, make_person):
    names = [f"zoe{number:02}" for number in range(32)]
    for name in reversed(names):
        make_person(name)
    first = as_mia.get("/people/", {"q": "zoe"})
    assert [person.username for person in first.context["people"]] == names[:30]
    second = as_mia.get("/people/" + first.context["next_page"])
    assert [person.username for person in second.context["people"]] == names[30:]
    assert second.context["next_page"] is None


def test_a_page_costs_the_same_with_3_and_with_30(as_mia, make_person):
    counts = []
    for batch in (range(3), range(3, 30)):
        for number in batch:
            make_person(f"zoe{number:02}")
        as_mia.get("/people/", {"q": "zoe"})
        with CaptureQueriesContext(connection) as queries:
            as_mia.get("/people/", {"q": "zoe"})
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_without_words_it_suggests(as_mia, jonas):
    assert says(as_mia.get("/people/"), "@jonas")


def test_signed_out_people_sign_in_first(client):
    assert client.get("/people/").url == "/accounts/login/?next=/people/"


def test_it_is_not_posted_to(as_mia):
    assert as_mia.post("/people/").status_code == 405
