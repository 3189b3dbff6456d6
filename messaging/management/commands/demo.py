"""``manage.py demo``: people and conversations to try everything out with."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from messaging.demo import making, others
from messaging.demo.people import PEOPLE
from messaging.demo.writing import EMAIL_DOMAIN, PASSWORD


class Command(BaseCommand):
    """Makes the demo accounts, once; only where ``DEBUG`` is on, for their password is known to all."""

    help = "Makes demo accounts with conversations in every state. Run again, it changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--url", default="http://127.0.0.1:8000", help="where the site is served (default: %(default)s)"
        )
        parser.add_argument(
            "--reset",
            action="store_true",
            help=f"delete the demo accounts (those with addresses at {EMAIL_DOMAIN}) and make them anew; if any was "
            "reported, all reports and decisions go",
        )

    def handle(self, *args: Any, url: str, reset: bool, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError(
                "The demo accounts have a password that everybody knows: they are made only with DEBUG=1."
            )
        try:
            made = making.make(afresh=reset)
        except making.NameTaken as error:
            names = ", ".join(error.args[0])
            raise CommandError(f"The demo needs usernames that other accounts have: {names}.") from error
        self._tell(made, url.rstrip("/"))

    def _tell(self, made: making.Made, url: str) -> None:
        if made.removed:
            self.stdout.write(f"Deleted {made.removed} demo accounts.")
        if made.new:
            self.stdout.write(f"Made {made.people} demo accounts and {made.messages} messages.")
        else:
            self.stdout.write(f"The {made.people} demo accounts are there already; nothing was changed.")
        one, other = PEOPLE[:2]
        self.stdout.write(
            "\n"
            f"  Paperplane is at  {self.style.SUCCESS(url)}\n"
            "\n"
            "  Sign in as two friends, in two browser windows (one of them private), and write to each other:\n"
            f"    {one.username:<8}{one.name:<16}password  {PASSWORD}\n"
            f"    {other.username:<8}{other.name:<16}password  {PASSWORD}\n"
            "\n"
            f"  Everyone else has the same password. {one.name}'s inbox shows every state a conversation can be in.\n"
        )
        for line in others.about():
            self.stdout.write(f"  {line}\n")
