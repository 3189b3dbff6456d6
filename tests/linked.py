"""The live server with a page beside it that it may ask, for browser tests of the cards under links."""

import os

from django.apps import AppConfig

PATIENCE_S = 60  # for a page that a test holds back


class Linked(AppConfig):
    """Loosens the guard: private addresses, and the one port that ``PAPERPLANE_TEST_LINKED`` names."""

    name = "tests"

    def ready(self) -> None:
        """Loosen it in this process."""
        from messaging.actions import previews
        from messaging.outside import preview
        from messaging.outside.guard import Guard

        previews.GUARD = Guard(allow_private=True, ports=frozenset({int(os.environ["PAPERPLANE_TEST_LINKED"])}))
        preview.MAX_PAGE_SECONDS = PATIENCE_S
