"""An account's own stickers: made from pictures and short videos, and taken out of the set again."""

import datetime
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

import accounts.policies
from accounts import counting
from accounts.models import User
from messaging.actions.content import remove_after_commit
from messaging.actions.making import saying_why
from messaging.models import Message, Recent, RecentKind, Sticker
from messaging.policies import Refused, sticker_refusal
from messaging.standing import sender_of
from videos.files import local_copy, remove, store_file
from videos.media import make_sticker
from videos.models import Video
from videos.policies import copy_refusal

UNUSED_AFTER = datetime.timedelta(hours=24)


@dataclass(frozen=True)
class Piece:
    """Which part of a video: seconds from its beginning, and how many."""

    start_s: float = 0.0
    length_s: float = 3.0


WHOLE = Piece()


def add_sticker(owner: User, source: UploadedFile | uuid.UUID, alt: str = "", piece: Piece = WHOLE) -> Sticker:
    """Make a sticker of a file, or of a video ``owner`` can watch, and put it into their set.

    ``piece`` says which part of a video; pictures are taken whole. ``owner`` is freshly loaded. Raises ``Refused``
    or ``Video.DoesNotExist``. Not for use inside a transaction: making it takes seconds.
    """
    if refusal := sticker_refusal(sender_of(owner), Sticker.objects.of(owner).count()):
        raise Refused(refusal)
    sticker = Sticker(owner=owner, alt=alt)
    with tempfile.TemporaryDirectory(prefix="paperplane-") as folder, _local(owner, source, Path(folder)) as path:
        if wait := counting.seconds_until_room(counting.windows(f"sticker:{owner.pk}", "STICKER_LIMITS")):
            raise accounts.policies.Refused(counting.too_fast(wait))
        with saying_why():
            made = make_sticker(path, Path(folder), start_s=piece.start_s, length_s=piece.length_s)
        store_file(Path(folder, "sticker.webp"), sticker.file_name)
    sticker.width, sticker.height, sticker.animated = made.width, made.height, made.animated
    try:
        _put_into_set(sticker)
    except Exception:
        remove(sticker.file_name)
        raise
    return sticker


@transaction.atomic
def remove_sticker(owner: User, sticker_id: uuid.UUID) -> None:
    """Take a sticker out of ``owner``'s set; in the messages it was sent in it stays.

    Raises ``Sticker.DoesNotExist``.
    """
    sticker = Sticker.objects.select_for_update().of(owner).get(pk=sticker_id)
    Recent.objects.filter(user=owner, kind=RecentKind.STICKER, ref=str(sticker.pk)).delete()
    if sticker.messages.exists():
        sticker.removed_at = timezone.now()
        sticker.save(update_fields=["removed_at"])
    else:
        _discard(sticker)


def discard_unused_stickers(older_than: datetime.timedelta = UNUSED_AFTER) -> int:
    """Throw away stickers that are in no set and in no message any more; return how many that were."""
    used = Message.objects.filter(sticker=OuterRef("pk"))
    unused = Sticker.objects.filter(~Exists(used), removed_at__lt=timezone.now() - older_than)
    with transaction.atomic():
        found = list(unused.select_for_update())
        for sticker in found:
            _discard(sticker)
    return len(found)


@contextmanager
def _local(owner: User, source: UploadedFile | uuid.UUID, folder: Path) -> Iterator[Path]:
    """Give the path of a file with what the sticker is made of."""
    if isinstance(source, uuid.UUID):
        video = Video.objects.watchable_by(owner).select_related("author").get(pk=source)
        if refusal := copy_refusal(owner, video):
            raise accounts.policies.Refused(refusal)
        try:
            with local_copy(f"{video.folder}/video.mp4") as path:
                yield path
        except FileNotFoundError:
            raise Video.DoesNotExist from None
    else:
        path = folder / "source"
        with path.open("wb") as copy:
            for chunk in source.chunks():
                copy.write(chunk)
        yield path


@transaction.atomic
def _put_into_set(sticker: Sticker) -> None:
    """Save ``sticker``, counting again: another one may have been made meanwhile."""
    owner = User.objects.select_for_update().get(pk=sticker.owner_id)
    if refusal := sticker_refusal(sender_of(owner), Sticker.objects.of(owner).count()):
        raise Refused(refusal)
    sticker.save(force_insert=True)


def _discard(sticker: Sticker) -> None:
    remove_after_commit(sticker.file_name)
    sticker.delete()
