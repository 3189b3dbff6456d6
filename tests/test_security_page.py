"""docs/security.md names tests that exist, and each requirement once."""

import re
from collections import Counter
from pathlib import Path

import pytest

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs" / "security.md").read_text()


def numbers(cell: str) -> list[str]:
    found = []
    for part in cell.split(","):
        first, _, last = part.strip().partition("–")
        chapter, _, begin = first.rpartition(".")
        found += [f"{chapter}.{number}" for number in range(int(begin), int((last or first).rpartition(".")[2]) + 1)]
    return found


def test_the_tests_it_names_exist():
    named = set(re.findall(r"`((?:\w+/)?test_\w+\.py|benchmarks/\w+\.py)`", PAGE))
    assert len(named) > 40
    places = [name if name.startswith("benchmarks/") else f"tests/{name}" for name in named]
    assert [place for place in places if not (ROOT / place).exists()] == []


def test_each_requirement_stands_in_one_row():
    rows = re.findall(r"^\| (\d+\.\d+\.\d+[^|]*?) \|", PAGE, re.MULTILINE)
    counted = Counter(number for row in rows for number in numbers(row))
    assert len(counted) > 180
    assert [number for number, times in counted.items() if times > 1] == []
