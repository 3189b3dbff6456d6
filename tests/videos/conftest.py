"""The standing people of videos: Mira and Tom, who are friends, and Otto."""

from tests.messaging.conftest import mira, otto, tom

__all__ = ["mira", "otto", "tom"]
