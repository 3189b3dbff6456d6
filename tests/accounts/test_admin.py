import pytest

from accounts import actions
from tests.accounts.conftest import browser_of

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
    from accounts.models import User

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
