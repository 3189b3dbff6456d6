"""What happens to accounts and is worked on in the background, which they know nothing of."""

from typing import Any

from django.dispatch import receiver

from accounts.models import DataCopy
from accounts.signals import copy_requested


@receiver(copy_requested)
def prepare_copy(copy: DataCopy, **kwargs: Any) -> None:
    """Have a copy of an account prepared."""
    from videos import tasks

    tasks.prepare_copy(str(copy.pk))
