"""What the security log says, and what it must never say."""

import json
import logging

import pytest
from django.test import Client

from accounts import counting, security_log
from accounts.counting import Window
from tests.accounts.conftest import PASSWORD
from tests.accounts.test_security_pages import code_of

pytestmark = pytest.mark.django_db
ELSEWHERE = {"REMOTE_ADDR": "192.0.2.7"}


class Lines(logging.Handler):
    """Keeps what is written, as the events that structlog hands over."""

    def __init__(self) -> None:
        super().__init__()
        self.events: list[dict] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.events.append(dict(record.msg))

    def named(self, event: str) -> list[dict]:
        return [line for line in self.events if line["event"] == event]

    def __str__(self) -> str:
        return json.dumps(self.events, default=str)


@pytest.fixture
def lines():
    handler = Lines()
    logger = logging.getLogger("security")
    logger.addHandler(handler)
    yield handler
    logger.removeHandler(handler)


def test_signing_in_and_out(client, mia, lines):
    client.post("/accounts/login/", {"login": "mia", "password": PASSWORD}, **ELSEWHERE)
    client.post("/accounts/logout/", **ELSEWHERE)
    (came,), (went,) = lines.named("signed_in"), lines.named("signed_out")
    assert (came["account"], came["address"], came["methods"]) == (mia.pk, "192.0.2.7", ["password"])
    assert (went["account"], went["address"]) == (mia.pk, "192.0.2.7")
    assert came["level"] == "info"
    assert came["timestamp"].endswith("Z")


def test_a_wrong_password_names_the_account_it_was_tried_on_and_no_word_that_was_typed(client, mia, lines):
    client.post("/accounts/login/", {"login": "MIA", "password": "not-her-passphrase"}, **ELSEWHERE)
    client.post("/accounts/login/", {"login": "my-secret-by-mistake", "password": "x"}, **ELSEWHERE)
    known, unknown = lines.named("sign_in_failed")
    assert (known["account"], known["address"]) == (mia.pk, "192.0.2.7")
    assert unknown["account"] is None
    for typed in ("not-her-passphrase", "my-secret-by-mistake"):
        assert typed not in str(lines)


def test_a_new_password(as_mia, mia, lines):
    as_mia.post("/accounts/reauthenticate/", {"password": PASSWORD})
    new = {"oldpassword": PASSWORD, "password1": "another-long-phrase", "password2": "another-long-phrase"}
    as_mia.post("/accounts/password/change/", new)
    assert [line["account"] for line in lines.named("password_changed")] == [mia.pk]
    assert "another-long-phrase" not in str(lines)


def test_a_second_factor(client, mia, lines, django_capture_on_commit_callbacks):
    client.post("/accounts/login/", {"login": "mia", "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    client.get("/accounts/2fa/totp/activate/")
    secret = client.session["mfa.totp.secret"]
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/accounts/2fa/totp/activate/", {"code": code_of(client)})
    assert "totp" in [line["factor"] for line in lines.named("factor_added")]

    other = Client()
    other.post("/accounts/login/", {"login": "mia", "password": PASSWORD})
    other.post("/accounts/2fa/authenticate/", {"code": "123456"})
    assert [line["account"] for line in lines.named("factor_failed")] == [mia.pk]
    assert lines.named("signed_in")[1:] == []
    for hidden in (secret, "123456", client.session.session_key):
        assert hidden not in str(lines)


def test_a_limit_that_was_met(mia, lines):
    window = Window(f"messages:{mia.pk}", 1, 3600)
    assert counting.seconds_until_room([window]) == 0
    assert not lines.events
    assert counting.seconds_until_room([window]) > 0
    (line,) = lines.named("limited")
    assert line["limits"] == [f"messages:{mia.pk}"]


def test_line_ends_forge_no_line(lines, capsys):
    security_log.log.info("signed_in", account='1\n{"event": "signed_in", "account": 2}')
    assert len(lines.events) == 1
    rendered = capsys.readouterr().err
    assert not [line for line in rendered.splitlines() if line.startswith('{"event": "signed_in", "account": 2')]


def test_it_is_written_whatever_the_level_of_the_rest():
    assert logging.getLogger("security").isEnabledFor(logging.INFO)
    assert not logging.getLogger("accounts").isEnabledFor(logging.INFO)
