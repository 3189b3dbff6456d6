import datetime
import re

import pytest

from accounts.models import MessagePrivacy, User
from accounts.policies import today
from tests.accounts.conftest import PASSWORD, says

pytestmark = pytest.mark.django_db

FIELDS = {
    "username": "nova",
    "email": "nova@example.org",
    "password1": PASSWORD,
    "password2": PASSWORD,
    "birth_date": "1995-04-03",
}


def sign_up(client, **changes):
    return client.post("/accounts/signup/", FIELDS | changes)


def test_it_makes_an_account_and_signs_in(client):
    response = sign_up(client)
    assert response.status_code == 302
    assert response.url == "/"
    user = User.objects.get()
    assert (user.username, user.email, user.birth_date) == ("nova", "nova@example.org", datetime.date(1995, 4, 3))
    assert user.message_privacy == MessagePrivacy.FRIENDS
    assert client.get("/").context["user"] == user


@pytest.mark.parametrize(("years", "privacy"), [(15, "nobody"), (16, "nobody"), (17, "nobody"), (18, "friends")])
def test_privacy_follows_from_the_age(client, years, privacy):
    born = today() - datetime.timedelta(days=years * 365.25 + 2)
    sign_up(client, birth_date=born.isoformat())
    assert User.objects.get().message_privacy == privacy


def test_usernames_are_kept_in_small_letters(client):
    sign_up(client, username="NoVa")
    assert User.objects.get().username == "nova"


@pytest.mark.parametrize(
    "username",
    [
        "n",
        "x" * 25,
        "no va",
        "nova!",
        "növa",
        "nova\u200b",
        "@nova",
        "",
        "admin",
        "Settings",
        "inbox",
        "n\x00va",
        "İ" * 24,
        "\ufb2c" * 24,
    ],
)
def test_usernames_that_cannot_be_had(client, username):
    page = sign_up(client, username=username)
    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {"username"}
    assert not User.objects.exists()


@pytest.mark.parametrize("taken", ["nova", "NOVA"])
def test_a_name_is_had_once(client, make_person, taken):
    make_person("nova")
    page = sign_up(client, username=taken, email="other@example.org")
    assert page.context["form"].errors.keys() == {"username"}
    assert User.objects.count() == 1


def test_a_name_taken_in_the_same_moment_is_an_error_at_the_field(client, make_person, monkeypatch):
    make_person("nova")
    monkeypatch.setattr("accounts.adapter.AccountAdapter.clean_username", lambda self, name, shallow=False: name)
    page = sign_up(client, email="other@example.org")
    assert page.status_code == 200
    assert page.context["form"].errors.keys() == {"username"}
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    ("birth_date", "words"),
    [
        ((today() - datetime.timedelta(days=12 * 365)).isoformat(), "You can join from the age of 13."),
        ((today() + datetime.timedelta(days=2)).isoformat(), "This date lies in the future."),
        ("1850-01-01", "Check the year"),
        ("3 April 1995", "Enter a valid date."),
        ("1995-02-30", "Enter a valid date."),
        ("", "This field is required."),
    ],
)
def test_birth_dates_that_do_not_do(client, birth_date, words):
    page = sign_up(client, birth_date=birth_date)
    assert page.context["form"].errors.keys() == {"birth_date"}
    assert says(page, words)
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"password2": "something-else"}, "password2"),
        ({"password1": "12345678", "password2": "12345678"}, "password1"),
        ({"password1": "nova", "password2": "nova"}, "password1"),
        ({"email": "not-an-address"}, "email"),
    ],
)
def test_errors_stand_at_their_field_and_what_was_typed_stays(client, changes, field):
    page = sign_up(client, **changes)
    assert page.context["form"].errors.keys() == {field}
    assert says(page, 'value="nova"')
    assert says(page, 'value="1995-04-03"')
    assert not says(page, PASSWORD)
    assert not User.objects.exists()


def test_an_address_serves_one_account(client, make_person):
    make_person("first", email="nova@example.org")
    from allauth.account.models import EmailAddress

    EmailAddress.objects.create(user=User.objects.get(), email="nova@example.org", primary=True, verified=True)
    sign_up(client)
    assert User.objects.count() == 1


def test_the_signed_in_do_not_sign_up(as_mia):
    assert as_mia.get("/accounts/signup/").status_code == 302


def test_where_addresses_must_be_confirmed_first(client, settings, mailoutbox):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    sent = sign_up(client)
    assert sent.url == "/accounts/confirm-email/"
    assert says(client.get(sent.url), '<main id="main"')
    assert not client.get("/").context["user"].is_authenticated
    link = re.search(r"http://testserver(/accounts/confirm-email/\S+)", mailoutbox[0].body)[1]
    assert says(client.get(link), '<main id="main"')
    assert client.post(link).status_code == 302
    signed_in = client.post("/accounts/login/", {"login": "nova", "password": PASSWORD})
    assert signed_in.url == "/"


def test_where_addresses_must_be_confirmed_nobody_learns_who_is_here(client, settings, make_person, mailoutbox):
    settings.ACCOUNT_EMAIL_VERIFICATION = "mandatory"
    make_person("first", email="nova@example.org")
    taken = sign_up(client)
    free = sign_up(client, username="other", email="other@example.org")
    assert taken.url == free.url == "/accounts/confirm-email/"
    assert User.objects.filter(email="nova@example.org").count() == 1
    assert [mail.to for mail in mailoutbox] == [["nova@example.org"], ["other@example.org"]]
