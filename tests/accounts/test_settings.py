import datetime

import pytest

from accounts import actions
from accounts.policies import today
from accounts.signals import account_changed
from tests.accounts.conftest import says

pytestmark = pytest.mark.django_db

SECTIONS = ("", "profile/", "privacy/", "blocked/", "appearance/", "notifications/", "security/")


@pytest.mark.parametrize("section", SECTIONS)
def test_every_section_opens(as_mia, section):
    assert as_mia.get(f"/settings/{section}").status_code == 200


@pytest.mark.parametrize("section", SECTIONS)
def test_signed_out_people_sign_in_first(client, section):
    assert client.get(f"/settings/{section}").url == f"/accounts/login/?next=/settings/{section}"


@pytest.mark.parametrize("section", ["", "blocked/", "security/"])
def test_what_is_only_shown_is_not_posted_to(as_mia, section):
    assert as_mia.post(f"/settings/{section}").status_code == 405


@pytest.mark.parametrize("section", ["profile/avatar/", "profile/avatar/remove/"])
def test_what_is_only_done_is_not_shown(as_mia, section):
    assert as_mia.get(f"/settings/{section}").status_code == 405


@pytest.mark.parametrize("path", ["profile/", "profile/avatar/", "profile/avatar/remove/", "privacy/", "appearance/"])
def test_signed_out_people_change_nothing(client, path):
    assert client.post(f"/settings/{path}").url.startswith("/accounts/login/")


def test_profile(as_mia, mia):
    response = as_mia.post("/settings/profile/", {"display_name": " Mia L. ", "bio": "one\r\ntwo"})
    assert response.url == "/settings/profile/"
    mia.refresh_from_db()
    assert (mia.display_name, mia.bio) == ("Mia L.", "one\ntwo")


@pytest.mark.parametrize("name", ["a\u202eb", "zero\u200bwidth", "x" * 51, "bell\x07"])
def test_names_that_deceive_are_refused_and_kept_in_the_field(as_mia, mia, name):
    page = as_mia.post("/settings/profile/", {"display_name": name, "bio": "my words"})
    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {"display_name"}
    assert says(page, "my words")
    mia.refresh_from_db()
    assert mia.display_name == "Mia Lindqvist"


def test_a_line_end_counts_once(as_mia, mia):
    assert as_mia.post("/settings/profile/", {"bio": "\r\n".join("x" * 100)}).status_code == 302
    assert as_mia.post("/settings/profile/", {"bio": "x" * 201}).status_code == 200


def test_equal_names_are_equal(as_mia, mia):
    as_mia.post("/settings/profile/", {"display_name": "Zoe\u0308", "bio": ""})
    mia.refresh_from_db()
    assert mia.display_name == "Zo\u00eb"


def test_lengths_are_of_what_is_kept(as_mia, mia):
    """These grow to three characters each when they are normalised."""
    for fields in ({"display_name": "\ufb2c" * 50}, {"bio": "\ufb2c" * 200}):
        page = as_mia.post("/settings/profile/", fields)
        assert page.status_code == 200
        assert page.context["form"].errors.keys() == fields.keys()
    shrinks = {"display_name": "e\u0301" * 50, "bio": "e\u0301" * 200}
    assert as_mia.post("/settings/profile/", shrinks).status_code == 302
    mia.refresh_from_db()
    assert (mia.display_name, mia.bio) == ("\u00e9" * 50, "\u00e9" * 200)


@pytest.mark.parametrize(("years", "privacy"), [(14, "nobody"), (16, "nobody"), (17, "nobody"), (18, "friends")])
def test_who_turns_out_to_be_a_minor_starts_closed(as_mia, mia, years, privacy):
    mia.birth_date = None
    mia.save()
    born = today() - datetime.timedelta(days=years * 365.25 + 2)
    as_mia.post("/settings/profile/", {"birth_date": born.isoformat()})
    mia.refresh_from_db()
    assert (mia.birth_date, mia.message_privacy) == (born, privacy)


def test_the_birth_date_is_set_once(as_mia, mia):
    as_mia.post("/settings/profile/", {"birth_date": "2001-01-01"})
    mia.refresh_from_db()
    assert mia.birth_date == datetime.date(1990, 6, 15)
    mia.birth_date = None
    mia.save()
    as_mia.post("/settings/profile/", {"birth_date": "2001-01-01"})
    mia.refresh_from_db()
    assert mia.birth_date == datetime.date(2001, 1, 1)


@pytest.mark.parametrize("privacy", ["everyone", "following", "friends", "nobody"])
def test_privacy(as_mia, mia, privacy):
    assert as_mia.post("/settings/privacy/", {"message_privacy": privacy, "read_receipts": "on"}).status_code == 302
    mia.refresh_from_db()
    assert (mia.message_privacy, mia.read_receipts, mia.show_activity) == (privacy, True, False)
    assert says(as_mia.get("/settings/privacy/"), f'value="{privacy}"')


@pytest.mark.parametrize("privacy", ["", "anyone", "NOBODY"])
def test_privacy_of_another_kind_is_refused(as_mia, mia, privacy):
    page = as_mia.post("/settings/privacy/", {"message_privacy": privacy})
    assert page.context["form"].errors.keys() == {"message_privacy"}
    mia.refresh_from_db()
    assert mia.message_privacy == "friends"


def test_presence_is_forgotten_when_it_may_not_be_shown(as_mia, mia):
    as_mia.get("/settings/")
    mia.refresh_from_db()
    assert mia.last_active_at is not None
    as_mia.post("/settings/privacy/", {"message_privacy": "friends"})
    as_mia.get("/settings/")
    mia.refresh_from_db()
    assert mia.last_active_at is None


def test_others_are_told_of_a_change_of_privacy(as_mia, django_capture_on_commit_callbacks):
    told = []

    def listen(user, **kwargs):
        told.append(user.username)

    account_changed.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        as_mia.post("/settings/privacy/", {"message_privacy": "nobody"})
    account_changed.disconnect(listen)
    assert told == ["mia"]


@pytest.mark.parametrize("theme", ["light", "dark", "system"])
def test_appearance(as_mia, theme):
    page = as_mia.post("/settings/appearance/", {"theme": theme}, follow=True)
    assert says(page, f'data-theme="{theme}"')


def test_notifications(as_mia, mia):
    as_mia.post("/settings/notifications/", {})
    assert says(as_mia.get("/settings/"), 'data-notices="0"')
    as_mia.post("/settings/notifications/", {"notify_in_app": "on"})
    assert says(as_mia.get("/settings/"), 'data-notices="1"')


def test_blocked_lists_ones_own_blocks_alone(as_mia, as_jonas, mia, jonas, outsider):
    actions.block(mia, outsider)
    assert says(as_mia.get("/settings/blocked/"), "@outsider")
    assert not says(as_jonas.get("/settings/blocked/"), "@outsider")
    as_mia.post("/@outsider/unblock/", {"next": "/settings/blocked/"})
    assert says(as_mia.get("/settings/blocked/"), "Nobody is blocked")


def test_blocked_goes_on_by_key(as_mia, mia, make_person):
    for number in range(32):
        actions.block(mia, make_person(f"pest{number:02}"))
    first = as_mia.get("/settings/blocked/")
    second = as_mia.get("/settings/blocked/" + first.context["next_page"])
    assert [person.username for person in second.context["people"]] == ["pest01", "pest00"]
    assert second.context["next_page"] is None
