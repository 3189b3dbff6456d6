"""``manage.py delete_account``: closes an account to be erased in 30 days, or erases it at once."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import erasure
from accounts.export import iso
from accounts.models import User


class Command(BaseCommand):
    """Does what the page of one's data does, for those who can't use it."""

    help = (
        "Closes an account at once and has it erased in 30 days, in which its owner can take that back by signing in "
        "(not where the staff had closed it). What was written to others stays with them, from “Deleted account”. "
        "With --now it is erased at once; one that was interrupted can be run again. The exit status is 1 if there is "
        "no such account, or nothing to do, or something couldn't be erased."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="whose account, with or without @")
        parser.add_argument("--now", action="store_true", help="erase it at once: there is no way back")
        parser.add_argument("--dry-run", action="store_true", help="list what would be erased, and change nothing")
        parser.add_argument(
            "--json",
            action="store_true",
            help='print one JSON object: "username", "dry_run", "erased", "erase_at" and "plan" (how much there is '
            "to erase, by app and by what it is)",
        )

    def handle(self, *args: Any, username: str, now: bool, dry_run: bool, **options: Any) -> None:
        name = username.removeprefix("@")
        user = User.objects.named(name).filter(erased_at=None).first()
        if user is None:
            raise CommandError(f"There is no account @{name}.")
        if user.deletion_requested_at and not now and not dry_run:
            raise CommandError(
                f"@{name} is closed already, and is erased on {iso(user.erase_at)}. --now does it at once."
            )
        plan = erasure.plan(user)
        if not dry_run:
            _delete(user, now=now)
            user.refresh_from_db()
        if options["json"]:
            answer = {
                "username": name,
                "dry_run": dry_run,
                "erased": user.erased_at is not None,
                "erase_at": iso(user.erase_at),
                "plan": plan,
            }
            self.stdout.write(json.dumps(answer))
        else:
            self._tell(name, user, plan, dry_run=dry_run)

    def _tell(self, name: str, user: User, plan: dict[str, erasure.Plan], *, dry_run: bool) -> None:
        for app, counts in plan.items():
            for what, count in counts.items():
                if count:
                    self.stdout.write(f"{count:>7}  {app}: {what.replace('_', ' ')}")
        if dry_run:
            self.stdout.write(f"This would be erased of @{name}; nothing was changed, for this was a dry run.")
        elif user.erased_at:
            self.stdout.write(f"@{name} is erased.")
        else:
            self.stdout.write(f"@{name} is closed. On {iso(user.erase_at)} all this is erased.")


def _delete(user: User, *, now: bool) -> None:
    """Ask for the deletion, or carry it out. Raises ``CommandError``."""
    if not now:
        erasure.request_deletion(user)
        return
    try:
        erasure.erase_now(user)
    except Exception as error:
        user.refresh_from_db()
        detail = (
            f"Not all could be erased: {error}. Run it again for @{user.username}; the server goes on by itself too."
        )
        raise CommandError(detail) from error
