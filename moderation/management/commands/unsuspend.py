"""``manage.py unsuspend``: takes back what holds against an account."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from moderation import actions
from moderation.models import Decision, Measure

KEPT = (Measure.WARN, Measure.REMOVE)


class Command(BaseCommand):
    """Takes back every suspension and restriction of an account; warnings and removed messages stay."""

    help = (
        "Takes back every suspension and restriction of an account that is in force; warnings and removed messages "
        "stay. The exit status is 1 if there is no such account, or nothing to take back."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="whose account, with or without @")
        parser.add_argument("--dry-run", action="store_true", help="list them, and do nothing")
        parser.add_argument(
            "--json", action="store_true", help='print one JSON object: "username", "undone" (measures)'
        )

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        user = User.objects.named(username.removeprefix("@")).filter(erased_at=None).first()
        if user is None:
            raise CommandError(f"There is no account @{username.removeprefix('@')}.")
        decisions = list(Decision.objects.in_force(user).exclude(measure__in=KEPT))
        if not options["dry_run"]:
            for decision in decisions:
                actions.undo(None, decision)
        if options["json"]:
            undone = [decision.measure for decision in decisions]
            self.stdout.write(json.dumps({"username": user.username, "undone": undone}))
        else:
            for decision in decisions:
                self.stdout.write(f"@{user.username}: {decision} of {decision.created_at:%Y-%m-%d}")
        if not decisions:
            raise CommandError(f"Nothing holds against @{user.username}.")
