"""Take the pictures of every screen into docs/screenshots: phone and desktop, light and dark."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from playwright.sync_api import ViewportSize, sync_playwright  # noqa: E402

from scripts.chromium import ensure  # noqa: E402
from tests.browser.demo import demo_site  # noqa: E402
from tests.browser.screens import SCREENS, STILL  # noqa: E402

FOLDER = ROOT / "docs" / "screenshots"
VIEWPORTS: dict[str, ViewportSize] = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 800}}
ARGUMENTS = ["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--disable-background-networking"]


def main() -> None:
    """Walk the screens; with names as arguments, only those."""
    wanted = set(sys.argv[1:])
    FOLDER.mkdir(parents=True, exist_ok=True)
    with demo_site() as demo, sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=ensure(), args=ARGUMENTS)
        for size, viewport in VIEWPORTS.items():
            for scheme in ("light", "dark"):
                for signed_in in (False, True):
                    context = chromium.new_context(
                        base_url=demo.server.url,
                        color_scheme=scheme,
                        viewport=viewport,
                        reduced_motion="reduce",
                        has_touch=size == "phone",
                        locale="en-GB",
                        timezone_id="UTC",
                    )
                    if signed_in:
                        context.add_cookies(demo.server.sign_in(demo.me))
                    page = context.new_page()
                    for screen in SCREENS:
                        if screen.signed_in != signed_in or (wanted and screen.name not in wanted):
                            continue
                        page.goto(demo.path_of(screen))
                        if screen.prepare:
                            screen.prepare(page)
                        page.evaluate(STILL)
                        page.screenshot(path=FOLDER / f"{screen.name}-{size}-{scheme}.png")
                    context.close()
        chromium.close()
    print(f"The pictures are in {FOLDER.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
