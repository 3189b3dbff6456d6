"""``manage.py suspend``: a decision about an account, from the command line."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import User
from moderation import actions
from moderation.models import Measure

BY_DAYS = {1: Measure.SUSPEND_1, 7: Measure.SUSPEND_7, 30: Measure.SUSPEND_30}


class Command(BaseCommand):
    """Suspends messaging, or closes the account; the person reads why, and open pages hear of it."""

    help = (
        "Suspends an account's messaging for 1, 7 or 30 days, for good, or closes the account. The person reads "
        "the words, and can appeal. The exit status is 1 if there is no such account."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="whose account, with or without @")
        how = parser.add_mutually_exclusive_group(required=True)
        how.add_argument("--days", type=int, choices=sorted(BY_DAYS), help="suspend messaging for so many days")
        how.add_argument("--for-good", action="store_true", help="suspend messaging until it is taken back")
        how.add_argument("--account", action="store_true", help="close the account until it is taken back")
        parser.add_argument("--words", default="", help="what the person reads")
        parser.add_argument("--note", default="", help="what the desk alone reads")
        parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
        parser.add_argument("--json", action="store_true", help='print one JSON object: "username", "measure", "until"')

    def handle(self, *args: Any, username: str, days: int | None, **options: Any) -> None:
        user = User.objects.named(username.removeprefix("@")).filter(erased_at=None).first()
        if user is None:
            raise CommandError(f"There is no account @{username.removeprefix('@')}.")
        measure = BY_DAYS[days] if days else Measure.SUSPEND if options["for_good"] else Measure.CLOSE
        until = None
        if not options["dry_run"]:
            decision = actions.sanction(user, measure, words=options["words"], note=options["note"])
            until = decision.until.isoformat() if decision.has_end and decision.until else None
        if options["json"]:
            self.stdout.write(json.dumps({"username": user.username, "measure": str(measure), "until": until}))
        else:
            would = "Would: " if options["dry_run"] else ""
            self.stdout.write(f"{would}@{user.username}: {measure.label}" + (f" (until {until})" if until else ""))
