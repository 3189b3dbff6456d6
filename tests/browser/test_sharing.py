"""A video goes from one browser to the other with a caption, plays there, and comes back as a GIF."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.people import Person
from tests.live_server import LiveServer
from tests.videos.clips import clip

pytestmark = pytest.mark.both_engines


@pytest.fixture(scope="module")
def film() -> bytes:
    """A clip of some seconds, that can be seeked in."""
    return clip(4.0, (180, 320))


def upload(person: Person, content: bytes, caption: str) -> None:
    """Upload a video in the browser, and wait for its page."""
    page = person.page
    page.goto("/videos/upload/")
    page.locator("input[type=file]").set_input_files({"name": "clip.mp4", "mimeType": "video/mp4", "buffer": content})
    page.locator("[name=caption]").fill(caption)
    page.locator(".upload-send").click()
    # It is processed in the background; the page follows by itself.
    page.wait_for_url(re.compile(r"/videos/[0-9a-f-]+/$"), timeout=60_000)


def open_sheet(page: Page) -> None:
    page.locator("[data-share]").first.click()
    expect(page.locator(".sheet-dialog .share-person").first).to_be_visible()


def test_a_video_is_shared_and_plays_and_a_gif_of_it_comes_back(
    friends: tuple[Person, Person], server: LiveServer, film: bytes
) -> None:
    mira, tom = friends
    upload(mira, film, "By the sea")
    tom.page.goto("/inbox/")
    tom.wait_until_live()

    open_sheet(mira.page)
    mira.page.locator(".share-search").fill(tom.name)
    mira.page.locator(f".share-person input[value='{tom.username}']").check()
    mira.page.locator(".share-words").fill("Watch the end")
    mira.page.locator(".share-submit").click()
    expect(mira.page.locator(".sheet-dialog")).to_have_count(0)
    expect(mira.page.locator("#notices")).to_contain_text("Sent")

    # Live in the page the other already has open; played where it stands, in parts, from wherever one likes.
    row = tom.page.locator("#rows .row").filter(has_text=mira.name)
    expect(row).to_contain_text("Shared a video · Watch the end")
    row.locator(".row-link").click()
    expect(tom.page.locator("dm-conversation:defined")).to_be_visible()
    entry = tom.page.locator(".timeline .entry").filter(has_text="Watch the end")
    with tom.page.expect_response(lambda answer: answer.url.endswith("video.mp4")) as answered:
        entry.locator(".shared-video-link").click()
    assert answered.value.status == 206
    video = entry.locator("video")
    video.evaluate("async video => { while (video.readyState < 2) await new Promise(requestAnimationFrame); }")
    video.evaluate("async video => { video.currentTime = 3; await new Promise(done => { video.onseeked = done; }); }")
    assert 2.9 < video.evaluate("video => video.currentTime") <= 4.1
    assert video.evaluate("video => video.videoWidth") == 180

    # The other makes a GIF of it, and sends it back.
    file_url = entry.locator("[data-video]").get_attribute("data-video") or ""
    tom.page.goto(file_url.removeprefix("/media").removesuffix("video.mp4"))
    open_sheet(tom.page)
    tom.page.locator(".share-gif").click()
    tom.page.locator(".gif-editor [name=length]").fill("1")
    tom.page.locator(".gif-make").click()
    expect(tom.page.locator(".share-title")).to_have_text("Your GIF")
    tom.page.locator(f".share-person input[value='{mira.username}']").check()
    mira.page.goto("/inbox/")
    mira.page.locator("#rows .row").filter(has_text=tom.name).locator(".row-link").click()
    mira.wait_until_live()
    tom.page.locator(".share-submit").click()
    gif = mira.page.locator(".timeline .entry.theirs[class] .message[data-kind=gif] .picture")
    expect(gif).to_be_visible()
    gif.evaluate("async gif => { await gif.decode(); }")
    assert gif.evaluate("gif => [gif.naturalWidth, gif.naturalHeight]") == [180, 320]

    # Deleted, it is a placeholder wherever it was shared.
    url = mira.page.locator(".shared-video-link").get_attribute("href")
    mira.page.goto(url or "")
    mira.page.locator(".clip-rail details summary").click()
    mira.page.get_by_role("button", name="Delete").click()
    mira.page.get_by_role("button", name="Delete").last.click()
    expect(mira.page.locator(".video-grid .tile")).to_have_count(0)
    tom.page.goto("/inbox/")
    tom.page.locator("#rows .row").filter(has_text=mira.name).locator(".row-link").click()
    expect(tom.page.locator(".timeline .video-gone")).to_be_visible()
    expect(tom.page.locator(".timeline .message[data-kind=gif] .picture")).to_be_visible()


def test_the_sheet_by_keyboard_alone(friends: tuple[Person, Person], film: bytes) -> None:
    mira, tom = friends
    upload(mira, film, "With keys")
    page = mira.page
    page.locator("[data-share]").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".sheet-dialog .share-person").first).to_be_visible()
    page.locator(".share-search").focus()
    page.keyboard.type(tom.name)
    person = page.locator(f".share-person input[value='{tom.username}']")
    expect(page.locator(".share-person")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(person).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.type("Typed")
    page.keyboard.press("Enter")
    expect(page.locator(".sheet-dialog")).to_have_count(0)
    expect(page.locator("[data-share]").first).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".sheet-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".sheet-dialog")).to_have_count(0)


def test_who_cannot_be_reached_is_said_in_the_sheet(
    friends: tuple[Person, Person], server: LiveServer, film: bytes
) -> None:
    mira, tom = friends
    upload(mira, film, "For nobody")
    open_sheet(mira.page)
    server.shell(f"User.objects.filter(username={tom.username!r}).update(message_privacy='nobody')\n")
    mira.page.locator(f".share-person input[value='{tom.username}']").check()
    mira.page.locator(".share-words").fill("Kept")
    mira.page.locator(".share-submit").click()
    expect(mira.page.locator(".share-error")).to_contain_text(f"@{tom.username} can't receive messages from you.")
    expect(mira.page.locator(".share-words")).to_have_value("Kept")
