"""The sheet of the composer: opened by keyboard, on a phone, with stickers of one's own and GIFs from elsewhere."""

import io
import re
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.people import Person, befriend, make_person
from tests.live_server import LiveServer, live_server
from tests.outside.provider import gif_provider, moving_picture
from tests.videos.clips import clip

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
ROCKET = "rocket"
LOOK_OF_BUBBLE = """
image => {
  const {backgroundColor, padding} = getComputedStyle(image.closest(".bubble"));
  return [backgroundColor, padding, image.complete && image.naturalWidth > 0];
}
"""
NO_BUBBLE = ["rgba(0, 0, 0, 0)", "0px", True]
MAKE_GIF = """
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from tests.outside.provider import moving_picture
gif = Gif.objects.create(owner=User.objects.get(username={username!r}), width=200, height=113, frame_count=3,
    alt="A door opens", kept_at=timezone.now())
for suffix in ("webp", "gif"):
    default_storage.save(f"{{gif.folder}}/gif.{{suffix}}", ContentFile(moving_picture()))
"""


def airplane() -> dict[str, object]:
    """Return a picture with empty borders, as one chooses it."""
    image = Image.new("RGBA", (300, 200), (0, 0, 0, 0))
    image.paste((209, 26, 75, 255), (50, 40, 250, 160))
    file = io.BytesIO()
    image.save(file, "PNG")
    return {"name": "plane.png", "mimeType": "image/png", "buffer": file.getvalue()}


def field_of(page: Page) -> Locator:
    return page.locator("dm-conversation:defined .composer textarea")


def button_of(page: Page) -> Locator:
    return page.locator("dm-conversation:defined .emoji-button")


def open_tab(page: Page, name: str) -> Locator:
    """Open the sheet at a tab; return its panel."""
    button_of(page).click()
    page.get_by_role("tab", name=name).click()
    return page.get_by_role("tabpanel", name=name)


def picture_in(person: Person, alt: str) -> Locator:
    return person.page.locator(".timeline .entry:not(.waiting)").get_by_role("img", name=alt, exact=True)


def expect_bare(picture: Locator) -> None:
    """A picture is there, drawn, and stands without a bubble."""
    expect(picture).to_be_visible()
    picture.evaluate("image => image.decode()")
    assert picture.evaluate(LOOK_OF_BUBBLE) == NO_BUBBLE


@pytest.fixture
def conversing(friends: tuple[Person, Person]) -> tuple[Person, Person]:
    """Two people with their conversation open."""
    mira, tom = friends
    for person, other in ((mira, tom), (tom, mira)):
        person.open_dialogue_with(other)
        person.wait_until_live()
    return mira, tom


@pytest.mark.both_engines
def test_a_sticker_is_chosen_by_keyboard_alone_and_arrives(conversing: tuple[Person, Person]) -> None:
    mira, tom = conversing
    page, keys = mira.page, mira.page.keyboard
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    field_of(page).focus()
    keys.press("Tab")
    expect(button_of(page)).to_be_focused()
    keys.press("Enter")
    expect(page.locator("emoji-picker")).to_be_visible()
    expect(page.get_by_role("tab", name="Emoji")).to_have_attribute("aria-selected", "true")
    assert "/stickers/" not in asked  # nobody wanted to see them yet
    page.get_by_role("tab", name="Emoji").focus()
    keys.press("ArrowRight")
    expect(page.get_by_role("tab", name="Stickers")).to_be_focused()
    expect(page.get_by_role("tab", name="Stickers")).to_have_attribute("aria-selected", "true")
    expect(page.get_by_label("Search stickers")).to_be_visible()
    keys.press("Tab")
    expect(page.get_by_label("Search stickers")).to_be_focused()
    keys.type("rakete")
    panel = page.get_by_role("tabpanel", name="Stickers")
    expect(panel.locator(".sheet-choice")).to_have_count(1)
    keys.press("ArrowDown")
    expect(panel.get_by_role("button", name=ROCKET)).to_be_focused()
    keys.press("Enter")
    for person in (mira, tom):
        expect_bare(picture_in(person, ROCKET))
    expect(tom.page.locator("#rows .row").first).to_contain_text("Sent a sticker")
    # It stays open for another one, until one goes back to writing.
    expect(panel).to_be_visible()
    keys.press("Escape")
    expect(panel).to_be_hidden()
    expect(button_of(page)).to_have_attribute("aria-expanded", "false")
    expect(field_of(page)).to_be_focused()
    # The last tab is remembered, and what was used last stands first.
    page.reload()
    button_of(page).click()
    expect(panel.get_by_role("region", name="Recent").get_by_role("button")).to_have_count(1)
    expect(panel.get_by_role("region", name="Recent").get_by_role("button", name=ROCKET)).to_be_visible()
    page.mouse.click(600, 300)
    expect(panel).to_be_hidden()


