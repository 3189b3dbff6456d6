"""The people of the accounts' tests, and videos by them."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone

from accounts.models import User
from tests.accounts.conftest import as_jonas, as_mia, jonas, make_person, mia, outsider
from videos.models import Video

__all__ = ["as_jonas", "as_mia", "jonas", "make_person", "mia", "outsider"]

MakeVideo = Callable[..., Video]
_minutes = count(1)


@pytest.fixture
def make_video(db) -> MakeVideo:
    """Make a row of a video that can be watched, each published a minute before the one made last."""

    def make(author: User, **fields) -> Video:
        published = timezone.now() - timedelta(minutes=next(_minutes))
        ready = {"state": "ready", "published_at": published, "width": 540, "height": 960, "duration_ms": 4000}
        return Video.objects.create(author=author, **(ready | fields))

    return make
