"""``manage.py purge_evidence``: erases evidence whose time is over."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from moderation import actions


class Command(BaseCommand):
    """Erases the content of old evidence; the hashes stay, so that the chain holds."""

    help = (
        "Erases the evidence of cases that were closed 180 days ago, with its files, and what removed messages said. "
        "Cases whose appeal waits are left. Meant to run every day."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="count, and erase nothing")
        parser.add_argument(
            "--json", action="store_true", help='print one JSON object: "evidence", "files", "messages" (how many)'
        )

    def handle(self, *args: Any, **options: Any) -> None:
        purged = actions.purge(dry_run=options["dry_run"])
        if options["json"]:
            self.stdout.write(json.dumps(asdict(purged)))
        else:
            verb = "Would erase" if options["dry_run"] else "Erased"
            self.stdout.write(f"{verb} {purged.evidence} pieces of evidence and {purged.files} files.")
