"""Every icon a template or a module names is in the sprite; one that isn't would draw nothing."""

import re

import pytest

from tests.architecture import ROOT, own_files

pytestmark = pytest.mark.once

SPRITE = ROOT / "static" / "icons.svg"
NAMES = re.compile(r"""(?:\{% icon |icon_name=)["']([a-z0-9-]+)["']|icons\.svg#([a-z0-9-]+)""")


def symbols() -> set[str]:
    return set(re.findall(r'<symbol id="([^"]+)"', SPRITE.read_text()))


def test_the_sprite_holds_the_listed_icons():
    listed = (ROOT / "scripts" / "icons.txt").read_text().split()
    assert listed == sorted(set(listed))
    assert symbols() == set(listed)


def test_every_icon_in_use_exists():
    used = {
        (path.relative_to(ROOT).as_posix(), first or second)
        for path in own_files()
        if path.suffix in {".html", ".js"}
        for first, second in NAMES.findall(path.read_text())
    }
    assert len(used) > 10
    assert {(path, name) for path, name in used if name not in symbols()} == set()


@pytest.mark.parametrize(
    "text",
    [
        '{% icon "heart" %}',
        '{% include "parts/empty.html" with icon_name="heart" %}',
        "{% icon 'heart' label %}",
        '<use href="/static/icons.svg#heart">',
    ],
)
def test_a_name_is_found_however_it_is_written(text: str):
    assert [first or second for first, second in NAMES.findall(text)] == ["heart"]
