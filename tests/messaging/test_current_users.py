"""Who a session belongs to is read each time, whatever was known about it before."""

import pytest

from accounts import sessions
from accounts.sessions import current_user, current_users
from tests.messaging.people import change
from tests.messaging.talk import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch):
    monkeypatch.setattr(sessions, "_last_said", {})


def test_each_session_has_its_account_the_first_time_and_later(mira, tom):
    keys = {signed_in(person).session.session_key: person for person in (mira, tom, mira)}
    for _again in range(3):
        assert current_users([*keys, "no-session"]) == {**keys, "no-session": None}
    assert current_users([]) == {}


def test_what_was_known_is_not_believed(mira, tom, monkeypatch):
    key, other = (signed_in(person).session.session_key for person in (mira, tom))
    for wrong in (tom.pk, 10**9):
        monkeypatch.setattr(sessions, "_last_said", {key: wrong, other: tom.pk, "no-session": mira.pk})
        assert current_users([key, other, "no-session"]) == {key: mira, other: tom, "no-session": None}


def test_an_ended_session_and_a_closed_account_are_nobodys(mira, tom):
    client, other = signed_in(mira), signed_in(tom)
    key, other_key = client.session.session_key, other.session.session_key
    assert current_users([key, other_key]) == {key: mira, other_key: tom}
    client.logout()
    change(tom, is_active=False)
    assert current_users([key, other_key]) == {key: None, other_key: None}


def test_a_new_password_ends_a_session(mira):
    key = signed_in(mira).session.session_key
    assert current_user(key) == mira
    mira.set_password("another one entirely")
    mira.save()
    assert current_user(key) is None


def test_what_is_known_stays_bounded(mira, tom, monkeypatch):
    monkeypatch.setattr(sessions, "_MOST_SAID", 1)
    for person in (mira, tom, mira, tom):
        key = signed_in(person).session.session_key
        assert current_user(key) == person
    assert len(sessions._last_said) <= 2
