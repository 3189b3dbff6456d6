"""Draw the built-in stickers from the emoji of a package, cut out with a white edge, and list them.

Writes ``static/stickers/`` and ``messaging/packs.json``; called by ``scripts/vendor.py``.
"""

import io
import json
import sys
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from scripts import chromium
from scripts.edges import cut_out

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "scripts" / "stickers.txt"
FOLDER = ROOT / "static" / "stickers"
CATALOGUE = ROOT / "messaging" / "packs.json"
SIZE = 288  # pixels; shown at 144 CSS pixels
SCALE = 4  # drawn so much larger, for a smooth edge
MARGIN = 20  # pixels around the drawing, for the edge and its shadow
QUALITY = 84
SHORT = 3  # letters: a word no longer than this counts only where it stands alone, or in writing without capitals
# What isn't among the package's emoji and is drawn in a file here.
OWN = {"paper-airplane"}
# Description, and the emoji whose words it shares, where the name alone doesn't tell.
ABOUT = {
    "hugging-face": ("hugging face", "smiling-face-with-open-hands"),
    "paper-airplane": ("paper airplane", "airplane"),
}

STYLE = (
    "html,body{margin:0;background:transparent}"
    f"img{{display:block;box-sizing:border-box;width:{SIZE}px;height:{SIZE}px;padding:{MARGIN}px}}"
)
CREDIT = """# The built-in stickers

Drawn by `make vendor` (`scripts/stickers.py`), named in `scripts/stickers.txt`; don't edit by hand.

The pictures are [Fluent Emoji](https://github.com/microsoft/fluentui-emoji) by Microsoft, in the style "modern",
from the npm package `{package}` {version} by Mohammad Abu Mattar, both under the MIT licence (`LICENSE.txt`), here
made into pictures of one size with a white edge and a shadow. `party/paper-airplane` is our own, under this
project's licence. What they are called in other languages is from the npm package `emoji-picker-element-data`.
"""
# The package names its packager alone; the drawings are Microsoft's, under the same words.
HOLDERS = "Copyright (c) Microsoft Corporation (the drawings)\n"


def make_stickers(package: Path, version: str, emoji_data: Path) -> None:
    """Draw every sticker of the list from ``package``, and write the catalogue with the words to find it by.

    ``emoji_data`` is the folder with the names of the emoji, one file a language.
    """
    words = Words(emoji_data)
    packs: dict[str, list[dict[str, Any]]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=["--no-sandbox", "--disable-dev-shm-usage"]
        )
        page = browser.new_page(viewport={"width": SIZE, "height": SIZE}, device_scale_factor=SCALE)
        for line in LIST.read_text().splitlines():
            if not line or line.startswith("#"):
                continue
            pack, name = line.split()
            draw(page, drawing(package, name), FOLDER / pack / f"{name}.webp")
            packs.setdefault(pack, []).append({"name": name, **words.of(name)})
        browser.close()
    CATALOGUE.write_text(as_lines(packs))
    licence = (package / "LICENSE").read_text()
    (FOLDER / "LICENSE.txt").write_text(licence.replace("Copyright", f"{HOLDERS}Copyright", 1))
    (FOLDER / "README.md").write_text(CREDIT.format(package="fluentui-emoji", version=version))


def drawing(package: Path, name: str) -> Path:
    """Return the file to draw from; hands come in several skin tones, the neutral one is meant."""
    if name in OWN:
        return ROOT / "scripts" / f"{name}.svg"
    plain, neutral = (package / "icons" / "modern" / f"{name}{tone}.svg" for tone in ("", "-default"))
    return plain if plain.exists() else neutral


def draw(page: Page, svg: Path, target: Path) -> None:
    """Draw one emoji with its edge."""
    page.set_content(f"<style>{STYLE}</style>")
    page.evaluate(
        "async svg => { const img = new Image();"
        "img.src = 'data:image/svg+xml;base64,' + btoa(unescape(encodeURIComponent(svg)));"
        "await img.decode(); document.body.append(img); }",
        svg.read_text(),
    )
    picture = cut_out(Image.open(io.BytesIO(page.screenshot(omit_background=True))), SCALE)
    target.parent.mkdir(parents=True, exist_ok=True)
    picture.save(target, quality=QUALITY, method=6)


class Words:
    """What the emoji are called and found by, in every language of a folder."""

    def __init__(self, folder: Path) -> None:
        files = {path.stem: json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))}
        self.english = {slug(one["annotation"]): one for one in files.pop("en")}
        self.others = [{one["emoji"]: one for one in file} for file in files.values()]

    def of(self, name: str) -> dict[str, Any]:
        """Return the description of a sticker, its English words, and those of the other languages."""
        title, source = ABOUT.get(name, ("", name))
        about = self.english.get(source)
        if about is None:
            sys.exit(f"{name}: no such emoji to take the words from.")
        title = title or about["annotation"]
        words = {*words_of(about), *title.casefold().split()}
        elsewhere = {word for other in self.others for word in key_words_of(other[about["emoji"]])} - words
        return {"title": title, "words": sorted(words), "elsewhere": sorted(elsewhere)}


def words_of(emoji: dict[str, Any]) -> set[str]:
    """Return the single words of an emoji's name, tags and shortcodes."""
    return single([emoji["annotation"], *emoji.get("tags", []), *emoji.get("shortcodes", [])])


def key_words_of(emoji: dict[str, Any]) -> set[str]:
    """Return the words of an emoji's name and tags without the "de", "mit" and "och" between them."""
    tags = emoji.get("tags", [])
    words = {word for word in single([emoji["annotation"], *tags]) if len(word) > SHORT or word.upper() == word.lower()}
    return words | {tag.casefold() for tag in tags if " " not in tag}


def single(texts: list[str]) -> set[str]:
    """Return the words in all these texts."""
    return {word for text in texts for word in text.casefold().replace("_", " ").split()}


def as_lines(packs: dict[str, list[dict[str, Any]]]) -> str:
    """Write the catalogue with a line for each sticker, so that a change of it can be read."""
    parts = (
        f'"{pack}": [\n' + ",\n".join(json.dumps(one, ensure_ascii=False) for one in stickers) + "\n]"
        for pack, stickers in packs.items()
    )
    return "{\n" + ",\n".join(parts) + "\n}\n"


def slug(annotation: str) -> str:
    """Return the name that the package gives to an emoji."""
    return "-".join("".join(c if c.isalnum() else " " for c in annotation.lower()).split())
