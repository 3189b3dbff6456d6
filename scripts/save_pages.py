"""Keep the HTML of every screen in build/html, for the W3C checker: what the server sends, before any script."""

import os
import sys
import urllib.request
from pathlib import Path
from urllib.error import HTTPError

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

from tests.browser.demo import demo_site  # noqa: E402
from tests.browser.screens import SCREENS  # noqa: E402

FOLDER = ROOT / "build" / "html"


def fetch(url: str, cookies: str) -> bytes:
    """Return a page as a browser gets it, also the one of an error."""
    request = urllib.request.Request(url, headers={"Cookie": cookies, "Accept": "text/html"})  # noqa: S310
    try:
        with urllib.request.urlopen(request) as response:  # noqa: S310  (our own server)
            return bytes(response.read())
    except HTTPError as error:
        return error.read()


def main() -> None:
    """Fetch them all."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for old in FOLDER.glob("*.html"):
        old.unlink()
    with demo_site() as demo:
        signed_in = "; ".join(f"{one['name']}={one['value']}" for one in demo.server.sign_in(demo.me))
        for screen in SCREENS:
            page = fetch(demo.server.url + demo.path_of(screen), signed_in if screen.signed_in else "")
            (FOLDER / f"{screen.name}.html").write_bytes(page)
    print(f"{len(SCREENS)} pages are in {FOLDER.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
