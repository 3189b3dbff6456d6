"""``manage.py backup``: copies the database and the files into a folder, while the site runs."""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import backups


class Command(BaseCommand):
    """Takes a backup."""

    help = (
        "Copies the whole site into a new folder while it runs: the database at one moment, and the files. Files in a "
        "bucket aren't copied: that is for its own versions or copies. SECRET_KEY isn't in it either, and without it "
        "second factors and evidence of then can't be read. PostgreSQL's pg_dump must be as new as the server. The "
        "exit status is 1 if it can't be done; then the folder isn't there."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="must not be there yet; it appears whole, for its owner alone")
        parser.add_argument(
            "--json",
            action="store_true",
            help='print one JSON object: "version", "made_at", "engine", "database_sha256", "secret_key_mark", "files" '
            'and "bytes" (null where a bucket has the files)',
        )

    def handle(self, *args: Any, folder: Path, **options: Any) -> None:
        try:
            about = backups.make(folder)
        except (backups.BackupError, OSError) as error:
            raise CommandError(str(error)) from None
        if options["json"]:
            self.stdout.write(json.dumps(asdict(about)))
        elif about.files is None:
            self.stdout.write(f"{folder}: the database. The files are in the bucket, and not copied.")
        else:
            self.stdout.write(f"{folder}: the database and {about.files} files ({about.bytes} bytes).")
