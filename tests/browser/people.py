"""People of the browser tests: made on the live server, each with a browser context of their own."""

import uuid
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.live_server import LiveServer

PASSWORD = "a-long-passphrase"
MAKE = """
import datetime
User.objects.create_user({username!r}, "{username}@example.org", {password!r}, display_name={name!r},
    birth_date=datetime.date(1990, 5, 1), message_privacy="friends")
"""
BEFRIEND = """
one, other = (User.objects.get(username=name) for name in ({one!r}, {other!r}))
Follow.objects.get_or_create(follower=one, followed=other)
Follow.objects.get_or_create(follower=other, followed=one)
"""


def new_name(stem: str) -> str:
    """Return a username nobody has yet: tests share one database."""
    return f"{stem}.{uuid.uuid4().hex[:8]}"


@dataclass
class Person:
    """Somebody with a browser of their own."""

    username: str
    name: str
    context: BrowserContext
    page: Page

    def say(self, text: str) -> None:
        """Write in the open conversation and send."""
        field = self.page.locator("dm-conversation:defined .composer textarea")
        field.fill(text)
        field.press("Enter")

    def message(self, text: str) -> Locator:
        """Find the messages with these very words."""
        return self.page.locator(".timeline .entry").filter(has=self.page.get_by_text(text, exact=True))

    def choose(self, text: str, action: str) -> None:
        """Open the menu of a message and choose something."""
        message = self.message(text)
        message.hover()
        message.locator("summary").click()
        message.locator(f"[data-action={action}]").click()

    def open_dialogue_with(self, other: "Person") -> None:
        """Go to a profile and press Message."""
        self.page.goto(f"/@{other.username}/")
        self.page.get_by_role("button", name="Message").first.click()
        self.page.wait_for_url("**/inbox/*-*/")

    def wait_until_live(self) -> None:
        """Wait until the page's socket is open."""
        expect(self.page.locator("html[data-test-socket=ready]")).to_have_count(1)

    def wait_until_cut_off(self) -> None:
        """Wait until the page's socket is closed."""
        expect(self.page.locator("html[data-test-socket=closed]")).to_have_count(1)


# Lets a test wait for the socket: the page itself doesn't say.
WATCH_SOCKET = """
window.WebSocket = class extends WebSocket {
  constructor(...parts) {
    super(...parts);
    this.addEventListener("message", (event) => {
      if (event.data.startsWith('{"type":"ready"')) document.documentElement.dataset.testSocket = "ready";
    });
    this.addEventListener("close", () => { document.documentElement.dataset.testSocket = "closed"; });
  }
};
"""


def make_person(server: LiveServer, context: BrowserContext, name: str) -> Person:
    """Make an account and sign it in."""
    username = new_name(name.lower())
    server.shell(MAKE.format(username=username, password=PASSWORD, name=name))
    context.add_cookies(server.sign_in(username))  # type: ignore[arg-type]
    return new_page_of(username, name, context)


def new_page_of(username: str, name: str, context: BrowserContext) -> Person:
    """Give somebody a page in ``context``."""
    context.add_init_script(WATCH_SOCKET)
    return Person(username, name, context, context.new_page())


def befriend(server: LiveServer, one: Person, other: Person) -> None:
    """Let two people follow each other."""
    server.shell(BEFRIEND.format(one=one.username, other=other.username))
