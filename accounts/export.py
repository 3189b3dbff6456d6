"""Everything an account can take along, as one archive; each app registers its section, for accounts know none of them.

Written file by file and piece by piece: what is in memory at once doesn't grow with the account.
"""

import datetime
import json
import logging
import time
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any, TypeAlias, TypeVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User

logger = logging.getLogger(__name__)
FORMAT = "paperplane.account"
VERSION = 1  # of account.json; a new one where a field goes or means something else
BATCH = 200  # rows read at once

Row = TypeVar("Row", bound=models.Model)
Facts: TypeAlias = dict[str, Any]
Tell: TypeAlias = Callable[[int], None]


@dataclass(frozen=True)
class Part:
    """A file of the archive. ``read`` gives its bytes, or raises ``FileNotFoundError``; ``packs`` if they pack well."""

    name: str
    read: Callable[[], Iterable[bytes]]
    packs: bool = False


@dataclass(frozen=True)
class Section:
    """What one app knows of an account: ``facts`` for account.json, ``parts`` for beside it, about ``count`` of them.

    Whatever is in them is what the account can see at that moment.
    """

    name: str
    facts: Callable[[User], Facts]
    parts: Callable[[User], Iterator[Part]]
    count: Callable[[User], int]


_sections: dict[str, Section] = {}


def register(section: Section) -> None:
    """Have ``section`` in every archive. Called once, when an app is ready."""
    _sections[section.name] = section


def write_archive(user: User, target: IO[bytes], tell: Tell = lambda percent: None) -> int:
    """Write what there is of ``user`` to ``target`` as a ZIP; return how many files it has.

    ``tell`` hears often how far it is, in percent; what it raises ends the work.
    """
    total = sum(section.count(user) for section in _sections.values()) + 1
    done, names, missing = 0, set[str](), list[str]()
    with zipfile.ZipFile(target, "w") as archive:
        for section in _sections.values():
            for part in section.parts(user):
                done += 1
                percent = min(99, done * 100 // total)
                if _write(archive, part, lambda at=percent: tell(at)):  # type: ignore[misc]
                    names.add(part.name)
                else:
                    missing.append(part.name)
        account = json.dumps(_account(user, missing), indent=1).encode()
        for name, content in (("account.json", account), ("README.txt", _readme(user).encode())):
            _write(archive, Part(name, lambda content=content: [content], packs=True), lambda: None)  # type: ignore[misc]
    return len(names) + 2


def by_key(rows: "models.QuerySet[Row]") -> Iterator[Row]:
    """Yield ``rows`` in the order of their keys, a batch at a time; whoever gets one may delete it."""
    ordered = rows.order_by("pk")
    batch = list(ordered[:BATCH])
    while batch:
        last = batch[-1].pk
        yield from batch
        batch = list(ordered.filter(pk__gt=last)[:BATCH])


def iso(moment: datetime.datetime | None) -> str | None:
    """Return ``moment`` in UTC as ISO 8601 writes it, to the millisecond."""
    if moment is None:
        return None
    return moment.astimezone(datetime.UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _write(archive: zipfile.ZipFile, part: Part, tell: Callable[[], None]) -> bool:
    """Add ``part``; return whether its content was there."""
    try:
        pieces = iter(part.read())
        first = next(pieces, b"")
    except FileNotFoundError:
        logger.warning("%s isn't in the storage; the archive goes without it.", part.name)
        return False
    entry = zipfile.ZipInfo(part.name, time.gmtime()[:6])
    entry.compress_type = zipfile.ZIP_DEFLATED if part.packs else zipfile.ZIP_STORED
    entry.external_attr = 0o600 << 16
    with archive.open(entry, "w", force_zip64=True) as file:
        file.write(first)
        tell()
        for piece in pieces:
            file.write(piece)
            tell()
    return True


def _account(user: User, missing: list[str]) -> Facts:
    head = {"format": FORMAT, "version": VERSION, "exported_at": iso(timezone.now()), "username": user.username}
    return head | {name: section.facts(user) for name, section in _sections.items()} | {"missing_files": missing}


def _readme(user: User) -> str:
    return _(
        "What Paperplane keeps of @%(name)s, written at %(when)s.\n"
        "\n"
        "account.json     profile, settings, who follows whom, sessions, reports, decisions, lists of the rest\n"
        "conversations/   each conversation as a page to read and as JSON: what you could see of it\n"
        "photos/          photos you sent\n"
        "videos/, gifs/, stickers/    yours\n"
        "\n"
        "All times are UTC. Whoever has this file can read all of it: keep it where only you get at it.\n"
    ) % {"name": user.username, "when": iso(timezone.now())}
