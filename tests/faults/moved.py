"""A clock that is wrong by as much as a file says, for a whole process."""

import datetime
import os
import time
from pathlib import Path

from django.apps import AppConfig
from django.utils import timezone


class MovedClock(AppConfig):
    """Has this process believe it."""

    name = "tests.faults"
    label = "moved_clock"

    def ready(self) -> None:
        """Begin to."""
        file, right = Path(os.environ["PAPERPLANE_TEST_CLOCK"]), time.time

        def offset() -> float:
            try:
                return float(file.read_text() or 0)
            except OSError:
                return 0

        time.time = lambda: right() + offset()
        timezone.now = lambda: datetime.datetime.fromtimestamp(time.time(), datetime.UTC)
