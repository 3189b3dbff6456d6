"""Draw the built-in stickers from the emoji of a package, cut out with a white edge."""

import io
import json
import sys
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from scripts import chromium

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "scripts" / "stickers.txt"
FOLDER = ROOT / "static" / "stickers"
CATALOGUE = ROOT / "messaging" / "packs.json"
SIZE = 288  # pixels; shown at 144 CSS pixels
QUALITY = 84

# Eight shadows without blur are an edge; the ninth lifts it off a white ground.
EDGE = " ".join(
    f"drop-shadow({x}px {y}px 0 #fff)"
    for x, y in ((4, 0), (-4, 0), (0, 4), (0, -4), (3, 3), (-3, 3), (3, -3), (-3, -3))
)
STYLE = (
    "html,body{margin:0;background:transparent}"
    f"img{{box-sizing:border-box;width:{SIZE}px;height:{SIZE}px;padding:20px;"
    f"filter:{EDGE} drop-shadow(0 2px 3px rgb(0 0 0 / .28))}}"
)


def make_stickers(package: Path, emoji_data: Path) -> None:
    """Draw every sticker of the list from ``package``, and write the catalogue with the words to find it by."""
    emoji = {slug(one["annotation"]): one for one in json.loads(emoji_data.read_text())}
    packs: dict[str, list[dict[str, Any]]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        page = browser.new_page(viewport={"width": SIZE, "height": SIZE})
        for line in LIST.read_text().splitlines():
            if not line or line.startswith("#"):
                continue
            pack, name = line.split()
            draw(page, package / "icons" / "modern" / f"{name}.svg", FOLDER / pack / f"{name}.webp")
            about = emoji.get(name)
            if about is None:
                sys.exit(f"{name}: no such emoji to take the words from.")
            words = sorted({*about["tags"], *about.get("shortcodes", []), *name.split("-")})
            packs.setdefault(pack, []).append({"name": name, "title": about["annotation"], "words": words})
        browser.close()
    CATALOGUE.write_text(json.dumps(packs, indent=1, ensure_ascii=False) + "\n")


def draw(page: Page, svg: Path, target: Path) -> None:
    """Draw one emoji with its edge."""
    page.set_content(f"<style>{STYLE}</style>")
    page.evaluate(
        "async svg => { const img = new Image();"
        "img.src = 'data:image/svg+xml;base64,' + btoa(unescape(encodeURIComponent(svg)));"
        "await img.decode(); document.body.append(img); }",
        svg.read_text(),
    )
    picture = Image.open(io.BytesIO(page.screenshot(omit_background=True)))
    target.parent.mkdir(parents=True, exist_ok=True)
    picture.save(target, quality=QUALITY, method=6)


def slug(annotation: str) -> str:
    """Return the name that the package gives to an emoji."""
    return "-".join("".join(c if c.isalnum() else " " for c in annotation.lower()).split())
