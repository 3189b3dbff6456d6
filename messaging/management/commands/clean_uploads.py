"""``manage.py clean_uploads``: throws away what was uploaded and is used by nothing."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from messaging.actions import cleaning
from messaging.actions.cleaning import Cleaned

LABELS = {
    "photos": "photos that were never sent",
    "failed_videos": "uploads of videos that failed",
    "stickers": "stickers nobody shows",
    "gifs": "GIFs nobody shows",
    "previews": "previews of links nobody shows",
    "orphans": "files and folders without a row",
}


class Command(BaseCommand):
    """Does at once, and with an answer, what the server does every hour; and looks for files without a row."""

    help = (
        "Removes what was uploaded and is used by nothing: photos that were never sent, after 24 hours; videos that "
        "failed, after a week; stickers and GIFs in no message and no collection, after 24 hours; previews of links "
        "in no message, after 30 days; and files that no row of the database names, after 24 hours. The server "
        "removes all but the last by itself, every hour. May run while it serves. The exit status is 1 if something "
        "couldn't be removed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="list what would be removed, and remove nothing")
        parser.add_argument(
            "--json",
            action="store_true",
            help='print one JSON object: "dry_run", "unused" (names of files and folders in the storage, by kind), '
            '"removed" (how many) and "failed" (objects with "name" and "detail")',
        )

    def handle(self, *args: Any, dry_run: bool, verbosity: int, **options: Any) -> None:
        found = {cleaned.kind: cleaned for cleaned in cleaning.clean_uploads(dry_run=dry_run)}
        kinds = [found[kind] for kind in LABELS]
        if options["json"]:
            self._print_json(kinds, dry_run=dry_run)
        else:
            self._tell(kinds, dry_run=dry_run, with_names=dry_run or verbosity > 1)
        if failed := sum(len(cleaned.failures) for cleaned in kinds):
            raise CommandError(f"{failed} couldn't be removed.")

    def _print_json(self, kinds: list[Cleaned], *, dry_run: bool) -> None:
        answer = {
            "dry_run": dry_run,
            "unused": {cleaned.kind: cleaned.names for cleaned in kinds},
            "removed": 0 if dry_run else sum(len(cleaned.names) for cleaned in kinds),
            "failed": [vars(failure) for cleaned in kinds for failure in cleaned.failures],
        }
        self.stdout.write(json.dumps(answer))

    def _tell(self, kinds: list[Cleaned], *, dry_run: bool, with_names: bool) -> None:
        for cleaned in kinds:
            if cleaned.names:
                self.stdout.write(f"{len(cleaned.names):>7}  {LABELS[cleaned.kind]}")
            for name in cleaned.names if with_names else ():
                self.stdout.write(f"         {name}")
            for failure in cleaned.failures:
                self.stderr.write(f"{failure.name}: {failure.detail}" if failure.name else failure.detail)
        count = sum(len(cleaned.names) for cleaned in kinds)
        if not count:
            self.stdout.write("Nothing to remove.")
        elif dry_run:
            self.stdout.write(f"{count} would be removed; nothing was removed, for this was a dry run.")
        else:
            self.stdout.write(f"Removed {count}.")
