"""What is said where a file can't be made into something."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from messaging.policies import Refusal, Refused
from videos.media import Busy, Unusable


@contextmanager
def saying_why() -> Iterator[None]:
    """Turn what ``videos.media`` raises into ``Refused``."""
    try:
        yield
    except Unusable as error:
        raise Refused(Refusal(error.code, error.sentence)) from None
    except Busy as error:
        detail = _("A lot is going on. Try again in a moment.")
        raise Refused(Refusal("busy", detail, retry_after=error.retry_after)) from None
