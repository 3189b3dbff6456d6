"""A card under a link: it appears in open conversations, without taking the newest message out of view."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.people import Person, befriend, make_person
from tests.live_server import LiveServer, live_server
from tests.outside.stand_in import StandIn, answer, path_of, serving
from tests.outside.test_preview import picture

HOST = "127.0.0.2"  # the loopback too, and not a host of the site
PAGE = b"""<title>How to fold a paper plane that flies across the whole room</title>
<meta name=description content="Seven folds, one sheet, no scissors. With drawings for each step.">
<meta property=og:site_name content="Folding"><meta property=og:image content=/picture>"""


@dataclass
class Elsewhere:
    """A site whose page comes when ``may_answer`` is set."""

    server: StandIn
    may_answer: threading.Event

    @property
    def link(self) -> str:
        return f"{self.server.url}/plane#step-3"


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    """Serve a page and its picture."""
    may_answer = threading.Event()

    def says(_server: StandIn, peer: socket.socket, head: str) -> None:
        if path_of(head) == "/picture":
            peer.sendall(answer(picture(), content_type="image/jpeg"))
        elif may_answer.wait(30):
            peer.sendall(answer(PAGE))

    with serving(says, host=HOST) as server:
        yield Elsewhere(server, may_answer)


@pytest.fixture
def linked_site(elsewhere: Elsewhere) -> Iterator[LiveServer]:
    """Run a site that has cards, and may ask the page."""
    with live_server(LINK_PREVIEWS="1", PAPERPLANE_TEST_LINKED=str(elsewhere.server.port)) as server:
        yield server


@pytest.fixture
def conversing(
    browser: Browser, browser_context_args: dict[str, object], linked_site: LiveServer
) -> Iterator[tuple[Person, Person]]:
    """Make two friends, each with their conversation open."""
    options = browser_context_args | {"base_url": linked_site.url}
    contexts = [browser.new_context(**options) for _ in range(2)]  # type: ignore[arg-type]
    mira, tom = (
        make_person(linked_site, context, name) for context, name in zip(contexts, ("Mira", "Tom"), strict=True)
    )
    befriend(linked_site, mira, tom)
    for person, other in ((mira, tom), (tom, mira)):
        person.open_dialogue_with(other)
        person.wait_until_live()
    yield mira, tom
    for context in contexts:
        context.close()


def test_a_card_appears_live(conversing: tuple[Person, Person], elsewhere: Elsewhere, linked_site: LiveServer) -> None:
    mira, tom = conversing
    asked: set[str] = set()
    for person in (mira, tom):
        person.page.on("request", lambda request: asked.add(urlsplit(request.url).netloc))
    for number in range(12):
        mira.say(f"words {number}")
    mira.say(f"look: {elsewhere.link}")
    for person in (mira, tom):
        expect(person.page.locator(".timeline .entry:not(.waiting) .body").last).to_have_text(f"look: {elsewhere.link}")
        expect(person.page.get_by_role("link", name="How to fold")).to_have_count(0)
    elsewhere.may_answer.set()
    for person in (mira, tom):
        card = person.page.get_by_role("link", name="How to fold a paper plane")
        expect(card).to_be_in_viewport(ratio=1)
        expect(card).to_contain_text(f"{HOST}:{elsewhere.server.port} · Folding")
        expect(card).to_have_attribute("href", elsewhere.link)
        expect(card).to_have_attribute("rel", "noopener noreferrer nofollow ugc")
        expect(card.locator("img")).to_have_js_property("naturalWidth", 640)
        expect(person.page.locator(".timeline .link-card")).to_have_count(1)
    # Nobody's browser asks the page; the server does, once.
    assert asked <= {"", urlsplit(linked_site.url).netloc}
    assert [path_of(head) for head in elsewhere.server.heard] == ["/plane", "/picture"]
    mira.page.reload()
    expect(mira.page.locator(".timeline .link-card")).to_be_in_viewport(ratio=1)
