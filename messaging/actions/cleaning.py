"""What was uploaded and is used by nothing: found, and thrown away."""

import datetime
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import Any

from django.db import models, transaction
from django.db.models.signals import post_delete
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from messaging.actions import orphans
from messaging.actions.gifs import discard_unused_gifs
from messaging.actions.photos import discard_forgotten
from messaging.actions.previews import discard_unused_previews
from messaging.actions.stickers import discard_unused_stickers
from messaging.models import LinkPreview, Photo, Sticker
from videos import processing
from videos.files import remove
from videos.models import Gif

# Longer than anything takes between its files and its row.
ORPHANS_KEPT = datetime.timedelta(days=1)
DISCARDS: tuple[tuple[str, type[models.Model], Callable[[], int]], ...] = (
    ("photos", Photo, discard_forgotten),
    ("stickers", Sticker, discard_unused_stickers),
    ("gifs", Gif, discard_unused_gifs),
    ("previews", LinkPreview, discard_unused_previews),
)


@dataclass(frozen=True)
class Failure:
    """What couldn't be removed, or looked for: its name in the storage, and why."""

    name: str
    detail: str


@dataclass
class Cleaned:
    """What there was of one ``kind``: the names of files and folders in the storage, and what failed."""

    kind: str
    names: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    @contextmanager
    def noting_failure(self, name: str) -> Iterator[None]:
        """Write down what goes wrong with ``name``, whatever it is, and go on."""
        try:
            yield
        except Exception as error:
            self.failures.append(Failure(name, f"{type(error).__name__}: {error}"))


def clean_uploads(*, dry_run: bool = False) -> Iterator[Cleaned]:
    """Throw away what nothing uses, and tell of each kind what that was; with ``dry_run``, what it would be.

    Not for use inside a transaction: what is discarded loses its files after the commit, and only then are files
    without a row looked for.
    """
    for kind, model, discard in DISCARDS:
        yield _discard(kind, model, discard, dry_run=dry_run)
    yield _forget_failed_videos(dry_run=dry_run)
    yield _remove_orphans(dry_run=dry_run)


def _discard(kind: str, model: type[models.Model], discard: Callable[[], int], *, dry_run: bool) -> Cleaned:
    """Discard what the rows of ``model`` stand for; a dry run does it too, and takes it back."""
    cleaned = Cleaned(kind)
    with cleaned.noting_failure(kind), _noting_deleted(model) as names:
        with _taken_back() if dry_run else nullcontext():
            discard()
        cleaned.names = sorted(names)
    return cleaned


@contextmanager
def _noting_deleted(model: type[models.Model]) -> Iterator[list[str]]:
    """Give a list that is filled with where the deleted rows of ``model`` have their files."""
    names: list[str] = []

    def note(instance: Any, **kwargs: Any) -> None:
        names.append(instance.folder if hasattr(instance, "folder") else instance.file_name)

    post_delete.connect(note, sender=model)
    try:
        yield names
    finally:
        post_delete.disconnect(note, sender=model)


@contextmanager
def _taken_back() -> Iterator[None]:
    """Undo what happens in the context. Files stay, for they are removed after a commit."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _forget_failed_videos(*, dry_run: bool) -> Cleaned:
    cleaned = Cleaned("failed_videos")
    for video in processing.failed_long_ago().order_by("pk"):
        with cleaned.noting_failure(video.folder):
            if not dry_run:
                processing.forget(video)
            cleaned.names.append(video.folder)
    return cleaned


def _remove_orphans(*, dry_run: bool) -> Cleaned:
    cleaned, before = Cleaned("orphans"), timezone.now() - ORPHANS_KEPT
    found: list[str] = []
    for place in orphans.PLACES:
        with cleaned.noting_failure(place.folder):
            found += orphans.find(place, before)
    if found and not User.objects.exists():
        detail = _("This database has no accounts: nothing without a row was removed. Is DATABASE_URL the right one?")
        cleaned.failures.append(Failure("", detail))
        return cleaned
    for name in found:
        with cleaned.noting_failure(name):
            if not dry_run:
                remove(name)
            cleaned.names.append(name)
    return cleaned
