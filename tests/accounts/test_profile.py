import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts import actions
from tests.accounts.conftest import browser_of, says

pytestmark = pytest.mark.django_db


def test_anyone_sees_a_profile(client, jonas):
    page = client.get("/@jonas/")
    assert page.status_code == 200
    assert says(page, "Jonas Weber")
    assert says(page, "Sign in to follow or write")


@pytest.mark.parametrize("address", ["/@jonas/", "/@JONAS/", "/@Jonas/"])
def test_in_any_case(as_mia, jonas, address):
    assert as_mia.get(address).status_code == 200


@pytest.mark.parametrize("address", ["/@nobody/", "/@a/", "/@%00x/", "/@x'--/", "/@" + "x" * 25 + "/"])
def test_no_such_person(as_mia, address):
    assert as_mia.get(address).status_code == 404


@pytest.mark.parametrize("page", ["", "followers/", "following/"])
def test_inactive_people_are_404(as_mia, jonas, page):
    actions.deactivate(jonas)
    assert as_mia.get(f"/@jonas/{page}").status_code == 404


def test_what_people_write_is_escaped(as_mia, make_person):
    make_person("sly", display_name="<b>Sly</b>", bio="<script>alert(1)</script>\nsecond line")
    page = as_mia.get("/@sly/").content.decode()
    assert "<b>Sly" not in page
    assert "<script>alert" not in page
    assert "&lt;b&gt;Sly&lt;/b&gt;" in page


def test_what_can_be_done(as_mia, mia, jonas):
    assert says(as_mia.get("/@jonas/"), 'action="/@jonas/follow/"')
    assert says(as_mia.get("/@jonas/"), 'action="/@jonas/message/"')
    assert says(as_mia.get("/@jonas/"), "Block @jonas")
    actions.follow(mia, jonas)
    assert says(as_mia.get("/@jonas/"), "Following<span")
    actions.follow(jonas, mia)
    assert says(as_mia.get("/@jonas/"), "Friends<span")
    actions.block(mia, jonas)
    assert says(as_mia.get("/@jonas/"), "Unblock @jonas")
    assert not says(as_mia.get("/@jonas/"), 'action="/@jonas/follow/"')


def test_ones_own_profile_has_no_follow_button(as_mia):
    page = as_mia.get("/@mia/")
    assert says(page, "Edit profile")
    assert not says(page, "/@mia/follow/")


def test_why_writing_is_not_possible(as_mia, jonas):
    assert says(as_mia.get("/@jonas/"), "Follow @jonas to write to them.")


def test_a_block_hides_the_follower_from_the_blocker_alone(mia, jonas, outsider):
    actions.follow(jonas, mia)
    actions.block(mia, jonas)
    for viewer, is_listed in ((mia, False), (jonas, True), (outsider, True)):
        browser = browser_of(viewer)
        assert says(browser.get("/@mia/followers/"), "Jonas Weber") is is_listed
        assert browser.get("/@mia/").context["follower_count"] == int(is_listed)


def test_the_blocked_sees_the_same_page_as_one_who_never_was(as_jonas, mia, jonas, make_person):
    """Both accounts accept nobody, so that the reason why writing isn't possible can't differ either."""
    twin = make_person("ann", display_name="Mia Lindqvist", message_privacy="nobody")
    mia.message_privacy = "nobody"
    mia.save()
    for person in (mia, twin):
        actions.follow(jonas, person)
    actions.block(mia, jonas)
    for page in ("", "followers/", "following/"):
        of_mia, of_twin = (as_jonas.get(f"/@{person.username}/{page}") for person in (mia, twin))
        assert of_mia.status_code == of_twin.status_code == 200
        assert without_names(of_mia, mia) == without_names(of_twin, twin)


def without_names(response, person) -> str:
    """Return a page without its tokens and without what tells one person from another."""
    page = re.sub(r"[A-Za-z0-9]{64}", "TOKEN", response.content.decode())
    page = re.sub(r"tint-\d", "tint", page)
    return page.replace(f"@{person.username}", "@PERSON").replace(f"-{person.pk}", "-PK")


def test_lists_are_for_the_signed_in(client, jonas):
    for which in ("followers", "following"):
        assert client.get(f"/@jonas/{which}/").url == f"/accounts/login/?next=/%40jonas/{which}/"


def test_lists_go_on_by_key(as_mia, jonas, make_person):
    people = [make_person(f"reader{number:02}") for number in range(32)]
    for person in people:
        actions.follow(person, jonas)
    first = as_mia.get("/@jonas/followers/")
    assert [person.username for person in first.context["people"]] == [p.username for p in people[:1:-1]]
    second = as_mia.get("/@jonas/followers/" + first.context["next_page"])
    assert [person.username for person in second.context["people"]] == ["reader01", "reader00"]
    assert second.context["next_page"] is None
    assert says(second, "reader00")


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "٣", ""])
def test_lists_take_a_strange_key_for_none(as_mia, jonas, mia, before):
    actions.follow(mia, jonas)
    assert len(as_mia.get("/@jonas/followers/", {"before": before}).context["people"]) == 1


def test_lists_cost_the_same_with_3_and_with_30(as_mia, jonas, make_person):
    counts = []
    for batch in (range(3), range(3, 30)):
        for number in batch:
            actions.follow(make_person(f"fan{number}"), jonas)
        as_mia.get("/@jonas/followers/")  # notes the activity, once a minute
        with CaptureQueriesContext(connection) as queries:
            as_mia.get("/@jonas/followers/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize("page", ["", "followers/", "following/"])
def test_pages_are_not_posted_to(as_mia, jonas, page):
    assert as_mia.post(f"/@jonas/{page}").status_code == 405
