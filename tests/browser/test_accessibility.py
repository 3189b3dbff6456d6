"""On any screen, light and dark, on a phone and on a desktop: axe finds nothing, and nothing is cut off sideways."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from tests.browser.demo import Demo, demo_site
from tests.browser.screens import SCREENS, SIDEWAYS, STILL, Screen

AXE = Path(__file__).parent.parent / "vendor" / "axe.min.js"
VIEWPORTS: dict[str, ViewportSize] = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 800}}
RUN = """
async (what) => {
  const result = await axe.run({runOnly: what, resultTypes: ["violations"], iframes: false});
  return result.violations.map((one) => ({
    rule: one.id, help: one.help, nodes: one.nodes.map((node) => [node.target.join(" "), node.failureSummary]),
  }));
}
"""
EVERYTHING = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# What a dark page can differ in from a light one.
COLORS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with demo_site() as site:
        yield site


def violations(page: Page, screen: Screen, demo: Demo) -> list[Any]:
    page.emulate_media(color_scheme="light")
    page.goto(demo.path_of(screen))
    if screen.prepare:
        screen.prepare(page)
    page.evaluate(STILL)
    page.evaluate(AXE.read_text())
    found: list[Any] = page.evaluate(RUN, EVERYTHING) + page.evaluate(SIDEWAYS)
    color = "getComputedStyle(document.body).color"
    light = page.evaluate(color)
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"light => {color} !== light", arg=light)
    page.evaluate(STILL)
    return found + [{**one, "scheme": "dark"} for one in page.evaluate(RUN, COLORS)]


@pytest.mark.parametrize("viewport", VIEWPORTS)
def test_axe_finds_nothing(browser: Browser, demo: Demo, viewport: str) -> None:
    found = {}
    for signed_in in (False, True):
        context = browser.new_context(base_url=demo.server.url, viewport=VIEWPORTS[viewport], reduced_motion="reduce")
        # A script put in by a test isn't the site's: its policy would forbid axe.
        if signed_in:
            context.add_cookies(demo.server.sign_in(demo.me))  # type: ignore[arg-type]
        page = context.new_page()
        for screen in SCREENS:
            if screen.signed_in == signed_in and (bad := violations(page, screen, demo)):
                found[screen.name] = bad
        context.close()
    assert not found, json.dumps(found, indent=1)
