"""Taking one's data along, deleting the account, and taking that back."""

import json
import zipfile

from playwright.sync_api import Download, Page, expect

from tests.browser.people import PASSWORD, Person
from tests.live_server import LiveServer

WAITING = """
from accounts.models import DataCopy
print(DataCopy.objects.create(owner=User.objects.get(username={username!r}), state="working", progress=40, attempts=1,
    claimed_until="2999-01-01T00:00Z").pk)
"""
LEFT = """
from accounts import copies
from accounts.models import DataCopy
copy = DataCopy.objects.get(owner__username={username!r})
DataCopy.objects.filter(pk=copy.pk).update(claimed_until=None)
copies.prepare(copy.pk)
"""


def download(page: Page, name: str, *, exact: bool = False) -> Download:
    """Press a link that leads to a file."""
    with page.expect_download() as expected:
        page.get_by_role("link", name=name, exact=exact).click()
    return expected.value


def test_a_conversation_and_the_account_are_taken_along(friends: tuple[Person, Person], server: LiveServer) -> None:
    mira, tom = friends
    page = mira.page
    mira.open_dialogue_with(tom)
    mira.wait_until_live()
    mira.say("words to keep <b>as they are</b>")
    expect(page.locator(".timeline .entry:not(.waiting) .body").last).to_have_text("words to keep <b>as they are</b>")
    page.locator("summary[aria-label='Conversation actions']").click()
    exported = download(page, "Export as JSON")
    assert json.loads(exported.path().read_text())["messages"][0]["text"] == "words to keep <b>as they are</b>"
    page.locator("summary[aria-label='Conversation actions']").click()
    exported = download(page, "Export", exact=True)
    assert exported.suggested_filename.startswith(f"paperplane-{tom.username}-")
    alone = mira.context.new_page()
    alone.set_content(exported.path().read_text())
    expect(alone.locator("article p").last).to_have_text("words to keep <b>as they are</b>")
    alone.close()

    server.shell(WAITING.format(username=mira.username))
    page.goto("/settings/")
    page.get_by_role("link", name="Your data").click()
    expect(page.get_by_role("progressbar")).to_have_attribute("value", "40")
    expect(page.get_by_text("Being prepared: 40 %")).to_be_visible()
    page.goto("/inbox/")  # nobody has to wait there
    page.goto("/settings/data/")
    expect(page.get_by_role("progressbar")).to_be_visible()
    server.shell(LEFT.format(username=mira.username))  # the page hears of it by itself
    archive = zipfile.ZipFile(download(page, "Download (").path())
    assert {"account.json", "README.txt"} < set(archive.namelist())
    assert json.loads(archive.read("account.json"))["username"] == mira.username
    expect(page.get_by_text("You can ask for a new one")).to_be_visible()


def test_an_account_is_deleted_and_comes_back(friends: tuple[Person, Person]) -> None:
    mira, tom = friends
    page = mira.page
    page.goto("/settings/data/")
    page.get_by_role("button", name="Prepare a copy").click()
    expect(page.get_by_role("link", name="Download (")).to_be_visible()
    tom.page.goto(f"/@{mira.username}/")
    page.get_by_role("link", name="Delete your account").click()
    page.get_by_label("Password").fill("not-this-one")
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_text("This isn’t your password.")).to_be_visible()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_text("Your account is closed.")).to_be_visible()
    tom.page.reload()
    expect(tom.page.get_by_text("Mira", exact=True)).to_have_count(0)

    for expected in ("Take back the deletion?", "Home"):
        page.goto("/accounts/login/")
        page.get_by_label("Username or email").fill(mira.username)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("heading", name=expected)).to_be_visible()
        if expected != "Home":
            page.get_by_role("button", name="Take back the deletion").click()
            expect(page.get_by_text("Your account is open again.")).to_be_visible()
    tom.page.reload()
    expect(tom.page.get_by_role("heading", name="Mira")).to_be_visible()
