"""The ground the browser tests stand on: a page, a signed-in page, a server that comes back."""

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.live_server import LiveServer

ADD_ACCOUNT = """
from datetime import date
User.objects.create_user({name!r}, f"{name}@example.org", "x", birth_date=date(1990, 1, 1))
"""


@pytest.mark.both_engines
def test_the_front_page_opens(page: Page):
    response = page.goto("/")
    assert response is not None
    assert response.status == 200
    expect(page).to_have_title("Paperplane", timeout=5000)


@pytest.mark.both_engines
def test_a_signed_in_account_sees_its_inbox(server: LiveServer, context: BrowserContext, page: Page):
    server.shell(ADD_ACCOUNT.format(name="ground"))
    context.add_cookies(server.sign_in("ground"))
    page.goto("/inbox/")
    assert page.url == f"{server.url}/inbox/"


def test_a_killed_server_comes_back_with_its_data(server: LiveServer, page: Page):
    before = server.shell("print(User.objects.count())")
    server.kill()
    server.start()
    assert server.shell("print(User.objects.count())") == before
    page.goto("/")
