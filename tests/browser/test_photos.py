"""Photos: pasted, described, sent, looked at by keyboard, taken back; dropped, broken off, tried again."""

import base64
import io
from collections.abc import Callable

import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.people import Person
from tests.live_server import LiveServer

COPY = """
async data => {
  const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const picture = new Blob([bytes], {type: "image/png"});
  await navigator.clipboard.write([new ClipboardItem({"image/png": picture})]);
}
"""
DROP = """
async ([target, files]) => {
  const data = new DataTransfer();
  for (const {name, type, content} of files) {
    const bytes = Uint8Array.from(atob(content), (letter) => letter.charCodeAt(0));
    data.items.add(new File([bytes], name, {type}));
  }
  for (const type of ["dragenter", "dragover", "drop"]) {
    target.dispatchEvent(new DragEvent(type, {bubbles: true, cancelable: true, dataTransfer: data}));
  }
}
"""
# Asks until it is gone; gives milliseconds.
TIME_UNTIL_GONE = """
async url => {
  const start = performance.now();
  while ((await fetch(url, {cache: "no-store"})).status !== 404) await new Promise(requestAnimationFrame);
  return performance.now() - start;
}
"""
IS_DRAWN = "image => image.complete && image.naturalWidth > 0"
LIMIT_MS = 2000
ONLY_TEXT = """
User.objects.filter(username={other!r}).update(message_privacy="everyone")
Follow.objects.create(follower=User.objects.get(username={me!r}), followed=User.objects.get(username={other!r}))
"""


def picture(color: str, size: tuple[int, int] = (320, 240), kind: str = "PNG") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, kind)
    return file.getvalue()


def paste(page: Page, content: bytes) -> None:
    """Copy a picture and press the keys that paste."""
    page.evaluate(COPY, base64.b64encode(content).decode())
    page.keyboard.press("Control+V")


def drop(page: Page, *files: tuple[str, str, bytes]) -> None:
    """Drop files onto the timeline. The events are made by script, as Chromium lets no test drag from elsewhere."""
    target = page.locator("dm-conversation:defined .timeline").element_handle()
    page.evaluate(
        DROP,
        [target, [{"name": n, "type": t, "content": base64.b64encode(c).decode()} for n, t, c in files]],
    )


def field_of(page: Page) -> Locator:
    return page.locator("dm-conversation:defined .composer textarea")


def tiles_of(page: Page, state: str = "") -> Locator:
    return page.locator(f".tray-tile[data-state='{state}']" if state else ".tray-tile")


def photos_of(person: Person) -> Locator:
    return person.page.locator(".timeline .entry:not(.waiting) a.photo")


def expect_drawn(photos: Locator, count: int) -> None:
    expect(photos).to_have_count(count)
    for image in photos.locator("img").all():
        image.scroll_into_view_if_needed()
        image.evaluate("image => image.decode()")
        assert image.evaluate(IS_DRAWN)


@pytest.fixture
def conversing(friends: tuple[Person, Person]) -> tuple[Person, Person]:
    """Two people with their conversation open."""
    mira, tom = friends
    for person, other in ((mira, tom), (tom, mira)):
        person.context.grant_permissions(["clipboard-read", "clipboard-write"])
        person.open_dialogue_with(other)
        person.wait_until_live()
    return mira, tom


@pytest.mark.both_engines
def test_three_pasted_photos_arrive_are_looked_at_and_taken_back(conversing: tuple[Person, Person]) -> None:
    mira, tom = conversing
    page, keys = mira.page, mira.page.keyboard
    field_of(page).focus()
    for color in ("red", "green", "blue"):
        paste(page, picture(color))
    expect(tiles_of(page, "ready")).to_have_count(3)

    # Asked for a description; given one by keyboard.
    page.get_by_role("button", name="Add a description for people who can’t see it").press("Enter")
    dialog = page.get_by_role("dialog", name="Describe this photo")
    expect(dialog.get_by_role("textbox")).to_be_focused()
    keys.type("The pier in the morning")
    keys.press("Enter")
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("button", name="Photo 1, The pier in the morning. Change its description")).to_be_visible()

    field_of(page).fill("From today")
    field_of(page).press("Enter")
    expect(tiles_of(page)).to_have_count(0)
    for person in (mira, tom):
        expect_drawn(photos_of(person), 3)
        expect(photos_of(person).first.get_by_role("img", name="The pier in the morning")).to_be_visible()
        expect(person.message("From today").locator("a.photo")).to_have_count(3)
    expect(tom.page.locator("#rows .row").first).to_contain_text("From today")

    looks_by_keyboard(tom.page)

    # While he looks at the last one, she takes them back: the file is away, and he is told.
    href = str(photos_of(tom).last.get_attribute("href"))
    photos_of(tom).last.press("Enter")
    viewer = tom.page.get_by_role("dialog", name="Photo")
    expect(viewer.locator(".viewer-count")).to_have_text("3 of 3")
    mira.choose("From today", "unsend")
    confirm = page.get_by_role("dialog").get_by_role("button", name="Unsend")
    confirm.click()
    assert tom.page.evaluate(TIME_UNTIL_GONE, href) < LIMIT_MS
    expect(viewer).to_contain_text("This photo isn’t here any more")
    expect(viewer.locator("img")).to_be_hidden()
    tom.page.keyboard.press("Escape")
    expect(photos_of(tom)).to_have_count(0)


