import pytest

from accounts import actions
from tests.accounts.conftest import says

pytestmark = pytest.mark.django_db


def suggested(client) -> list[str]:
    return [person.username for person in client.get("/").context["people"]]


def test_signed_out_people_learn_what_this_is(client):
    page = client.get("/")
    assert says(page, 'href="/accounts/signup/"')
    assert says(page, 'href="/accounts/login/"')


def test_signed_in_people_get_to_the_inbox(as_mia):
    assert says(as_mia.get("/"), 'href="/inbox/"')


def test_friends_of_friends_come_first_then_the_newest(as_mia, mia, jonas, make_person):
    once, twice, other = make_person("once"), make_person("twice"), make_person("other")
    newest, sam = make_person("newest"), make_person("sam")
    for one, two in [(mia, jonas), (mia, sam), (jonas, once), (jonas, twice), (sam, twice), (newest, other)]:
        actions.follow(one, two)
    assert suggested(as_mia) == ["twice", "once", "newest", "other"]
    assert as_mia.get("/").context["people"][0].mutual_count == 2


def test_never_oneself_the_followed_the_blocked_or_the_gone(as_mia, mia, jonas, outsider, make_person):
    actions.follow(mia, jonas)
    actions.follow(jonas, mia)
    actions.follow(jonas, outsider)
    actions.block(mia, outsider)
    actions.deactivate(make_person("gone"))
    assert suggested(as_mia) == []
    assert says(as_mia.get("/"), "You know everyone here")


def test_pages_of_the_signed_in_are_not_kept(as_mia):
    assert "no-store" in as_mia.get("/")["Cache-Control"]
