import re

import pytest

from accounts import actions
from tests.accounts.conftest import PASSWORD, says

pytestmark = pytest.mark.django_db


def sign_in(client, login, password=PASSWORD, **extra):
    return client.post("/accounts/login/", {"login": login, "password": password} | extra)


@pytest.mark.parametrize("login", ["mia", "MIA", "mia@example.org", "Mia@Example.org"])
def test_by_username_or_address(client, mia, login):
    assert sign_in(client, login).url == "/"
    assert client.get("/").context["user"] == mia


def test_it_leads_on_to_where_one_was_going(client, mia):
    assert sign_in(client, "mia", next="/settings/").url == "/settings/"
    client.post("/accounts/logout/")
    assert sign_in(client, "mia", next="https://example.com/").url == "/"


@pytest.mark.parametrize(("login", "password"), [("mia", "wrong"), ("nobody", PASSWORD), ("", ""), ("mi\x00a", "x")])
def test_wrong_credentials_stay_on_the_page(client, mia, login, password):
    page = sign_in(client, login, password)
    assert page.status_code == 200
    assert page.context["form"].errors
    assert not says(page, PASSWORD)


def test_the_unknown_and_the_wrong_read_alike(client, mia):
    pages = [sign_in(client, login, "wrong-password") for login in ("mia", "nobody")]
    errors = [page.context["form"].non_field_errors() for page in pages]
    assert list(errors[0]) == list(errors[1])
    assert errors[0]


def test_closed_accounts_stay_out(client, mia):
    actions.deactivate(mia)
    sign_in(client, "mia")
    assert not client.get("/").context["user"].is_authenticated


def test_closing_an_account_ends_its_sessions(as_mia, mia):
    assert as_mia.get("/settings/").status_code == 200
    actions.deactivate(mia)
    assert as_mia.get("/settings/").status_code == 302


def test_guessing_is_slowed_down(client, mia):
    pages = [sign_in(client, "mia", f"guess-{number}") for number in range(12)]
    assert says(pages[-1], "Too many failed login attempts") or pages[-1].status_code == 429


def test_sign_out(as_mia):
    assert says(as_mia.get("/accounts/logout/"), "Sign out?")
    assert as_mia.post("/accounts/logout/").url == "/"
    assert not as_mia.get("/").context["user"].is_authenticated


def test_a_forgotten_password(client, mia, mailoutbox):
    known = client.post("/accounts/password/reset/", {"email": "mia@example.org"})
    unknown = client.post("/accounts/password/reset/", {"email": "nobody@example.org"})
    assert known.url == unknown.url == "/accounts/password/reset/done/"
    assert [mail.to for mail in mailoutbox] == [["mia@example.org"]]
    link = re.search(r"http://testserver(/\S+)", mailoutbox[0].body)[1]
    form = client.get(link, follow=True)
    new = "another-sheet-of-paper"
    done = client.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    assert done.status_code == 302
    assert sign_in(client, "mia", new).status_code == 302
    assert "Bad Token" in client.get(link, follow=True).content.decode()


def test_signing_in_and_out_shows_by_itself(client, mia):
    page = client.post("/accounts/login/", {"login": "mia", "password": PASSWORD}, follow=True)
    assert not list(page.context["messages"])
    page = client.post("/accounts/logout/", follow=True)
    assert not list(page.context["messages"])
