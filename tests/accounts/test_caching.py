import pytest

from accounts import actions

pytestmark = pytest.mark.django_db

PAGES = [
    "/", "/people/", "/people/?q=j", "/@jonas/", "/@jonas/followers/", "/@jonas/following/", "/settings/",
    "/settings/profile/", "/settings/privacy/", "/settings/blocked/", "/settings/appearance/",
    "/settings/notifications/", "/settings/security/", "/@nobody/", "/@nobody/followers/", "/nowhere/",
]  # fmt: skip


def is_kept_by_nobody(response) -> bool:
    return {"no-store", "private"} <= set(response.headers.get("Cache-Control", "").split(", "))


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_the_signed_in_are_not_kept(as_mia, jonas, path):
    assert is_kept_by_nobody(as_mia.get(path))


def test_a_closed_profile_is_not_kept(as_mia, jonas):
    actions.deactivate(jonas)
    page = as_mia.get("/@jonas/")
    assert page.status_code == 404
    assert is_kept_by_nobody(page)


@pytest.mark.parametrize("path", ["/@jonas/", "/@nobody/", "/nowhere/", "/accounts/login/"])
def test_pages_with_a_token_are_not_kept(client, jonas, path):
    assert is_kept_by_nobody(client.get(path))
