"""Strangers' first words in the browser: they wait apart, their links are dead, and one accepts or deletes them."""

import re
from collections.abc import Callable

from playwright.sync_api import expect

from tests.browser.people import Person
from tests.browser.test_healing import sent
from tests.live_server import LiveServer

OPEN_TO_EVERYONE = """
User.objects.filter(username={to!r}).update(message_privacy="everyone")
Follow.objects.create(follower=User.objects.get(username={by!r}), followed=User.objects.get(username={to!r}))
"""
LINK = "https://example.org/ferns"


def open_to(server: LiveServer, person: Person, *followers: Person) -> None:
    """Let ``person`` get requests, and the others have a reason to write to them."""
    for follower in followers:
        server.shell(OPEN_TO_EVERYONE.format(to=person.username, by=follower.username))


def ask(sender: Person, recipient: Person, text: str) -> str:
    """Write the first words to somebody and wait until they are there; return the conversation's address."""
    sender.open_dialogue_with(recipient)
    sender.wait_until_live()
    sender.say(text)
    expect(sent(sender)).to_have_count(1)
    return sender.page.url


def test_a_request_arrives_is_read_unseen_and_accepted(new_person: Callable[..., Person], server: LiveServer) -> None:
    mira, otto = new_person("Mira"), new_person("Otto")
    open_to(server, otto, mira)
    otto.page.goto("/inbox/")
    otto.wait_until_live()
    ask(mira, otto, f"Look: {LINK}")

    # It appears by itself, apart from the conversations.
    otto.page.locator(".requests-row").click()
    card = otto.page.locator(".request")
    expect(card).to_have_count(1)
    expect(card).to_contain_text("No friends in common")
    card.locator(".request-message").click()
    expect(otto.page.locator(".request-card")).to_be_visible()
    expect(otto.page.locator(".timeline .entry")).to_contain_text(LINK)
    expect(otto.page.get_by_role("link", name=LINK, exact=True)).to_have_count(0)
    # The sender isn't told that it was read, by then or by the time it would have shown.
    otto.page.reload()
    otto.wait_until_live()
    mira.page.reload()
    mira.wait_until_live()
    expect(mira.page.locator(".timeline .entry.seen")).to_have_count(0)

    otto.page.get_by_role("button", name="Accept").click()
    expect(otto.page.locator(".request-card")).to_have_count(0)
    expect(otto.page.get_by_role("link", name=LINK, exact=True)).to_be_visible()
    mira.say("read this")
    expect(mira.message("read this")).to_have_class(re.compile("seen"))
    otto.say("hello")
    expect(mira.message("hello")).to_have_count(1)


def test_all_are_deleted_at_once_after_a_question(new_person: Callable[..., Person], server: LiveServer) -> None:
    mira, tom, otto = new_person("Mira"), new_person("Tom"), new_person("Otto")
    open_to(server, otto, mira, tom)
    address = ask(mira, otto, "hello from Mira")
    ask(tom, otto, "hello from Tom")
    otto.page.goto("/inbox/requests/")
    expect(otto.page.locator(".request")).to_have_count(2)
    otto.page.get_by_role("button", name="Delete all").click()
    expect(otto.page.get_by_role("heading", level=1)).to_contain_text("2")
    otto.page.get_by_role("link", name="Cancel").click()
    expect(otto.page.locator(".request")).to_have_count(2)
    otto.page.get_by_role("button", name="Delete all").click()
    otto.page.get_by_role("button", name="Delete").click()
    expect(otto.page.locator(".request")).to_have_count(0)
    expect(otto.page.get_by_text("No requests")).to_be_visible()
    # Those who wrote aren't told, and what they wrote stays theirs.
    mira.page.goto(address)
    expect(mira.message("hello from Mira")).to_have_count(1)


def test_a_hidden_word_holds_a_request_in_silence(new_person: Callable[..., Person], server: LiveServer) -> None:
    mira, otto = new_person("Mira"), new_person("Otto")
    open_to(server, otto, mira)
    otto.page.goto("/settings/requests/")
    otto.page.get_by_label("Hidden words").fill("crypto")
    otto.page.get_by_role("button", name="Save").click()
    expect(otto.page.get_by_role("status").filter(has_text="Saved")).to_be_visible()
    ask(mira, otto, "Earn Crypto today")
    otto.page.goto("/inbox/")
    expect(otto.page.locator(".requests-row")).to_have_count(0)
    otto.page.goto("/inbox/requests/")
    expect(otto.page.locator(".request")).to_have_count(0)
    otto.page.get_by_role("link", name="Filtered (1)").click()
    expect(otto.page.locator(".request")).to_contain_text("Earn Crypto today")
    otto.page.get_by_role("button", name="Accept").click()
    otto.wait_until_live()
    otto.say("go on")
    expect(mira.message("go on")).to_have_count(1)
