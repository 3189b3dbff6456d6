"""``manage.py verify_evidence``: checks that evidence and log are as they were written."""

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from moderation import chain
from moderation.chain import Fault
from moderation.models import Evidence, EvidenceFile, LogEntry
from videos import stored

CHUNK_BYTES = 1024 * 1024


class Command(BaseCommand):
    """Walks both chains, and reads every file of the evidence."""

    help = (
        "Checks every link of the evidence and of the moderators' log, and every file of the evidence, and prints the "
        "ends of both chains. Keep those elsewhere: given back by --head, they show whether anything was cut off "
        "since. The exit status is 1 if something is wrong."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head", action="append", default=[], metavar="evidence=N:HASH", help="an end that was noted (or log=…)"
        )
        parser.add_argument("--json", action="store_true", help='print one JSON object: "heads" and "faults"')

    def handle(self, *args: Any, head: list[str], **options: Any) -> None:
        faults = [*chain.verify(Evidence), *chain.verify(LogEntry), *_wrong_files(), *_wrong_heads(head)]
        heads = {"evidence": chain.head_of(Evidence), "log": chain.head_of(LogEntry)}
        if options["json"]:
            listed = [vars(fault) for fault in faults]
            self.stdout.write(json.dumps({"heads": heads, "faults": listed}))
        else:
            for fault in faults:
                self.stdout.write(f"{fault.chain} #{fault.number}: {fault.reason}")
            self.stdout.write(" ".join(f"{name}={end}" for name, end in heads.items()))
            self.stdout.write(f"{len(faults)} faults" if faults else "All is as it was written.")
        if faults:
            raise SystemExit(1)


def _wrong_heads(noted: list[str]) -> Iterator[Fault]:
    for text in noted:
        name, _equals, end = text.partition("=")
        if name == "evidence":
            yield from chain.verify_head(Evidence, end)
        elif name == "log":
            yield from chain.verify_head(LogEntry, end)
        else:
            yield Fault(name, 0, "is no chain: evidence or log")


def _wrong_files() -> Iterator[Fault]:
    """Compare each file with the hash it is named by, and the files with what the evidence names."""
    checked: dict[str, str] = {}
    for link in Evidence.objects.filter(purged_at=None).order_by("number").iterator(chunk_size=200):
        named = set(_hashes_in(link.content))
        rows = set(EvidenceFile.objects.filter(evidence=link).values_list("sha256", flat=True))
        for sha256 in sorted(named):
            if sha256 not in checked:
                checked[sha256] = _wrong_with(sha256)
            if checked[sha256]:
                yield Fault("evidence", link.number, f"its file {sha256[:12]}… {checked[sha256]}")
        if named != rows:
            yield Fault("evidence", link.number, "its list of files was changed")


def _hashes_in(content: str) -> Iterator[str]:
    """Yield the hashes of files in a snapshot, wherever they stand; nothing where it can't be read."""
    try:
        found = [json.loads(content)]
    except ValueError:
        return
    while found:
        value = found.pop()
        if isinstance(value, dict):
            if isinstance(value.get("sha256"), str):
                yield value["sha256"]
            found.extend(value.values())
        elif isinstance(value, list):
            found.extend(value)


def _wrong_with(sha256: str) -> str:
    file = stored.find(f"evidence/{sha256}")
    if file is None:
        return "is missing"
    digest = hashlib.sha256()
    for chunk in file.chunks(range(file.size), CHUNK_BYTES):
        digest.update(chunk)
    return "" if digest.hexdigest() == sha256 else "was changed"
