"""Copies of accounts to take along: asked for, prepared by one worker at a time, kept for a week.

The row says how far one is. A claim is one conditional update, and lasts as long as its lease is renewed; one that
was left is taken up again. ``attempts`` tells a worker that was thought dead that somebody else has taken over.
"""

import datetime
import logging
import tempfile
import time
import uuid
from collections.abc import Iterable

from django.conf import settings
from django.core.files import File
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.export import write_archive
from accounts.models import CopyState, DataCopy, User
from accounts.policies import Refused, copy_refusal
from accounts.signals import copy_requested

logger = logging.getLogger(__name__)
LEASE = datetime.timedelta(seconds=settings.VIDEO_LEASE_SECONDS)
RENEW_AFTER_S = 1.0
MAX_ATTEMPTS = 3
KEPT = datetime.timedelta(days=7)


@transaction.atomic
def request(user: User) -> DataCopy:
    """Have a copy of ``user``'s account prepared. Raises ``Refused``."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)  # two at once are one after the other
    if refusal := copy_refusal(latest(user)):
        raise Refused(refusal)
    copy = DataCopy.objects.create(owner=user)
    transaction.on_commit(lambda: copy_requested.send(sender=DataCopy, copy=copy))
    return copy


def latest(user: User) -> DataCopy | None:
    """Return the copy ``user`` asked for last, or None."""
    return DataCopy.objects.filter(owner=user).order_by("-created_at", "-pk").first()


def waiting() -> Iterable[uuid.UUID]:
    """Return the ids of what can be taken up now, oldest first."""
    return _free().order_by("created_at").values_list("pk", flat=True)


def has_claimed() -> bool:
    """Whether a copy is being prepared, by whoever."""
    return DataCopy.objects.filter(state=CopyState.WORKING).exists()


def prepare(copy_id: uuid.UUID) -> None:
    """Prepare a copy, if nobody else is at it."""
    copy = _claim(copy_id)
    if copy is None:
        return
    try:
        _prepare(copy)
    except _TakenOver:
        logger.info("Copy %s is somebody else's by now, or was taken away.", copy.pk)
    except Exception:
        logger.exception("Copy %s failed; it is tried again, %d times in all.", copy.pk, MAX_ATTEMPTS)
        _mine(copy).update(state=CopyState.WAITING, claimed_until=None)


def discard_expired() -> int:
    """Remove the files that were there for long enough; return how many that were. Their rows tell when they were."""
    expired = DataCopy.objects.filter(expires_at__lt=timezone.now()).exclude(file="")
    count = 0
    for copy in expired:
        default_storage.delete(copy.file_name)
        copy.file = ""
        copy.save(update_fields=["file"])
        count += 1
    return count


def discard_all(user: User) -> None:
    """Take away every copy of ``user``, file and row; whoever prepares one finds it gone."""
    for copy in DataCopy.objects.filter(owner=user):
        copy.delete()
        if copy.file:
            default_storage.delete(copy.file_name)


class _TakenOver(Exception):
    """The lease ran out, and somebody else works on it; or it was taken away."""


class _Progress:
    """Writes how far the work is, once in a while, and renews the lease with it."""

    def __init__(self, copy: DataCopy) -> None:
        self.copy = copy
        self.written = time.monotonic()

    def __call__(self, percent: int) -> None:
        """Tell ``percent``. Raises ``_TakenOver``."""
        if time.monotonic() - self.written < RENEW_AFTER_S:
            return
        self.written = time.monotonic()
        if not _mine(self.copy).update(progress=percent, claimed_until=timezone.now() + LEASE):
            raise _TakenOver


def _prepare(copy: DataCopy) -> None:
    with tempfile.TemporaryFile(prefix="paperplane-") as archive:
        write_archive(copy.owner, archive, _Progress(copy))
        size = archive.tell()
        archive.seek(0)
        copy.file = f"{copy.pk}-{copy.attempts}.zip"
        default_storage.save(copy.file_name, File(archive))
    now = timezone.now()
    published = _mine(copy).update(
        state=CopyState.READY,
        progress=100,
        claimed_until=None,
        file=copy.file,
        byte_count=size,
        expires_at=now + KEPT,
    )
    if not published:
        default_storage.delete(copy.file_name)


def _free() -> "models.QuerySet[DataCopy]":
    """Those that wait, or whose worker was interrupted: the lease ran out."""
    free = Q(claimed_until=None) | Q(claimed_until__lt=timezone.now())
    return DataCopy.objects.filter(free, state__in=[CopyState.WAITING, CopyState.WORKING])


def _claim(copy_id: uuid.UUID) -> DataCopy | None:
    """Take a row, once, or return None. One that was begun too often fails."""
    free = _free().filter(pk=copy_id)
    taken = free.filter(attempts__lt=MAX_ATTEMPTS).update(
        state=CopyState.WORKING, claimed_until=timezone.now() + LEASE, attempts=F("attempts") + 1, progress=0
    )
    if taken:
        return DataCopy.objects.select_related("owner").get(pk=copy_id)
    free.filter(attempts__gte=MAX_ATTEMPTS).update(state=CopyState.FAILED, claimed_until=None)
    return None


def _mine(copy: DataCopy) -> "models.QuerySet[DataCopy]":
    """The row, as long as it is still claimed by this attempt."""
    return DataCopy.objects.filter(pk=copy.pk, state=CopyState.WORKING, attempts=copy.attempts)
