"""The screens, by name: where each is, and what to do there before it is looked at.

Shared by the accessibility tests and by `make screenshots`, so that none is forgotten by either.
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page, expect

# A picture is taken of what a person gets: what fades in must have arrived. What moves for ever stays.
STILL = """
async () => {
  for (const one of document.getAnimations()) {
    if (one.effect.getComputedTiming().endTime !== Infinity) one.finish();
  }
  const near = ({top, bottom, width}) => width && bottom > 0 && top < innerHeight;
  const late = [...document.images].filter((one) => !one.complete && near(one.getBoundingClientRect()));
  await Promise.all(late.map((one) => new Promise((resolve) => { one.onload = one.onerror = resolve; })));
}
"""
# What must never be wider than it is seen: it would be cut off, or scroll sideways.
SIDEWAYS = """
() => [...document.querySelectorAll("html, main, dialog[open], .sheet-body, .sheet, .sheet-scroll, .timeline")]
  .filter((one) => one.scrollWidth > one.clientWidth + 1)
  .map((one) => `${one.tagName}.${one.className}: ${one.scrollWidth} in ${one.clientWidth}`)
"""
Prepare = Callable[[Page], None]


@dataclass(frozen=True)
class Screen:
    """A screen: ``path`` with the names of ``ADDRESSES`` filled in; ``signed_in`` as the demo's first account."""

    name: str
    path: str
    signed_in: bool = True
    prepare: Prepare | None = None


def open_message_menu(page: Page) -> None:
    """Open the menu of the last message, as a right click or a long press does."""
    message = page.locator("dm-conversation:defined .timeline .entry").last
    message.locator(".bubble").click(button="right")
    message.locator(".menu-items").wait_for()


def wait_for_conversation(page: Page) -> None:
    """Wait until the conversation is alive."""
    page.locator("dm-conversation:defined").wait_for()


def open_emoji(page: Page) -> None:
    """Open the emoji picker and wait for its contents."""
    page.locator("dm-conversation:defined .emoji-button").click()
    page.locator("emoji-picker").wait_for()
    page.locator("emoji-picker .emoji").nth(20).wait_for()


def open_stickers(page: Page) -> None:
    """Open the sheet at the stickers."""
    open_tab(page, "Stickers")
    page.locator(".sheet-part .stickers img, .sheet-part img").nth(8).wait_for()


def open_gifs(page: Page) -> None:
    """Open the sheet at the GIFs."""
    open_tab(page, "GIFs")
    page.get_by_role("tabpanel", name="GIFs").locator(".sheet-scroll").wait_for()


def open_tab(page: Page, name: str) -> None:
    """Open the sheet, and one of its tabs."""
    page.locator("dm-conversation:defined .emoji-button").click()
    tab = page.get_by_role("tab", name=name)
    tab.click()
    expect(tab).to_have_attribute("aria-selected", "true")


def show_photos(page: Page) -> None:
    """Bring a message with photos into view."""
    wait_for_conversation(page)
    photos = page.locator(".timeline .photos").last
    photos.scroll_into_view_if_needed()
    photos.locator("img").first.evaluate("async image => { await image.decode(); }")


def open_viewer(page: Page) -> None:
    """Open a photo."""
    show_photos(page)
    page.locator(".timeline .photos a.photo").first.click()
    page.locator("dialog[open] img").first.wait_for()


def open_share(page: Page) -> None:
    """Open the sheet a video is shared from."""
    page.locator("html.js [data-share]").first.click()
    page.locator(".sheet-dialog .share-person").first.wait_for()


def open_gif_editor(page: Page) -> None:
    """Open the editor of GIFs in it."""
    open_share(page)
    page.locator(".share-gif").click()
    page.locator(".gif-editor .gif-start").wait_for()


def open_row_menu(page: Page) -> None:
    """Open the menu of the second row."""
    row = page.locator("#rows .row").nth(1)
    row.hover()
    row.locator("summary").click()
    row.locator(".menu-items").wait_for()


def open_report(page: Page) -> None:
    """Open the dialog to report a profile, and go on to its second step."""
    page.locator("html.js .profile details.menu summary").click()
    page.locator("a[data-report]").first.click()
    page.locator(".sheet-dialog .report a").first.click()
    page.locator(".sheet-dialog textarea").wait_for()


SCREENS = [
    Screen("landing", "/", signed_in=False),
    Screen("sign-up", "/accounts/signup/", signed_in=False),
    Screen("sign-in", "/accounts/login/", signed_in=False),
    Screen("password-reset", "/accounts/password/reset/", signed_in=False),
    Screen("home", "/"),
    Screen("home-following", "/?feed=following"),
    Screen("video", "{video}"),
    Screen("video-signed-out", "{video}", signed_in=False),
    Screen("video-share", "{video}", prepare=open_share),
    Screen("video-gif", "{video}", prepare=open_gif_editor),
    Screen("video-gone", "/videos/00000000-0000-7000-8000-000000000000/"),
    Screen("video-edit", "{own_video}edit/"),
    Screen("upload", "/videos/upload/"),
    Screen("sticker-new", "/stickers/new/"),
    Screen("people", "/people/?q=a"),
    Screen("profile", "/@{friend}/"),
    Screen("my-profile", "/@{me}/"),
    Screen("followers", "/@{friend}/followers/"),
    Screen("inbox", "/inbox/"),
    Screen("inbox-menu", "/inbox/", prepare=open_row_menu),
    Screen("inbox-search", "/inbox/?q=the"),
    Screen("archive", "/inbox/archive/"),
    Screen("new", "/inbox/new/"),
    Screen("requests", "/inbox/requests/"),
    Screen("requests-filtered", "/inbox/requests/filtered/"),
    Screen("settings-requests", "/settings/requests/"),
    Screen("request", "{request}", prepare=wait_for_conversation),
    Screen("conversation", "{conversation}", prepare=wait_for_conversation),
    Screen("conversation-menu", "{conversation}", prepare=open_message_menu),
    Screen("conversation-emoji", "{conversation}", prepare=open_emoji),
    Screen("conversation-stickers", "{conversation}", prepare=open_stickers),
    Screen("conversation-gifs", "{conversation}", prepare=open_gifs),
    Screen("conversation-photos", "{conversation}", prepare=show_photos),
    Screen("conversation-viewer", "{conversation}", prepare=open_viewer),
    Screen("conversation-refused", "{refused}", prepare=wait_for_conversation),
    Screen("settings", "/settings/"),
    Screen("settings-profile", "/settings/profile/"),
    Screen("settings-privacy", "/settings/privacy/"),
    Screen("settings-blocked", "/settings/blocked/"),
    Screen("settings-appearance", "/settings/appearance/"),
    Screen("settings-notifications", "/settings/notifications/"),
    Screen("settings-security", "/settings/security/"),
    Screen("settings-data", "/settings/data/"),
    Screen("settings-data-delete", "/settings/data/delete/"),
    Screen("password-change", "/accounts/password/change/"),
    Screen("email", "/accounts/email/"),
    Screen("second-factor", "/accounts/2fa/"),
    Screen("sessions", "/accounts/sessions/"),
    Screen("report", "/@{friend}/report/"),
    Screen("report-details", "/@{friend}/report/?reason=minor"),
    Screen("report-dialog", "/@{friend}/", prepare=open_report),
    Screen("settings-reports", "/settings/reports/"),
    Screen("settings-decisions", "/settings/decisions/"),
    Screen("not-found", "/inbox/00000000-0000-7000-8000-000000000000/"),
]
