"""A site that breaks its promise on purpose, to show that the checker finds out."""

import time
from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig

BEFORE_COMMIT_S = 0.3


class EarlyAnswers(AppConfig):
    """Acknowledges what isn't committed yet."""

    name = "tests"
    label = "early_answers"

    def ready(self) -> None:
        """Begin to: with sends alone. Heartbeats that held the database's one lock so long would leave it to nobody."""
        from django.db import transaction

        from messaging import sends, together

        def answer_first(batch: Sequence[Any]) -> None:
            with sends.queue._hold() as release:
                with transaction.atomic():
                    together._settle(batch, sends.queue._try(batch))
                    time.sleep(BEFORE_COMMIT_S)
                release()

        sends.queue._carry = answer_first  # type: ignore[method-assign]
