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
        """Begin to."""
        from django.db import transaction

        from messaging import together

        settle, carry_out = together._settle, together.Together._try

        def answer_first(queue: Any, batch: Sequence[Any]) -> Any:
            with transaction.atomic():
                settled = carry_out(queue, batch)
                settle(batch, settled)
                time.sleep(BEFORE_COMMIT_S)
            return settled

        together._settle = lambda batch, settled: None
        together.Together._try = answer_first  # type: ignore[method-assign, assignment]