def looks_by_keyboard(page: Page) -> None:
    """Open the first photo, go through all, look closer, and back to where one was."""
    keys = page.keyboard
    photos = page.locator(".timeline a.photo")
    photos.first.focus()
    keys.press("Enter")
    viewer = page.get_by_role("dialog", name="Photo")
    count, image = viewer.locator(".viewer-count"), viewer.locator("img.viewer-photo")
    expect(count).to_have_text("1 of 3")
    expect(image).to_have_attribute("alt", "The pier in the morning")
    expect(viewer.locator(".viewer-caption")).to_have_text("The pier in the morning")
    expect(image).to_have_attribute("src", str(photos.first.evaluate("link => link.href")))
    expect(viewer.get_by_role("button", name="Previous")).to_be_hidden()
    keys.press("ArrowRight")
    expect(count).to_have_text("2 of 3")
    keys.press("End")
    expect(count).to_have_text("3 of 3")
    expect(viewer.get_by_role("button", name="Next")).to_be_hidden()
    keys.press("ArrowRight")
    expect(count).to_have_text("3 of 3")
    keys.press("Home")
    expect(count).to_have_text("1 of 3")
    keys.press("+")
    expect(viewer.locator(".viewer-stage.zoomed")).to_have_count(1)
    keys.press("0")
    expect(viewer.locator(".viewer-stage.zoomed")).to_have_count(0)
    # Tab stays inside, and reaches everything.
    reached = set()
    for _press in range(6):
        keys.press("Tab")
        reached.add(
            page.evaluate("document.activeElement.closest('dialog.viewer') && document.activeElement.ariaLabel")
        )
    assert {"Close", "Next"} <= reached
    keys.press("End")
    expect(count).to_have_text("3 of 3")
    keys.press("Escape")
    expect(viewer).to_have_count(0)
    expect(photos.nth(2)).to_be_focused()


def test_dropped_files_are_uploaded_and_what_is_no_picture_is_told(conversing: tuple[Person, Person]) -> None:
    mira, tom = conversing
    page = mira.page
    drop(page, ("notes.txt", "text/plain", b"words"), ("a.png", "image/png", picture("orange")))
    expect(tiles_of(page, "ready")).to_have_count(1)
    expect(page.locator("#notices")).to_contain_text("Only pictures can be sent here")
    drop(page, *((f"{n}.png", "image/png", picture("teal")) for n in range(10)))
    expect(tiles_of(page, "ready")).to_have_count(9)
    expect(page.locator("#notices")).to_contain_text("A message holds up to 9 photos.")
    # One that only looks like a picture says why, and the others wait until it is out of the way.
    page.get_by_role("button", name="Remove photo 9").click()
    expect(tiles_of(page)).to_have_count(8)
    drop(page, ("fake.png", "image/png", b"not a picture at all"))
    expect(tiles_of(page, "failed").get_by_role("alert")).to_contain_text("isn't a picture we can read")
    field_of(page).fill("Eight")
    field_of(page).press("Enter")
    expect(page.locator("#notices")).to_contain_text("Not every photo could be uploaded")
    expect(field_of(page)).to_have_value("Eight")
    tiles_of(page, "failed").get_by_role("button", name="Remove photo").click()
    field_of(page).press("Enter")
    expect_drawn(photos_of(tom), 8)


def test_what_is_uploaded_survives_a_reload_and_an_interrupted_one_goes_on(conversing: tuple[Person, Person]) -> None:
    mira, tom = conversing
    page = mira.page
    chosen = page.locator("dm-conversation:defined .photo-input")
    chosen.set_input_files([{"name": "one.png", "mimeType": "image/png", "buffer": picture("navy")}])
    expect(tiles_of(page, "ready")).to_have_count(1)
    page.reload()
    mira.wait_until_live()
    expect(tiles_of(page, "ready")).to_have_count(1)
    page.route("**/photos/", lambda route: route.abort())
    chosen.set_input_files([{"name": "two.png", "mimeType": "image/png", "buffer": picture("olive")}])
    expect(tiles_of(page, "failed").get_by_role("alert")).to_contain_text("interrupted")
    page.unroute_all()
    tiles_of(page, "failed").get_by_role("button", name="Retry").click()
    expect(tiles_of(page, "ready")).to_have_count(2)
    page.get_by_role("button", name="Send").click()
    expect_drawn(photos_of(tom), 2)


def test_sent_while_they_are_still_on_their_way(conversing: tuple[Person, Person]) -> None:
    mira, tom = conversing
    page = mira.page
    held: list[Route] = []
    page.route("**/photos/", lambda route: held.append(route))
    field_of(page).focus()
    paste(page, picture("plum"))
    expect(tiles_of(page, "uploading")).to_have_count(1)
    field_of(page).fill("Wait for it")
    field_of(page).press("Enter")
    expect(page.locator(".tray-first")).to_be_visible()
    expect(mira.message("Wait for it")).to_have_count(0)
    held.pop().continue_()
    for person in (mira, tom):
        expect(person.message("Wait for it").locator("a.photo")).to_have_count(1)


def test_none_go_with_a_request(new_person: Callable[..., Person], server: LiveServer) -> None:
    mira, otto = new_person("Mira"), new_person("Otto")
    server.shell(ONLY_TEXT.format(me=mira.username, other=otto.username))
    mira.open_dialogue_with(otto)
    mira.wait_until_live()
    asked: list[str] = []
    mira.page.on("request", lambda request: asked.append(request.method + request.url))
    drop(mira.page, ("a.png", "image/png", picture("orange")))
    expect(mira.page.locator("#notices")).to_contain_text(f"Only text until @{otto.username} accepts")
    expect(tiles_of(mira.page)).to_have_count(0)
    assert not [request for request in asked if request.startswith("POST")]
