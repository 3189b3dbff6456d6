"""A passkey from its making to its use, with an authenticator that Chromium plays."""

from collections.abc import Callable

from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from tests.browser.people import PASSWORD, Person
from tests.live_server import LiveServer

AUTHENTICATOR = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
CANCEL = "() => { navigator.credentials.get = () => Promise.reject(new DOMException('', 'NotAllowedError')) }"


def sign_out(page: Page, site: str) -> None:
    page.goto(f"{site}/settings/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url(f"{site}/")


def send_password(page: Page, site: str, person: Person) -> None:
    page.goto(f"{site}/accounts/login/")
    page.get_by_label("Username or email").fill(person.username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def press(button: Locator) -> None:
    """Press a button that a script gives its meaning, once the page with its scripts is there."""
    button.wait_for()
    button.page.wait_for_load_state()
    button.click()


def complains(message: ConsoleMessage) -> bool:
    """Tell whether a console's message is a complaint; a socket that a change of pages cuts short is none."""
    return message.type == "error" and "WebSocket" not in message.text


def add_passkey(page: Page, site: str) -> None:
    page.goto(f"{site}/accounts/2fa/webauthn/add/")  # asks for the password once more
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Confirm").click()
    page.get_by_label("Name").fill("My phone")
    page.get_by_label("Passwordless").check()
    press(page.locator("#mfa_webauthn_add"))
    page.wait_for_url("**/recovery-codes/")


def test_passkeys_sign_in_alone_and_as_second_factor(new_person: Callable[..., Person], server: LiveServer) -> None:
    site = server.url.replace("127.0.0.1", "localhost")  # a passkey belongs to a name, not to a number
    person = new_person("Ada")
    page = person.page
    complaints: list[str] = []
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("console", lambda message: complaints.extend([message.text] if complains(message) else []))
    devices = person.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})

    send_password(page, site, person)
    page.wait_for_url(f"{site}/")
    add_passkey(page, site)

    sign_out(page, site)
    page.goto(f"{site}/accounts/login/")
    press(page.get_by_role("button", name="Sign in with a passkey"))
    page.wait_for_url(f"{site}/")
    expect(page.get_by_role("heading", name="Home")).to_be_visible()

    sign_out(page, site)
    send_password(page, site, person)
    press(page.get_by_role("button", name="Use a security key"))
    page.wait_for_url(f"{site}/")
    assert complaints == []


def test_a_cancelled_passkey_is_told_in_words(page: Page, server: LiveServer) -> None:
    page.goto(f"{server.url.replace('127.0.0.1', 'localhost')}/accounts/login/")
    page.evaluate(CANCEL)
    press(page.get_by_role("button", name="Sign in with a passkey"))
    expect(page.get_by_role("alert")).to_contain_text("was cancelled")
