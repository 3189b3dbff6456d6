"""Events lost on purpose: what a socket is told is a hint, and pages must heal without it."""

import os
import random

from django.apps import AppConfig

# Of each event, to each account; 0.2 loses every fifth.
DROPPED = float(os.environ.get("PAPERPLANE_TEST_DROPPED", "0"))
_dice = random.Random(20)


def is_dropped() -> bool:
    """Throw the dice for one event."""
    return _dice.random() < DROPPED


class Dropping(AppConfig):
    """Lets this process lose what the dice take, for its own tabs and for those of other processes."""

    name = "tests"
    label = "dropping"

    def ready(self) -> None:
        """Begin to."""
        from messaging import tabs

        tell = tabs.tell
        tabs.tell = lambda events: tell({user: event for user, event in events.items() if not is_dropped()})
