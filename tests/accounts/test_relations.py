from contextlib import contextmanager

import pytest
from django.test import Client

from accounts import actions
from accounts.models import Block, Follow
from accounts.policies import Refused
from accounts.signals import relation_changed
from tests.accounts.conftest import says

JSON = {"HTTP_ACCEPT": "application/json"}
CHANGES = ("follow", "unfollow", "block", "unblock")

pytestmark = pytest.mark.django_db


@contextmanager
def heard():
    """Collect who is told to have changed how they stand to whom."""
    calls = []

    def listen(one, other, **kwargs):
        calls.append((one.username, other.username))

    relation_changed.connect(listen)
    yield calls
    relation_changed.disconnect(listen)


def test_follow_and_unfollow(as_mia, mia, jonas):
    response = as_mia.post("/@jonas/follow/")
    assert response.status_code == 302
    assert response.url == "/@jonas/"
    assert Follow.objects.filter(follower=mia, followed=jonas).exists()
    as_mia.post("/@jonas/unfollow/")
    assert not Follow.objects.exists()


def test_names_are_found_in_any_case(as_mia, mia, jonas):
    assert as_mia.post("/@JoNaS/follow/").status_code == 302
    assert Follow.objects.get().followed == jonas


@pytest.mark.parametrize("change", CHANGES)
def test_repeating_changes_nothing(as_mia, mia, jonas, change):
    if change.startswith("un"):
        as_mia.post(f"/@jonas/{change[2:]}/")
    first = as_mia.post(f"/@jonas/{change}/", **JSON)
    state = list(Follow.objects.values_list("pk")), list(Block.objects.values_list("pk"))
    second = as_mia.post(f"/@jonas/{change}/", **JSON)
    assert first.status_code == second.status_code == 200
    assert first.json() == second.json()
    assert (list(Follow.objects.values_list("pk")), list(Block.objects.values_list("pk"))) == state


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        ("follow", {"following": True}),
        ("unfollow", {"following": False}),
        ("block", {"blocked": True}),
        ("unblock", {"blocked": False}),
    ],
)
def test_programs_get_json(as_mia, jonas, change, answer):
    assert as_mia.post(f"/@jonas/{change}/", **JSON).json() == answer


@pytest.mark.parametrize("change", ["follow", "block"])
def test_nobody_relates_to_themselves(as_mia, mia, change):
    response = as_mia.post(f"/@mia/{change}/", **JSON)
    assert response.status_code == 403
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "oneself"
    assert not Follow.objects.exists()
    assert not Block.objects.exists()


def test_block_ends_only_the_blockers_own_follow(mia, jonas):
    actions.follow(mia, jonas)
    actions.follow(jonas, mia)
    actions.block(mia, jonas)
    assert [(follow.follower, follow.followed) for follow in Follow.objects.all()] == [(jonas, mia)]


def test_following_someone_blocked_is_refused(as_mia, mia, jonas):
    actions.block(mia, jonas)
    page = as_mia.post("/@jonas/follow/", follow=True)
    assert says(page, "You blocked @jonas. Unblock first.")
    assert not Follow.objects.exists()
    with pytest.raises(Refused):
        actions.follow(mia, jonas)


def test_the_blocked_can_follow_and_cannot_tell(as_jonas, mia, jonas):
    before = as_jonas.post("/@mia/follow/", **JSON)
    as_jonas.post("/@mia/unfollow/")
    actions.block(mia, jonas)
    after = as_jonas.post("/@mia/follow/", **JSON)
    assert (before.status_code, before.content) == (after.status_code, after.content)


@pytest.mark.parametrize("change", CHANGES)
def test_only_by_post(as_mia, jonas, change):
    assert as_mia.get(f"/@jonas/{change}/").status_code == 405
    assert not Follow.objects.exists()
    assert not Block.objects.exists()


