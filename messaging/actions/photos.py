"""Photos on their way into a message: uploaded, described, sent or thrown away."""

import datetime
import tempfile
import uuid
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

import accounts.policies
from accounts import counting
from accounts.models import User
from messaging.actions.batches import Draft
from messaging.actions.content import Wanted, remove_after_commit
from messaging.actions.sending import Sent, send_message
from messaging.models import Message, MessageKind, Participant, Photo
from messaging.policies import Refusal, Refused, photo_refusal, write_refusal
from messaging.standing import sender_of, standing_of
from videos.files import remove, store_folder
from videos.media import Busy, Unusable, make_photo

FORGOTTEN_AFTER = datetime.timedelta(hours=24)
BATCH = 100


def upload_photo(owner: User, file: UploadedFile, alt: str = "") -> Photo:
    """Make ``file`` a photo that waits to be sent; the file itself isn't kept. ``owner`` is freshly loaded.

    Raises ``Refused``. Not for use inside a transaction: making it takes seconds.
    """
    if refusal := photo_refusal(sender_of(owner), Photo.objects.unsent_of(owner).count()):
        raise Refused(refusal)
    if wait := counting.seconds_until_room(counting.windows(f"photo:{owner.pk}", "PHOTO_LIMITS")):
        raise accounts.policies.Refused(counting.too_fast(wait))
    photo = Photo(owner=owner, alt=alt)
    with tempfile.TemporaryDirectory(prefix="paperplane-") as place:
        source, made = Path(place, "source"), Path(place, "made")
        made.mkdir()
        with source.open("wb") as copy:
            for chunk in file.chunks():
                copy.write(chunk)
        try:
            picture = make_photo(source, made)
        except Unusable as error:
            raise Refused(Refusal(error.code, error.sentence)) from None
        except Busy as error:
            detail = _("A lot is going on. Try again in a moment.")
            raise Refused(Refusal("busy", detail, retry_after=error.retry_after)) from None
        store_folder(made, photo.folder)
    photo.width, photo.height, photo.color = picture.width, picture.height, picture.color
    try:
        photo.save(force_insert=True)
    except Exception:
        remove(photo.folder)
        raise
    return photo


def send_files(draft: Draft, files: Sequence[UploadedFile]) -> Sent:
    """Make ``files`` photos and send them in the one message ``draft``, whose body is the caption.

    A repeat finds the photos of the first time by the ``client_id``; nothing is made again. Raises ``Refused``,
    then no photo stays behind, or ``ObjectDoesNotExist`` where the conversation isn't the sender's.
    """
    sides = Participant.objects.filter(conversation=draft.conversation_id).select_related("user", "conversation")
    mine, theirs = sides.get(user=draft.account), sides.exclude(user=draft.account).get()
    earlier = Message.objects.filter(conversation=mine.conversation, sender=draft.account, client_id=draft.client_id)
    if first := earlier.prefetch_related("photos").first():
        photos = tuple(photo.pk for photo in first.photos.all())
        return send_message(_with(draft, photos if len(photos) == len(files) else ()))
    # Asked here too: what can't be sent needn't be made.
    if refusal := write_refusal(standing_of(mine, theirs), MessageKind.PHOTO):
        raise Refused(refusal)
    made: list[uuid.UUID] = []
    try:
        for file in files:
            made.append(_upload_named(draft.account, file, alone=len(files) == 1).pk)
        return send_message(_with(draft, tuple(made)))
    except accounts.policies.Refused:
        for photo_id in made:
            discard_photo(draft.account, photo_id)
        raise


@transaction.atomic
def describe_photo(owner: User, photo_id: uuid.UUID, alt: str) -> Photo:
    """Say in words what is on a photo that waits to be sent. Raises ``Photo.DoesNotExist``."""
    photo = Photo.objects.select_for_update().unsent_of(owner).get(pk=photo_id)
    photo.alt = alt
    photo.save(update_fields=["alt"])
    return photo


@transaction.atomic
def discard_photo(owner: User, photo_id: uuid.UUID) -> None:
    """Throw away a photo that waits to be sent. Raises ``Photo.DoesNotExist``."""
    _discard(Photo.objects.select_for_update().unsent_of(owner).get(pk=photo_id))


def discard_forgotten(older_than: datetime.timedelta = FORGOTTEN_AFTER) -> int:
    """Throw away what was uploaded longer ago and never sent; return how many that were."""
    forgotten = Photo.objects.filter(message=None, created_at__lt=timezone.now() - older_than).order_by("pk")
    count = 0
    while True:
        with transaction.atomic():
            batch = list(forgotten.select_for_update()[:BATCH])
            for photo in batch:
                _discard(photo)
        count += len(batch)
        if len(batch) < BATCH:
            return count


def _upload_named(owner: User, file: UploadedFile, *, alone: bool) -> Photo:
    """Upload one of several files; what is wrong with it is said with its name."""
    try:
        return upload_photo(owner, file)
    except Refused as error:
        if alone:
            raise
        refusal = error.refusal
        raise Refused(replace(refusal, detail=f"{file.name}: {refusal.detail}")) from None


def _with(draft: Draft, photos: tuple[uuid.UUID, ...]) -> Draft:
    return replace(draft, kind=MessageKind.PHOTO, wanted=Wanted(photos=photos))


def _discard(photo: Photo) -> None:
    remove_after_commit(photo.folder)
    photo.delete()
