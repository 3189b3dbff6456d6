"""Two people sign up, follow each other and write: the whole main job, in two browsers."""

import re
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.people import PASSWORD, Person, new_name, new_page_of

pytestmark = pytest.mark.both_engines


def sign_up(page: Page, username: str) -> None:
    page.goto("/accounts/signup/")
    page.locator("[name=username]").fill(username)
    page.locator("[name=email]").fill(f"{username}@example.org")
    page.locator("[name=birth_date]").fill("1990-05-01")
    page.locator("[name=password1]").fill(PASSWORD)
    page.locator("[name=password2]").fill(PASSWORD)
    page.locator("main form button[type=submit], main form button:not([type])").last.click()
    expect(page.locator("body")).to_have_attribute("data-me", re.compile(r"\d+"))


@pytest.fixture
def mira_and_tom(browser: Browser, browser_context_args: dict[str, Any]) -> Any:
    people = []
    for name in ("mira", "tom"):
        context = browser.new_context(**browser_context_args)
        context.set_default_timeout(15_000)
        username = new_name(name)
        people.append(new_page_of(username, username, context))
    yield people
    for person in people:
        person.context.close()


def test_from_sign_up_to_a_live_dialogue(mira_and_tom: list[Person]) -> None:
    mira, tom = mira_and_tom
    for person in (mira, tom):
        sign_up(person.page, person.username)
    for person, other in ((mira, tom), (tom, mira)):
        person.page.goto(f"/@{other.username}/")
        person.page.locator("#follow-button").click()
        expect(person.page.locator("#follow-button")).to_have_text(re.compile("unfollow"))

    tom.page.goto("/inbox/")
    tom.wait_until_live()
    mira.open_dialogue_with(tom)
    mira.wait_until_live()
    mira.say("Hello from the profile https://example.org/a?b=1 😀")

    # The page Tom already has open follows: the row, the badge, the title, without a reload.
    row = tom.page.locator("#rows .row").filter(has_text=mira.username)
    expect(row).to_contain_text("Hello from the profile")
    expect(tom.page.locator("[data-badge]")).to_have_text("1")
    expect(tom.page).to_have_title(re.compile(r"^\(1\) "))
    expect(tom.page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("unread"))

    row.locator(".row-link").click()
    hello = tom.page.locator(".timeline .entry").filter(has_text="Hello from the profile")
    expect(hello.locator("a[href='https://example.org/a?b=1']")).to_be_visible()
    expect(tom.page.locator("[data-badge]")).to_be_hidden()
    expect(mira.page.locator(".timeline .entry.seen")).to_have_count(1)

    tom.say("And hello back")
    expect(mira.message("And hello back")).to_have_class(re.compile("theirs"))
    mira.choose("And hello back", "like")
    expect(tom.message("And hello back").locator(".likes-count")).to_have_text("1")
    mira.choose("And hello back", "unlike")
    expect(tom.message("And hello back").locator(".likes")).to_be_hidden()

    tom.choose("And hello back", "delete")
    expect(tom.message("And hello back")).to_be_hidden()
    tom.page.locator("#notices").get_by_role("button", name="Undo").click()
    expect(tom.message("And hello back")).to_be_visible()
    tom.choose("And hello back", "delete")
    tom.page.locator("#notices").get_by_role("button", name="Undo").wait_for(state="hidden")
    tom.page.reload()
    expect(tom.page.locator(".timeline .entry")).to_have_count(1)
    expect(mira.message("And hello back")).to_be_visible()

    mira.say("Taken back soon")
    expect(tom.message("Taken back soon")).to_be_visible()
    mira.choose("Taken back soon", "unsend")
    mira.page.get_by_role("dialog").get_by_role("button", name="Unsend").click()
    expect(tom.message("Taken back soon")).to_have_count(0)
    expect(tom.page.locator(".timeline")).to_contain_text("unsent a message")


def test_a_reply_quotes_and_every_tab_of_an_account_follows(friends: tuple[Person, Person]) -> None:
    mira, tom = friends
    mira.open_dialogue_with(tom)
    mira.wait_until_live()
    second = mira.context.new_page()
    second.goto(mira.page.url)
    mira.say("Where is that?")
    expect(second.locator(".timeline")).to_contain_text("Where is that?")
    tom.page.goto(mira.page.url)
    tom.wait_until_live()
    tom.choose("Where is that?", "reply")
    tom.say("The old pier")
    expect(mira.message("The old pier").locator(".quote")).to_contain_text("Where is that?")
    expect(second.locator(".timeline .quote")).to_contain_text("Where is that?")
