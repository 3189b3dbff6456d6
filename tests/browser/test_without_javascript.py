"""Everything but liveness works with forms and links alone."""

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from tests.browser.people import Person, befriend
from tests.live_server import LiveServer


@pytest.fixture
def plain_friends(new_person: Callable[..., Person], server: LiveServer) -> tuple[Person, Person]:
    mira, tom = new_person("Mira", java_script_enabled=False), new_person("Tom", java_script_enabled=False)
    befriend(server, mira, tom)
    return mira, tom


def send(person: Person, text: str) -> None:
    person.page.locator(".composer textarea").fill(text)
    person.page.locator(".composer .send").click()


def choose(person: Person, text: str, action: str) -> None:
    message = person.message(text)
    message.locator("summary").click()
    message.locator(f"[data-action={action}]").click()


def test_a_dialogue_by_forms_alone(plain_friends: tuple[Person, Person]) -> None:
    mira, tom = plain_friends
    mira.open_dialogue_with(tom)
    send(mira, "Hello by form")
    expect(mira.message("Hello by form")).to_be_visible()

    tom.page.goto("/inbox/")
    expect(tom.page.locator("[data-badge]")).to_have_text("1")
    tom.page.locator("#rows .row-link").click()
    choose(tom, "Hello by form", "like")
    expect(tom.message("Hello by form").locator(".likes-count")).to_have_text("1")
    tom.message("Hello by form").locator("summary").click()
    tom.message("Hello by form").get_by_role("link", name="Reply").click()
    send(tom, "An answer")
    expect(tom.message("An answer").locator(".quote")).to_contain_text("Hello by form")
    expect(tom.page.locator("[data-badge]")).to_be_hidden()

    mira.page.reload()
    choose(mira, "An answer", "delete")
    expect(mira.message("An answer")).to_have_count(0)
    choose(mira, "Hello by form", "unsend")
    expect(mira.page.locator(".timeline")).to_contain_text("unsent a message")
    tom.page.reload()
    expect(tom.message("An answer")).to_be_visible()


def test_a_refused_text_is_still_there(plain_friends: tuple[Person, Person], server: LiveServer) -> None:
    mira, tom = plain_friends
    mira.open_dialogue_with(tom)
    server.shell(f"User.objects.filter(username={tom.username!r}).update(message_privacy='nobody')")
    send(mira, "Will this be lost?")
    expect(mira.page.get_by_role("alert")).to_contain_text("can't receive messages from you")
    expect(mira.page.locator(".composer textarea")).to_have_value("Will this be lost?")


def test_the_list_is_worked_with_forms(plain_friends: tuple[Person, Person]) -> None:
    mira, tom = plain_friends
    mira.open_dialogue_with(tom)
    send(mira, "Pin me")
    mira.page.goto("/inbox/")
    row = mira.page.locator("#rows .row")
    for action, attribute in (("pin", "data-pinned"), ("mute", "data-muted")):
        row.locator("summary").click()
        row.locator(f"[data-action={action}]").click()
        expect(row).to_have_attribute(attribute, "true")
    row.locator("summary").click()
    row.locator("[data-action=delete-conversation]").click()
    expect(mira.page.get_by_role("heading", level=1)).to_contain_text("Delete the conversation")
    mira.page.get_by_role("button", name="Delete").click()
    expect(mira.page.locator("#rows .row")).to_have_count(0)
