"""``manage.py restore``: puts the site into the state of a backup."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import backups


class Command(BaseCommand):
    """Takes the way back from a backup."""

    help = (
        "Puts the database and the files into the state of a backup, all of the database or nothing. Stop every "
        "process of the site before, and run migrate after. Pages that are open then ask for everything anew. The exit "
        "status is 1 if the backup isn't whole, or is of another engine, or there are accounts and no --replace."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="what the command backup wrote")
        parser.add_argument("--replace", action="store_true", help="overwrite a database that holds accounts")
        parser.add_argument("--dry-run", action="store_true", help="look whether the backup is whole, change nothing")
        parser.add_argument("--json", action="store_true", help="print what backup prints")

    def handle(self, *args: Any, folder: Path, replace: bool, dry_run: bool, **options: Any) -> None:
        try:
            about = backups.read(folder) if dry_run else backups.restore(folder, replace=replace)
        except (backups.BackupError, OSError) as error:
            raise CommandError(str(error)) from None
        if not backups.fits_secret_key(about):
            self.stderr.write(
                "It was made with another SECRET_KEY: second factors and evidence can't be read unless that key is "
                "among SECRET_KEY_FALLBACKS."
            )
        if options["json"]:
            self.stdout.write(json.dumps(asdict(about)))
        else:
            done = "is whole" if dry_run else "is restored"
            self.stdout.write(f"The backup of {about.made_at} {done}.")
