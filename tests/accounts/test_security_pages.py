"""Every page of allauth that can be reached is drawn in the site's own frame."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

from tests.accounts.conftest import PASSWORD, says

pytestmark = pytest.mark.django_db

OUTSIDE = ("login/", "signup/", "password/reset/", "password/reset/done/", "confirm-email/", "inactive/")
INSIDE = ("logout/", "email/", "password/change/", "sessions/", "2fa/", "2fa/webauthn/", "reauthenticate/")


def is_ours(page) -> bool:
    return page.status_code == 200 and says(page, '<main id="main"') and "Menu:" not in page.content.decode()


@pytest.mark.parametrize("path", OUTSIDE)
def test_pages_on_the_way_in(client, path):
    assert is_ours(client.get(f"/accounts/{path}", follow=True))


@pytest.mark.parametrize("path", INSIDE)
def test_pages_of_the_signed_in(as_mia, path):
    assert is_ours(as_mia.get(f"/accounts/{path}", follow=True))


@pytest.mark.parametrize("path", [*OUTSIDE, "password/reset/key/done/"])
def test_no_script_stands_in_a_page(client, path):
    content = client.get(f"/accounts/{path}", follow=True).content.decode()
    for script in content.split("<script")[1:]:
        opening = script.split(">")[0]
        assert "src=" in opening or "application/json" in opening
    assert " onclick" not in content


def code_of(browser) -> str:
    secret = browser.session["mfa.totp.secret"]
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def test_a_second_factor_from_beginning_to_end(client, mia):
    client.post("/accounts/login/", {"login": "mia", "password": PASSWORD})
    assert says(client.get("/settings/security/"), "Off")
    assert client.get("/accounts/2fa/totp/activate/").url.startswith("/accounts/reauthenticate/")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    form = client.get("/accounts/2fa/totp/activate/")
    assert is_ours(form)
    wrong = client.post("/accounts/2fa/totp/activate/", {"code": "000000"})
    assert is_ours(wrong)
    assert wrong.context["form"].errors
    secret = client.session["mfa.totp.secret"]
    client.post("/accounts/2fa/totp/activate/", {"code": code_of(client)})
    assert Authenticator.objects.filter(user=mia, type=Authenticator.Type.TOTP).exists()
    codes = client.get("/accounts/2fa/recovery-codes/")
    assert is_ours(codes)
    recovery = codes.context["unused_codes"][0]
    assert says(client.get("/settings/security/"), "left")
    assert is_ours(client.get("/accounts/2fa/recovery-codes/generate/"))
    assert is_ours(client.get("/accounts/2fa/totp/deactivate/"))

    client.post("/accounts/logout/")
    response = client.post("/accounts/login/", {"login": "mia", "password": PASSWORD})
    assert response.url.startswith("/accounts/2fa/authenticate/")
    assert is_ours(client.get(response.url))
    assert not client.get("/").context["user"].is_authenticated
    assert client.post(response.url, {"code": "wrong"}).context["form"].errors
    client.post(response.url, {"code": recovery})
    assert client.get("/").context["user"] == mia
    assert secret not in client.get("/accounts/2fa/").content.decode()


def test_sessions_are_listed_and_ended(client, mia):
    from django.test import Client

    other = Client(HTTP_USER_AGENT="Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/140.0")
    for browser in (client, other):
        browser.post("/accounts/login/", {"login": "mia", "password": PASSWORD})
        browser.get("/settings/")
    assert says(client.get("/accounts/sessions/"), "Firefox on Windows")
    client.post("/accounts/sessions/")
    assert other.get("/settings/").status_code == 302
    assert client.get("/settings/").status_code == 200


def test_a_new_password_ends_the_other_sessions(client, mia):
    from django.test import Client

    other = Client()
    for browser in (client, other):
        browser.post("/accounts/login/", {"login": "mia", "password": PASSWORD})
    new = "another-sheet-of-paper"
    fields = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert client.post("/accounts/password/change/", fields).status_code == 302
    assert client.get("/settings/").status_code == 200
    assert other.get("/settings/").status_code == 302
