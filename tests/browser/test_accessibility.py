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
async () => {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
  const result = await axe.run({runOnly: {type: "tag", values: tags}});
  return result.violations.map((one) => ({
    rule: one.id, help: one.help, nodes: one.nodes.map((node) => [node.target.join(" "), node.failureSummary]),
  }));
}
"""


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    with demo_site() as site:
        yield site


def violations(page: Page, screen: Screen, demo: Demo) -> list[Any]:
    page.goto(demo.path_of(screen))
    if screen.prepare:
        screen.prepare(page)
    page.evaluate(STILL)
    page.evaluate(AXE.read_text())
    found: list[Any] = page.evaluate(RUN)
    return found + page.evaluate(SIDEWAYS)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("viewport", VIEWPORTS)
def test_axe_finds_nothing(browser: Browser, demo: Demo, scheme: Any, viewport: str) -> None:
    found = {}
    for signed_in in (False, True):
        context = browser.new_context(
            base_url=demo.server.url, color_scheme=scheme, viewport=VIEWPORTS[viewport], reduced_motion="reduce"
        )
        # A script put in by a test isn't the site's: its policy would forbid axe.
        if signed_in:
            context.add_cookies(demo.server.sign_in(demo.me))  # type: ignore[arg-type]
        page = context.new_page()
        for screen in SCREENS:
            if screen.signed_in == signed_in and (bad := violations(page, screen, demo)):
                found[screen.name] = bad
        context.close()
    assert not found, json.dumps(found, indent=1)
