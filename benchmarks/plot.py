"""Figures as bars, in SVG."""

from collections.abc import Sequence
from html import escape

WIDTH, BAR, GAP, LABEL, TITLE = 720, 18, 6, 250, 34
FAR_OUT = 4  # times the next: a bar that is longer is cut, or no other could be seen beside it
CUT, END = 4, 12  # of such a bar: a gap, and what comes after it


def bars(title: str, rows: Sequence[tuple[str, float, str]], top: int) -> tuple[str, int]:
    """Return a group of bars that begins at ``top``, and where it ends: (label, value, the value in words) each."""
    longest = _longest([value for _label, value, _words in rows])
    room = WIDTH - LABEL - 110
    parts = [f'<text x="0" y="{top + 18}" class="title">{escape(title)}</text>']
    y = top + TITLE
    for label, value, words in rows:
        width = max(1, min(value / longest, 1) * room)
        ours = ' class="ours"' if label.startswith("Paperplane") else ""
        parts.append(f'<text x="{LABEL - 8}" y="{y + 13}" text-anchor="end">{escape(label)}</text>')
        whole: list[tuple[float, float]] = [(LABEL, width)]
        if value > longest:
            whole = [(LABEL, width - CUT - END), (LABEL + width - END, END)]
        for x, length in whole:
            parts.append(f'<rect x="{x:.1f}" y="{y}" width="{length:.1f}" height="{BAR}" rx="2"{ours}/>')
        parts.append(f'<text x="{LABEL + width + 6:.1f}" y="{y + 13}">{escape(words)}</text>')
        y += BAR + GAP
    return "\n".join(parts), y + 14


def _longest(values: Sequence[float]) -> float:
    """Return the value that takes all the room."""
    *_others, second, first = sorted([0, *values])
    return (second * 1.25 if second and first > FAR_OUT * second else first) or 1


def drawing(groups: Sequence[tuple[str, Sequence[tuple[str, float, str]]]], below: str) -> str:
    """Return all ``groups`` (a title and its bars) under each other, with a line of text ``below``."""
    parts, y = [], 10
    for title, rows in groups:
        part, y = bars(title, rows, y)
        parts.append(part)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="-16 0 {WIDTH + 32} {y + 30}" '
        'font-family="system-ui, sans-serif" font-size="13">\n'
        "<style>text{fill:#333}rect{fill:#9aa5b1}.ours{fill:#2f6fed}.title{font-weight:600;font-size:15px}\n"
        "@media (prefers-color-scheme: dark){text{fill:#ddd}rect{fill:#66717e}.ours{fill:#6c9bff}}</style>\n"
        + "\n".join(parts)
        + f'\n<text x="0" y="{y + 10}" font-size="11">{escape(below)}</text>\n</svg>\n'
    )