@pytest.mark.both_engines
def test_a_sticker_of_ones_own_is_made_sent_and_taken_out(conversing: tuple[Person, Person]) -> None:
    mira, tom = conversing
    page = mira.page
    panel = open_tab(page, "Stickers")
    panel.get_by_role("link", name="Add your own").click()
    dialog = page.get_by_role("dialog", name="Add a sticker")
    dialog.get_by_role("button", name="Add to My stickers").click()
    expect(dialog.get_by_role("alert")).to_have_text("Choose a picture or a short video.")
    chosen = dialog.locator("input[type=file]")
    chosen.set_input_files({"name": "notes.png", "mimeType": "image/png", "buffer": b"words"})
    dialog.get_by_label("Description").fill("A paper airplane")
    dialog.get_by_role("button", name="Add to My stickers").click()
    expect(dialog.get_by_role("alert")).to_contain_text("isn't a picture we can read")
    chosen.set_input_files(airplane())  # type: ignore[arg-type]
    expect(dialog.get_by_alt_text("How the sticker will look")).to_be_visible()
    expect(dialog.get_by_label("Description")).to_have_value("A paper airplane")
    dialog.get_by_role("button", name="Add to My stickers").click()
    expect(dialog).to_have_count(0)
    own = panel.get_by_role("region", name="My stickers")
    mine = own.get_by_role("button", name="A paper airplane", exact=True)
    expect(mine).to_be_focused()
    mine.press("Enter")
    for person in (mira, tom):
        expect_bare(picture_in(person, "A paper airplane"))
    expect(picture_in(tom, "A paper airplane")).to_have_js_property("naturalWidth", 200)  # without the borders

    own.get_by_role("button", name="Edit").click()
    own.get_by_role("button", name="Remove: A paper airplane").click()
    question = page.get_by_role("dialog", name="Remove this sticker?")
    question.get_by_role("button", name="Cancel").click()
    expect(mine).to_be_visible()
    own.get_by_role("button", name="Remove: A paper airplane").click()
    question.get_by_role("button", name="Remove").click()
    expect(own.get_by_role("button")).to_have_count(0)
    expect(own.get_by_role("link", name="Add your own")).to_be_focused()
    tom.page.reload()
    expect_bare(picture_in(tom, "A paper airplane"))


def test_only_text_until_a_request_is_accepted(new_person: Callable[..., Person], server: LiveServer) -> None:
    mira, otto = new_person("Mira"), new_person("Otto")
    code = "User.objects.filter(username={!r}).update(message_privacy='everyone')\n" + (
        "Follow.objects.create(follower=User.objects.get(username={!r}), followed=User.objects.get(username={!r}))"
    )
    server.shell(code.format(otto.username, mira.username, otto.username))
    mira.open_dialogue_with(otto)
    mira.wait_until_live()
    for name in ("Stickers", "GIFs"):
        panel = open_tab(mira.page, name)
        expect(panel).to_have_text(f"Only text until @{otto.username} accepts.")
        mira.page.keyboard.press("Escape")
    open_tab(mira.page, "Emoji").get_by_role("menuitem").nth(3).click()
    expect(field_of(mira.page)).not_to_have_value("")
    field_of(mira.page).press("Enter")
    # The sheet is still open while the other accepts.
    mira.page.get_by_role("tab", name="Stickers").click()
    panel = mira.page.get_by_role("tabpanel", name="Stickers")
    expect(panel).to_contain_text("Only text")
    otto.page.goto("/inbox/requests/")
    otto.page.get_by_role("button", name="Accept").click()
    expect(panel.get_by_role("button", name=ROCKET)).to_be_visible()


