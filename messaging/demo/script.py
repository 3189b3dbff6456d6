r"""Conversations written down as text, and the moments their lines were said at.

A line that begins with ``>`` is by the first of the two, one with ``<`` by the other. ``# 3d 19:10``
begins what was said three days ago from 19:10 (UTC) on, ``# 4m`` what ended four minutes ago.
``+20`` lets twenty minutes pass. In square brackets before the words: ``like`` (the other one likes
it), ``both`` (both do), ``unsent``, ``gone`` (the first deleted it for themselves), ``name=x`` and
``re=x`` (an answer to x); ``sticker=pack/name``,
``photo=scene+scene``, ``video=clip`` and ``gif=clip`` say what else the message carries; its words are ``-`` where it
has none. ``\n`` is a new line. A row that begins with spaces goes on with the one above.
"""

import datetime
import re
from collections.abc import Iterable
from dataclasses import dataclass

_HEAD = re.compile(r"# (?:(?P<days>\d+)d (?P<hour>\d\d):(?P<minute>\d\d)|(?P<ago>\d+)m)\Z")
_LINE = re.compile(r"(?P<by>[<>]) (?:\[(?P<marks>[a-z0-9=/+_ -]+)\] )?(?P<words>.+)\Z")
CARRIED = ("sticker", "photo", "video", "gif")
_LEAST_GAP = datetime.timedelta(seconds=3)


@dataclass(frozen=True)
class Line:
    """One message to write; ``by_first`` and ``likes`` (True: the first) tell the two sides apart."""

    by_first: bool
    words: str
    at: datetime.datetime
    name: str = ""
    answers: str = ""
    likes: tuple[bool, ...] = ()
    unsent: bool = False
    gone: bool = False
    kind: str = "text"
    shows: str = ""


def read(script: str, now: datetime.datetime) -> list[Line]:
    """Return the lines of ``script``, seen from ``now``. Raises ``ValueError`` for a line that isn't one."""
    lines: list[Line] = []
    joined = re.sub(r"\n {2,}", " ", script.strip())
    for part in re.split(r"\n(?=# )", joined):
        lines += _section(part.splitlines(), now)
    return in_order(lines, now)


def in_order(lines: Iterable[Line], now: datetime.datetime) -> list[Line]:
    """Return ``lines`` with each earlier than the next, and none later than ``now``."""
    ordered: list[Line] = []
    limit = now
    for line in reversed(list(lines)):
        at = min(line.at, limit)
        ordered.append(line if at == line.at else _moved(line, at))
        limit = at - _LEAST_GAP
    return ordered[::-1]


def _section(rows: list[str], now: datetime.datetime) -> list[Line]:
    head = _HEAD.match(rows[0])
    if head is None:
        raise ValueError(f"Not a beginning: {rows[0]}")
    at = now.replace(second=11, microsecond=0)
    if head["days"]:
        at = at.replace(hour=int(head["hour"]), minute=int(head["minute"])) - datetime.timedelta(days=int(head["days"]))
    lines: list[Line] = []
    for row in rows[1:]:
        if row.startswith("+"):
            at += datetime.timedelta(minutes=int(row[1:]))
            continue
        line = _line(row, at)
        at += datetime.timedelta(seconds=14 + len(line.words) * 2 % 67)
        lines.append(line)
    if head["ago"]:
        late = lines[-1].at - (now - datetime.timedelta(minutes=int(head["ago"])))
        return [_moved(line, line.at - late) for line in lines]
    return lines


def _line(row: str, at: datetime.datetime) -> Line:
    match = _LINE.match(row)
    if match is None:
        raise ValueError(f"Not a line: {row}")
    marks = (match["marks"] or "").split()
    named = dict(mark.split("=") for mark in marks if "=" in mark)
    kind = next((kind for kind in CARRIED if kind in named), "text")
    by_first = match["by"] == ">"
    likes: tuple[bool, ...] = ()
    if "like" in marks:
        likes = (not by_first,)
    if "both" in marks:
        likes = (True, False)
    return Line(
        by_first=by_first,
        words="" if match["words"] == "-" else re.sub(r" ?\\n", "\n", match["words"]),
        kind=kind,
        shows=named.get(kind, ""),
        at=at,
        name=named.get("name", ""),
        answers=named.get("re", ""),
        likes=likes,
        unsent="unsent" in marks,
        gone="gone" in marks,
    )


def _moved(line: Line, at: datetime.datetime) -> Line:
    return Line(**(vars(line) | {"at": at}))
