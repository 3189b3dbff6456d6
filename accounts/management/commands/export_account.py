"""``manage.py export_account``: writes everything an account can take along into a ZIP file."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.export import write_archive
from accounts.models import User


class Command(BaseCommand):
    """Does at once what the page of one's data has prepared in the background; counts against no limit."""

    help = (
        "Writes everything an account can take along into a ZIP file: account.json, its conversations as pages and "
        "as JSON, photos, videos, GIFs and stickers. The file appears whole, readable by its owner alone, and never "
        "in the place of another one. The exit status is 1 if there is no such account, or the file can't be written."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="whose account, with or without @")
        parser.add_argument("--output", metavar="FILE", help="by default paperplane-USERNAME-DATE.zip in this folder")
        parser.add_argument(
            "--json", action="store_true", help='print one JSON object: "username", "file", "files" (how many), "bytes"'
        )

    def handle(self, *args: Any, username: str, output: str | None, **options: Any) -> None:
        user = User.objects.named(username.removeprefix("@")).filter(erased_at=None).first()
        if user is None:
            raise CommandError(f"There is no account @{username.removeprefix('@')}.")
        target = Path(output or f"paperplane-{user.username}-{timezone.localdate()}.zip")
        try:
            count = _write(user, target)
        except OSError as error:
            raise CommandError(f"{target}: {error.strerror or error}") from None
        size = target.stat().st_size
        if options["json"]:
            answer = {"username": user.username, "file": str(target), "files": count, "bytes": size}
            self.stdout.write(json.dumps(answer))
        else:
            self.stdout.write(f"Wrote {count} files of @{user.username} to {target} ({size} bytes).")


def _write(user: User, target: Path) -> int:
    """Write the archive beside ``target``, then give it its name, unless something has it. Raises ``OSError``."""
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=".paperplane-") as archive:  # 0600
        count = write_archive(user, archive)
        archive.flush()
        os.link(archive.name, target)
    return count
