"""The standing people of sharing: Mira and Tom, who are friends, and Otto."""

from tests.messaging.conftest import mira, otto, tom

__all__ = ["mira", "otto", "tom"]
