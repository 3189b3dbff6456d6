import datetime

import pytest
from django.core.management import call_command

from accounts import actions
from accounts.models import User
from accounts.policies import today
from accounts.signals import account_changed
from tests.accounts.conftest import PASSWORD, browser_of

NEW_PASSWORD = "and-unfolded-again"

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(make_person):
    return browser_of(make_person("chief", is_staff=True, is_superuser=True))


def test_accounts_are_found_and_opened(desk, mia):
    assert "mia" in desk.get("/admin/accounts/user/", {"q": "Lindqvist"}).content.decode()
    assert desk.get(f"/admin/accounts/user/{mia.pk}/change/").status_code == 200
    assert desk.get("/admin/accounts/user/add/").status_code == 200


def test_accounts_are_closed_and_opened_by_actions(desk, mia):
    for action, is_active in (("deactivate", False), ("reactivate", True)):
        desk.post("/admin/accounts/user/", {"action": action, "_selected_action": [mia.pk]})
        mia.refresh_from_db()
        assert mia.is_active is is_active


def test_nobody_closes_their_own_account(desk, make_person):
    chief = User.objects.get(username="chief")
    desk.post("/admin/accounts/user/", {"action": "deactivate", "_selected_action": [chief.pk]})
    chief.refresh_from_db()
    assert chief.is_active


@pytest.mark.parametrize("model", ["follow", "block"])
def test_relations_are_only_looked_at(desk, mia, jonas, model):
    getattr(actions, model)(mia, jonas)
    assert desk.get(f"/admin/accounts/{model}/").status_code == 200
    assert desk.get(f"/admin/accounts/{model}/add/").status_code == 403


def test_not_for_everyone(as_mia):
    assert as_mia.get("/admin/accounts/user/").status_code in (302, 403)


@pytest.fixture
def told():
    """Collect whose account is told to have changed."""
    names = []

    def listen(user, **kwargs):
        names.append(user.username)

    account_changed.connect(listen)
    yield names
    account_changed.disconnect(listen)


def test_accounts_are_not_deleted(desk, mia):
    assert "delete_selected" not in desk.get("/admin/accounts/user/").content.decode()
    assert "deletelink" not in desk.get(f"/admin/accounts/user/{mia.pk}/change/").content.decode()
    assert desk.post(f"/admin/accounts/user/{mia.pk}/delete/", {"post": "yes"}).status_code == 403
    desk.post("/admin/accounts/user/", {"action": "delete_selected", "_selected_action": [mia.pk], "post": "yes"})
    assert User.objects.filter(pk=mia.pk).exists()


def test_others_are_told_of_a_closed_account(desk, mia, told, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        desk.post("/admin/accounts/user/", {"action": "deactivate", "_selected_action": [mia.pk]})
    assert told == ["mia"]


@pytest.mark.parametrize("button", ["set-password", "unset-password"])
def test_others_are_told_of_a_password_the_desk_sets(desk, mia, told, button, django_capture_on_commit_callbacks):
    usable = button == "set-password"
    fields = {"usable_password": str(usable).lower(), "password1": NEW_PASSWORD, "password2": NEW_PASSWORD, button: "1"}
    with django_capture_on_commit_callbacks(execute=True):
        assert desk.post(f"/admin/accounts/user/{mia.pk}/password/", fields).status_code == 302
    mia.refresh_from_db()
    assert mia.check_password(NEW_PASSWORD) is usable
    assert told == ["mia"]


def test_others_are_told_of_a_password_set_by_command(mia, told, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr("getpass.getpass", lambda *args, **kwargs: NEW_PASSWORD)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("changepassword", "mia", verbosity=0)
    mia.refresh_from_db()
    assert mia.check_password(NEW_PASSWORD)
    assert told == ["mia"]


def test_nobody_is_told_of_a_password_that_stays(mia, told, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        user = User.objects.get(pk=mia.pk)
        user.save()
        User.objects.defer("password").get(pk=mia.pk).save()
        User.objects.create_user("new", password=PASSWORD)
        user.set_password(NEW_PASSWORD)
        user.save(update_fields=["bio"])
    assert told == []


def born(years: int) -> datetime.date:
    return today() - datetime.timedelta(days=years * 365.25 + 2)


@pytest.mark.parametrize(("years", "privacy"), [(16, "nobody"), (17, "nobody"), (18, "friends")])
def test_accounts_made_here_start_as_their_age_asks(desk, years, privacy):
    fields = {
        "username": "nova",
        "email": "nova@example.org",
        "birth_date": born(years).isoformat(),
        "usable_password": "true",
        "password1": NEW_PASSWORD,
        "password2": NEW_PASSWORD,
    }
    assert desk.post("/admin/accounts/user/add/", fields).status_code == 302
    assert User.objects.get(username="nova").message_privacy == privacy


@pytest.mark.parametrize(
    ("known", "years", "privacy"),
    [(None, 17, "nobody"), (None, 18, "friends"), (born(17), 17, "friends"), (born(30), 31, "friends")],
)
def test_a_birth_date_the_desk_adds_closes_a_minors_account(desk, mia, known, years, privacy):
    mia.birth_date = known
    mia.save()
    fields = {
        "username": "mia",
        "email": "mia@example.org",
        "birth_date": born(years).isoformat(),
        "message_privacy": "friends",
        "read_receipts": "on",
        "show_activity": "on",
    }
    assert desk.post(f"/admin/accounts/user/{mia.pk}/change/", fields).status_code == 302
    mia.refresh_from_db()
    assert (mia.birth_date, mia.message_privacy) == (born(years), privacy)
