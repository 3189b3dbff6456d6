"""The standing people of videos: Mira and Tom, who are friends, and Otto; files in both storages; time that passes."""

import pytest
from django.utils import timezone

from tests.files.conftest import bucket, in_bucket, on_disk, storage
from tests.messaging.conftest import mira, otto, tom

__all__ = ["bucket", "in_bucket", "mira", "on_disk", "otto", "storage", "tom"]


@pytest.fixture
def wait(monkeypatch):
    """Give what lets time pass for all but the storage."""
    real = timezone.now

    def for_(delay):
        monkeypatch.setattr("django.utils.timezone.now", lambda: real() + delay)

    return for_