@pytest.mark.parametrize("change", CHANGES)
def test_signed_out_people_sign_in_first(client, jonas, change):
    response = client.post(f"/@jonas/{change}/")
    assert response.url == "/accounts/login/?next=/%40jonas/"
    assert client.post(f"/@jonas/{change}/", **JSON).status_code == 401
    assert not Follow.objects.exists()
    assert not Block.objects.exists()


def test_changes_need_a_token(mia, jonas):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(mia, backend="django.contrib.auth.backends.ModelBackend")
    assert browser.post("/@jonas/follow/").status_code == 403


@pytest.mark.parametrize("change", CHANGES)
def test_unknown_people_are_404(as_mia, change):
    assert as_mia.post(f"/@nobody/{change}/").status_code == 404


@pytest.mark.parametrize("change", ["follow", "unfollow", "block"])
def test_inactive_people_are_404(as_mia, jonas, change):
    actions.deactivate(jonas)
    assert as_mia.post(f"/@jonas/{change}/").status_code == 404


def test_the_inactive_can_be_unblocked(as_mia, mia, jonas):
    actions.block(mia, jonas)
    actions.deactivate(jonas)
    assert as_mia.post("/@jonas/unblock/").url == "/settings/blocked/"
    assert not Block.objects.exists()


def test_the_way_back_stays_on_the_site(as_mia, jonas):
    assert as_mia.post("/@jonas/follow/", {"next": "/people/?q=j"}).url == "/people/?q=j"
    assert as_mia.post("/@jonas/follow/", {"next": "https://example.com/"}).url == "/@jonas/"
    assert as_mia.post("/@jonas/follow/", {"next": "//example.com/"}).url == "/@jonas/"


def test_htmx_gets_the_button_alone(as_mia, jonas):
    headers = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": f"relation-{jonas.pk}"}
    page = as_mia.post("/@jonas/follow/", **headers)
    assert page.status_code == 200
    assert says(page, 'action="/@jonas/unfollow/"')
    assert not says(page, "<html")


def test_others_are_told_after_the_commit(mia, jonas, django_capture_on_commit_callbacks):
    with heard() as calls:
        with django_capture_on_commit_callbacks() as callbacks:
            actions.follow(mia, jonas)
        assert calls == []
        for callback in callbacks:
            callback()
        assert calls == [("mia", "jonas")]


def test_nobody_is_told_of_nothing(mia, jonas, django_capture_on_commit_callbacks):
    with heard() as calls, django_capture_on_commit_callbacks(execute=True):
        actions.unfollow(mia, jonas)
        actions.unblock(mia, jonas)
    assert calls == []


@pytest.mark.parametrize("extra", [{}, JSON])
def test_the_inactive_and_the_unknown_answer_alike(as_mia, mia, jonas, outsider, extra):
    actions.block(outsider, jonas)
    actions.deactivate(jonas)
    assert as_mia.post("/@jonas/unblock/", **extra).status_code == 404
    assert as_mia.post("/@nobody/unblock/", **extra).status_code == 404


def test_who_is_blocked_by_many_is_unblocked_once(as_mia, mia, jonas, outsider):
    for blocker in (mia, outsider):
        actions.block(blocker, jonas)
    assert as_mia.post("/@jonas/unblock/").status_code == 302
    assert Block.objects.get().blocker == outsider


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("way", ["foo", "?q=1", "./x", "", "#top", "foo/bar", "/\\example.com", "javascript:alert(1)"])
def test_a_strange_way_back_is_not_taken(as_mia, mia, jonas, change, way):
    response = as_mia.post(f"/@jonas/{change}/", {"next": way})
    assert (response.status_code, response.url) == (302, "/@jonas/")


@pytest.mark.parametrize("way", ["foo", "?q=1"])
def test_a_strange_way_back_is_not_taken_from_a_refusal(as_mia, mia, way):
    for change in ("follow", "block"):
        response = as_mia.post(f"/@mia/{change}/", {"next": way})
        assert (response.status_code, response.url) == (302, "/@mia/")
