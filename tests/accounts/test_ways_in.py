"""What the ways into an account promise (docs/security.md): passwords, factors, sessions."""

import datetime
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.accounts.conftest import PASSWORD, says
from tests.cache import start_afresh

pytestmark = pytest.mark.django_db
SECRET = "JBSWY3DPEHPK3PXP"
ODD = "  späce at both ends 🦆 and 64 and more letters in a row, all of them counted  "


def code() -> str:
    return format_hotp_value(hotp_value(SECRET, next(yield_hotp_counters_from_time())))


def sign_up(client: Client, password: str):
    fields = {"username": "nora", "email": "nora@example.org", "password1": password, "password2": password}
    return client.post("/accounts/signup/", {**fields, "birth_date": "1990-05-01"})


def sign_in(client: Client, password: str = PASSWORD, name: str = "mia"):
    return client.post("/accounts/login/", {"login": name, "password": password})


def is_in(client: Client) -> bool:
    return client.get("/settings/").status_code == 200


@pytest.mark.parametrize("password", ["", "short7!", "password123", "iloveyou1", "nora@example", "paperplane2026"])
def test_passwords_that_would_be_tried_first_are_refused(client, password):
    page = sign_up(client, password)
    assert page.status_code == 200
    assert page.context["form"].errors["password1"]
    assert not User.objects.filter(username="nora").exists()


@pytest.mark.parametrize("password", [ODD, "93718264", "zqxjkvbw", "!!!!¿¿¿¿????", "p" * 20 + "4" * 100])
def test_a_password_of_any_kind_counts_as_it_was_typed(client, password):
    sign_up(client, password)
    for other in (password.strip()[:-1], password[:64], password.swapcase(), f"{password} "):
        if other != password:
            assert not is_in_with(other)
    assert is_in_with(password)


def is_in_with(password: str) -> bool:
    # From elsewhere each time: guessing has limits.
    browser = Client(REMOTE_ADDR=f"192.0.2.{abs(hash(password)) % 250}")
    start_afresh()
    sign_in(browser, password, "nora")
    return is_in(browser)


@pytest.mark.parametrize("path", ["/accounts/login/", "/accounts/signup/"])
def test_password_managers_find_the_fields(client, path):
    content = client.get(path).content.decode()
    fields = re.findall(r"<input[^>]*password[^>]*>", content)
    assert fields
    for field in fields:
        assert 'type="password"' in field
        assert re.search(r'autocomplete="(current|new)-password"', field)
        assert "onpaste" not in field
        assert not re.search(r'maxlength="\d\d?"', field)


def test_a_new_password_asks_for_the_old_one(as_mia, mia):
    new = {"password1": "a-folded-crane-of-red", "password2": "a-folded-crane-of-red"}
    page = as_mia.post("/accounts/password/change/", {"oldpassword": "wrong", **new})
    assert page.context["form"].errors["oldpassword"]
    mia.refresh_from_db()
    assert mia.check_password(PASSWORD)


def test_a_new_address_asks_for_the_password_again(as_mia, mia):
    answer = as_mia.post("/accounts/email/", {"action_add": "", "email": "other@example.org"})
    assert answer.url.startswith("/accounts/reauthenticate/")
    as_mia.post("/accounts/reauthenticate/", {"password": PASSWORD})
    as_mia.post("/accounts/email/", {"action_add": "", "email": "other@example.org"})
    assert says(as_mia.get("/accounts/email/"), "other@example.org")


def test_an_address_with_a_line_end_is_no_address(client):
    for address in ("mia@example.org\nBcc: all@example.org", "mia@example.org\r\nSubject: x"):
        client.post("/accounts/password/reset/", {"email": address})
    assert not mail.outbox


def test_signing_in_gives_a_new_session_and_what_was_before_opens_nothing(client, mia):
    client.get("/accounts/login/")
    session = client.session
    session["planted"] = True
    session.save()
    client.cookies["sessionid"] = session.session_key
    sign_in(client)
    assert is_in(client)
    assert client.cookies["sessionid"].value != session.session_key
    thief = Client()
    thief.cookies["sessionid"] = session.session_key
    assert not is_in(thief)


def test_a_session_that_ended_opens_nothing(client, mia):
    sign_in(client)
    key = client.cookies["sessionid"].value
    client.post("/accounts/logout/")
    client.cookies["sessionid"] = key
    assert not is_in(client)


def test_a_code_works_once_and_so_does_a_recovery_code(mia):
    TOTP.activate(mia, SECRET)
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes

    recovery = RecoveryCodes.activate(mia).get_unused_codes()[0]
    for given in (code(), recovery):
        first, second = Client(), Client()
        for browser in (first, second):
            sign_in(browser)
            browser.post("/accounts/2fa/authenticate/", {"code": given})
        assert is_in(first)
        assert not is_in(second)
    kept = Authenticator.objects.get(user=mia, type=Authenticator.Type.RECOVERY_CODES)
    assert recovery not in str(kept.data)


def test_a_link_to_a_new_password_lasts_an_hour_works_once_and_leaves_the_second_factor(client, mia, monkeypatch):
    TOTP.activate(mia, SECRET)
    links = []
    for _number in range(2):
        start_afresh()
        client.post("/accounts/password/reset/", {"email": mia.email})
        links.append(re.search(r"http://testserver(/\S+)", mail.outbox[-1].body)[1])
    new = {"password1": "a-folded-crane-of-red", "password2": "a-folded-crane-of-red"}

    from django.contrib.auth.tokens import PasswordResetTokenGenerator

    later = datetime.datetime.now() + datetime.timedelta(minutes=61)  # noqa: DTZ005 -- as Django's generator counts
    with monkeypatch.context() as patch:
        patch.setattr(PasswordResetTokenGenerator, "_now", lambda self: later)
        assert says(client.get(links[0], follow=True), "Bad Token")

    form = client.get(links[0], follow=True)
    client.post(form.request["PATH_INFO"], new)
    assert not is_in(client)
    assert says(Client().get(links[1], follow=True), "Bad Token")
    answer = sign_in(client, "a-folded-crane-of-red")
    assert answer.url.startswith(reverse("mfa_authenticate"))
    assert not is_in(client)
