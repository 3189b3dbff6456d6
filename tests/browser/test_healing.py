"""What a page does when the socket isn't to be relied on: lost events, no network, a server that is gone."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests import settings
from tests.browser.people import Person, befriend, make_person
from tests.live_server import LiveServer, live_server

ROOMY = {"MESSAGE_LIMIT_PER_SECOND": "1000", "SOCKET_FRAMES_BURST": "1000", "SOCKET_FRAMES_PER_SECOND": "1000"}
HEALED_WITHIN_MS = 35_000
# Of the two, in turn. Redis loses events in the same way after thirty as after a hundred.
ROUNDS = 100 if settings.ENGINE == "sqlite" else 30


def bodies(page: Page) -> list[str]:
    return page.locator(".timeline .entry:not(.waiting) .body").all_inner_texts()


def conversation_of(page: Page) -> str:
    return page.url.rstrip("/").rpartition("/")[2]


def sent(person: Person) -> Locator:
    """Find what the server has acknowledged: a pending bubble has no id yet."""
    return person.page.locator(".timeline .entry[data-id]:not([data-id=''])")


def stored(server: LiveServer, page: Page) -> list[str]:
    code = (
        "import json; print(json.dumps(list(Message.objects"
        f".filter(conversation='{conversation_of(page)}').order_by('seq').values_list('body', flat=True))))"
    )
    return json.loads(server.shell(code))


@pytest.fixture
def lossy_server() -> Iterator[LiveServer]:
    with live_server(PAPERPLANE_TEST_DROPPED="0.2", **ROOMY) as server:
        yield server


@pytest.mark.both_engines
def test_a_long_exchange_survives_the_loss_of_every_fifth_event(lossy_server: LiveServer, browser: Browser) -> None:
    people = []
    for name in ("Mira", "Tom"):
        context = browser.new_context(base_url=lossy_server.url, locale="en-GB")
        people.append(make_person(lossy_server, context, name))
    mira, tom = people
    befriend(lossy_server, mira, tom)
    mira.open_dialogue_with(tom)
    mira.wait_until_live()
    mira.say("first")
    expect(sent(mira)).to_have_count(1)
    tom.page.goto(mira.page.url)
    tom.wait_until_live()
    for number in range(ROUNDS):
        mira.say(f"mira {number}")
        tom.say(f"tom {number}")
    total = 1 + 2 * ROUNDS
    for person in people:
        expect(sent(person)).to_have_count(total, timeout=HEALED_WITHIN_MS)
    truth = stored(lossy_server, mira.page)
    assert len(truth) == total
    assert [text for text in truth if text.startswith("mira")] == [f"mira {number}" for number in range(ROUNDS)]
    for person in people:
        expect(person.page.locator(".timeline .entry:not(.waiting)")).to_have_count(total, timeout=HEALED_WITHIN_MS)
        assert bodies(person.page) == truth
        person.context.close()


def test_what_is_written_offline_waits_survives_closing_and_is_sent_once_in_order(
    friends: tuple[Person, Person], server: LiveServer
) -> None:
    mira, tom = friends
    mira.open_dialogue_with(tom)
    mira.wait_until_live()
    mira.say("before")
    expect(sent(mira)).to_have_count(1)
    address = mira.page.url
    mira.context.set_offline(True)
    for number in range(5):
        mira.say(f"offline {number}")
    expect(mira.page.locator(".entry.waiting")).to_have_count(5)
    expect(mira.page.locator(".connection")).to_be_visible()
    mira.page.close()
    mira.context.set_offline(False)
    mira.page = mira.context.new_page()
    mira.page.goto("/inbox/")  # not even the conversation itself
    tom.page.goto(address)
    expect(tom.page.locator(".timeline .entry")).to_have_count(6)
    assert bodies(tom.page) == ["before", *(f"offline {number}" for number in range(5))]
    mira.page.goto(address)
    expect(mira.page.locator(".timeline .entry:not(.waiting)")).to_have_count(6)
    assert stored(server, tom.page) == bodies(mira.page)


def test_a_draft_survives_a_reload_and_follows_to_another_browser(
    friends: tuple[Person, Person], server: LiveServer, browser: Browser, browser_context_args: Any
) -> None:
    mira, tom = friends
    mira.open_dialogue_with(tom)
    mira.wait_until_live()
    with mira.page.expect_response(re.compile("/draft/")):
        mira.page.locator("dm-conversation:defined .composer textarea").press_sequentially("half a thought")
    mira.page.reload()
    expect(mira.page.locator(".composer textarea")).to_have_value("half a thought")
    elsewhere = browser.new_context(**browser_context_args)
    elsewhere.add_cookies(server.sign_in(mira.username))  # type: ignore[arg-type]
    page = elsewhere.new_page()
    page.goto(mira.page.url)
    expect(page.locator(".composer textarea")).to_have_value("half a thought")
    elsewhere.close()


def test_a_restart_of_the_server_heals_by_itself(browser: Browser) -> None:
    with live_server(**ROOMY) as own:
        people = []
        for name in ("Mira", "Tom"):
            context = browser.new_context(base_url=own.url, locale="en-GB")
            people.append(make_person(own, context, name))
        mira, tom = people
        befriend(own, mira, tom)
        mira.open_dialogue_with(tom)
        mira.wait_until_live()
        tom.page.goto(mira.page.url)
        tom.wait_until_live()
        for person in people:  # the page is whole: what it has yet to load can't come from a server that is gone
            expect(person.page.locator("dm-conversation:defined")).to_have_count(1)
        own.kill()
        mira.wait_until_cut_off()
        mira.say("into the void")
        expect(mira.message("into the void")).to_have_class(re.compile("waiting"))
        own.start()
        expect(tom.message("into the void")).to_be_visible(timeout=HEALED_WITHIN_MS)
        expect(mira.page.locator(".entry.waiting")).to_have_count(0, timeout=HEALED_WITHIN_MS)
        for person in people:
            person.context.close()


def test_a_session_that_ended_loses_no_text(friends: tuple[Person, Person], server: LiveServer) -> None:
    mira, tom = friends
    mira.open_dialogue_with(tom)
    mira.wait_until_live()
    address = mira.page.url
    mira.page.locator("dm-conversation:defined .composer textarea").fill("still here afterwards")
    other_tab = mira.context.new_page()
    other_tab.goto("/accounts/logout/")
    other_tab.locator("main form button").last.click()
    mira.page.wait_for_url("**/accounts/login/**")
    mira.context.add_cookies(server.sign_in(mira.username))  # type: ignore[arg-type]
    mira.page.goto(address)
    expect(mira.page.locator(".composer textarea")).to_have_value("still here afterwards")
