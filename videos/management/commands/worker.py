"""``manage.py worker``: background work in a process of its own."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from huey.consumer import Consumer

from videos import background


class Command(BaseCommand):
    """Works until it is told to stop; what it was at is taken up by the next one."""

    help = "Does background work (videos, previews of links) until it is stopped, for BACKGROUND_WORKER=separate."

    def handle(self, *args: Any, **options: Any) -> None:
        if background.queue.immediate:
            raise CommandError("BACKGROUND_WORKER=immediate leaves nothing to do.")
        background.find_tasks()
        Consumer(background.queue, **background.consumer_options()).run()