def test_a_gif_is_sent_and_taken_out(conversing: tuple[Person, Person], server: LiveServer) -> None:
    mira, tom = conversing
    panel = open_tab(mira.page, "GIFs")
    expect(panel).to_contain_text("No GIFs yet")
    server.shell(MAKE_GIF.format(username=mira.username))
    mira.page.keyboard.press("Escape")
    mira.page.reload()
    button_of(mira.page).click()
    panel.get_by_role("button", name="A door opens").click()
    for person in (mira, tom):
        expect_bare(picture_in(person, "A door opens"))
    panel.get_by_role("button", name="Edit: My GIFs").click()
    panel.get_by_role("button", name="Remove: A door opens").click()
    mira.page.get_by_role("dialog", name="Remove this GIF?").get_by_role("button", name="Remove").click()
    expect(panel.get_by_role("region", name="My GIFs")).to_have_count(0)
    recent = panel.get_by_role("region", name="Recent")
    recent.get_by_role("button", name="Edit: Recent").click()
    recent.get_by_role("button", name="Keep in My GIFs: A door opens").click()
    expect(panel.get_by_role("region", name="My GIFs").get_by_role("button", name="A door opens").first).to_be_visible()


def test_on_a_phone_it_takes_the_keyboards_place(new_person: Callable[..., Person], server: LiveServer) -> None:
    mira, tom = new_person("Mira", **PHONE), new_person("Tom")
    befriend(server, mira, tom)
    mira.open_dialogue_with(tom)
    mira.wait_until_live()
    page = mira.page
    panel = open_tab(page, "Stickers")
    expect(panel.get_by_role("button", name=ROCKET)).to_have_count(1)
    # No field has the focus, which would bring the keyboard; the composer stands above, and all of it is in view.
    assert page.evaluate("document.activeElement.matches('input, textarea')") is False
    sheet, field = page.locator(".sheet").bounding_box(), field_of(page).bounding_box()
    assert sheet is not None
    assert field is not None
    assert field["y"] + field["height"] <= sheet["y"]
    assert (sheet["x"], sheet["width"]) == (0, 390)
    assert round(sheet["y"] + sheet["height"]) == 844
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    field_of(page).tap()
    expect(panel).to_be_hidden()
    button_of(page).tap()
    panel.locator(".sheet-choice").first.tap()
    expect(panel).to_be_hidden()
    expect(page.locator(".timeline .entry:not(.waiting) [data-kind=sticker] .picture")).to_be_visible()


@pytest.fixture
def site_with_provider() -> Iterator[tuple[LiveServer, str]]:
    """Run a site that has a GIF provider beside it; give its address too."""
    with gif_provider(clip(1.0, (160, 90)), moving_picture()) as provider:
        asked = f"{provider.url}/v1"
        with live_server(GIF_PROVIDER="giphy", GIF_PROVIDER_URL=asked, GIF_PROVIDER_KEY="key") as server:
            yield server, urlsplit(provider.url).netloc


def test_a_gif_from_elsewhere_comes_through_the_server_alone(
    browser: Browser, browser_context_args: dict[str, object], site_with_provider: tuple[LiveServer, str]
) -> None:
    server, elsewhere = site_with_provider
    contexts = [browser.new_context(**browser_context_args | {"base_url": server.url}) for _ in range(2)]  # type: ignore[arg-type]
    mira, tom = (make_person(server, context, name) for context, name in zip(contexts, ("Mira", "Tom"), strict=True))
    befriend(server, mira, tom)
    asked: list[str] = []
    for person, other in ((mira, tom), (tom, mira)):
        person.page.on("request", lambda request: asked.append(urlsplit(request.url).netloc))
        person.open_dialogue_with(other)
        person.wait_until_live()
    panel = open_tab(mira.page, "GIFs")
    expect(panel).to_contain_text("Powered by GIPHY")
    expect(panel.get_by_role("region", name="Popular").get_by_role("button").first).to_be_visible()
    panel.get_by_label("Search GIFs").fill("cat")
    found = panel.get_by_role("region", name="Found").get_by_role("button", name="Happy cat GIF").first
    expect(found).to_be_visible()
    found.get_by_role("img").evaluate("image => image.decode()")
    found.click()
    for person in (mira, tom):
        expect_bare(picture_in(person, "Happy cat GIF"))
        assert elsewhere not in person.page.content()
    assert set(asked) == {urlsplit(server.url).netloc}
    assert re.search(r"\.webp$", str(picture_in(tom, "Happy cat GIF").get_attribute("src")))
    for context in contexts:
        context.close()
