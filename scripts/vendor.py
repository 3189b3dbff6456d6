"""Fetch the browser libraries and icons that are committed here: `make vendor`, by hand, seldom.

To change a version, change it here, empty its `integrity`, run, and enter the value that is printed.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from scripts.stickers import FOLDER as STICKERS
from scripts.stickers import make_stickers

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "static" / "vendor"
TEST_VENDOR = ROOT / "tests" / "vendor"
SPRITE = ROOT / "static" / "icons.svg"
ICON_NAMES = ROOT / "scripts" / "icons.txt"
# In which emoji can be searched for, and, by their names in the package, those the picker itself speaks.
LANGUAGES = (
    "da", "de", "en", "es", "fi", "fr", "hu", "it", "ja", "ko", "nb", "nl", "pl", "pt", "ru", "sv", "uk", "zh",
    "zh-hant",
)  # fmt: skip
PICKER_LANGUAGES = ("de", "es", "fr", "hu", "it", "ja", "nl", "pl", "pt_BR", "pt_PT", "ru_RU", "zh_CN")


@dataclass(frozen=True)
class Library:
    """One package: its files by their path inside it, with their path in the vendor folder."""

    package: str
    version: str
    licence: str
    integrity: str
    purpose: str
    files: dict[str, str] = field(default_factory=dict)
    licences: tuple[str, ...] = ("LICENSE",)
    folder: Path = VENDOR


LIBRARIES = (
    Library(
        "htmx.org",
        "2.0.11",
        "0BSD",
        "sha512-Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4gJgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA==",
        "page updates",
        {"dist/htmx.min.js": "htmx.min.js"},
    ),
    Library(
        "emoji-picker-element",
        "1.29.1",
        "Apache-2.0",
        "sha512-TOiHzu9Dqib3x4MwcAi3wi3RdyT4SoeB4b15AvH1ks4SBwTl7DeebhZ0d3x6dNi4XfNU7IGRZ7NBQllj0RqwrQ==",
        "the emoji picker, as ES modules",
        {name: f"emoji-picker-element/{name}" for name in ("index.js", "picker.js", "database.js")}
        | {f"i18n/{name}.js": f"emoji-picker-element/i18n/{name}.js" for name in PICKER_LANGUAGES},
    ),
    Library(
        "emoji-picker-element-data",
        "1.8.0",
        "Apache-2.0",
        "sha512-VfRuRJNEDLS1JKlNS4olaqhjX5S1nnZ+ZHG73b/dV8QeZyi0yPruTPEE72EmF6XO3k/9hj3lybMIYMOYXb/57A==",
        "names and keywords of the emoji, by language",
        {
            f"{language}/{words}/data.json": f"emoji-picker-element/data/{language}.json"
            for language, words in ((one, "emojibase" if one == "en" else "cldr") for one in LANGUAGES)
        },
    ),
    Library(
        "fluentui-emoji",
        "1.3.0",
        "MIT",
        "sha512-JTXXwqIie2rWTgOkIJDJxr0WtwTz2WU4kdOq8buLVThYwQ264aFR2jdTyuon2oEbLqqGMT64zI4btyn1saB2xw==",
        "the built-in stickers in `static/stickers/`, named in `scripts/stickers.txt` and drawn anew with an edge",
    ),
    Library(
        "lucide-static",
        "1.62.0",
        "ISC",
        "sha512-WBZA/m2PvkFpMGHDtsBck5P2A9G4ehLlYu4GwwICcmEm1BvYVgj00lCDxKRWLlbMlOibLaiwdQ88G5pHkSWgwA==",
        "the icons named in `scripts/icons.txt`: together in `static/icons.svg`",
    ),
    Library(
        "axe-core",
        "4.14.1",
        "MPL-2.0",
        "sha512-FHfa+lmNjQZfJz1q8wKqIDwC6DExcHt/pkjNQb09a3NPjCKg2rhu5qb2S4r76ASyFNNtuFooJpZe37OgudVGtQ==",
        "accessibility checks in the tests; not part of the site",
        {"axe.min.js": "axe.min.js"},
        ("LICENSE", "LICENSE-3RD-PARTY.txt"),
        TEST_VENDOR,
    ),
)


def fetch(library: Library, folder: Path) -> Path:
    """Download and unpack a package whose content must be the one recorded here."""
    packed = subprocess.run(
        ["npm", "pack", "--json", f"--pack-destination={folder}", f"{library.package}@{library.version}"],
        check=True,
        capture_output=True,
        text=True,
        cwd=folder,
    )
    answer = json.loads(packed.stdout)
    # A list up to npm 11, an object by package name from there on.
    description = answer[0] if isinstance(answer, list) else next(iter(answer.values()))
    if description["integrity"] != library.integrity:
        sys.exit(f"{library.package} {library.version}: its integrity is {description['integrity']}")
    unpacked = folder / library.package
    unpacked.mkdir()
    subprocess.run(["tar", "-xzf", folder / description["filename"], "-C", unpacked], check=True)
    return unpacked / "package"


def copy(library: Library, package: Path) -> None:
    """Put the wanted files and the licence in their place, and nothing else."""
    (library.folder / "licences").mkdir(parents=True, exist_ok=True)
    for name in library.licences:
        part = name.removeprefix("LICENSE").removesuffix(".txt").lower()
        shutil.copyfile(package / name, library.folder / "licences" / f"{library.package}{part}.txt")
    for source, name in library.files.items():
        target = library.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(package / source, target)
        if target.suffix == ".js":
            # The map isn't here; Django's hashed file names refuse a reference to a missing file.
            target.write_text(re.sub(r"\n?//# sourceMappingURL=\S+\s*$", "\n", target.read_text()))


def make_icons(package: Path) -> None:
    """Draw the icons in use together, as the symbols of one file."""
    symbols = []
    for name in ICON_NAMES.read_text().split():
        svg = (package / "icons" / f"{name}.svg").read_text()
        opening = re.search(r"<svg(.*?)>(.*)</svg>", svg, re.DOTALL)
        if opening is None:
            sys.exit(f"{name}.svg is not what this script can read.")
        # Size, class and fill are for the page to say; where the shape lies and how it is drawn is the icon's.
        attributes = re.sub(r'\s(?:xmlns|class|width|height|fill)="[^"]*"', "", opening[1])
        symbols.append(f'<symbol id="{name}" {" ".join(attributes.split())}>{squeezed(opening[2])}</symbol>')
    SPRITE.write_text('<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n")


def squeezed(shapes: str) -> str:
    """Drop the white space between elements."""
    return re.sub(r"\s*\n\s*", "", shapes)


def write_readme(folder: Path) -> None:
    """List what is in a vendor folder."""
    rows = [
        f"| {library.package} | {library.version} | {library.licence} | {library.purpose} |"
        for library in LIBRARIES
        if library.folder == folder
    ]
    table = "\n".join(["| package | version | licence | for |", "| --- | --- | --- | --- |", *rows])
    (folder / "README.md").write_text(
        "# Copied from elsewhere\n\n"
        "Put here by `make vendor` (`scripts/vendor.py`) from the packages of these names in the npm registry; "
        "don't edit by hand. The licences are in `licences/`.\n\n"
        f"{table}\n"
    )


def main() -> None:
    """Fetch everything anew."""
    if shutil.which("npm") is None:
        sys.exit("Fetching the libraries needs npm; install Node.js (on Debian: `apt-get install npm`).")
    for folder in (VENDOR, TEST_VENDOR, STICKERS):
        shutil.rmtree(folder, ignore_errors=True)
    with tempfile.TemporaryDirectory() as temporary:
        for library in LIBRARIES:
            package = fetch(library, Path(temporary))
            copy(library, package)
            if library.package == "lucide-static":
                make_icons(package)
            elif library.package == "fluentui-emoji":
                make_stickers(package, library.version, VENDOR / "emoji-picker-element" / "data")
            print(f"{library.package} {library.version}")
    for folder in (VENDOR, TEST_VENDOR):
        write_readme(folder)


if __name__ == "__main__":
    main()
