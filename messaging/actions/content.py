"""What a message carries besides words: finding it among what the sender may send, and tying it to the message."""

import uuid
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import Refusal
from messaging import packs
from messaging.models import Message, MessageKind, Photo, Recent, RecentKind, Sticker
from videos.files import remove
from videos.models import Gif, Video
from videos.policies import share_refusal

RECENTS_KEPT = 24


@dataclass(frozen=True)
class Content:
    """What a message carries, found and allowed."""

    sticker_key: str = ""
    sticker: Sticker | None = None
    gif: Gif | None = None
    video: Video | None = None
    photos: tuple[Photo, ...] = ()


@dataclass(frozen=True)
class Wanted:
    """What somebody wants to send besides words, as they named it.

    ``sticker`` is the key of a built-in one (``pack/name``) or the id of one's own.
    """

    sticker: str = ""
    gif: uuid.UUID | None = None
    video: uuid.UUID | None = None
    photos: tuple[uuid.UUID, ...] = ()


NOTHING = Content()
NO_WISH = Wanted()


def find(sender: User, kind: str, wanted: Wanted, taken: Collection[uuid.UUID] = ()) -> Content | Refusal:
    """Return what ``sender`` named, or why it can't be sent; photos are ``taken`` once. Text needs no query."""
    match kind:
        case MessageKind.TEXT:
            return NOTHING
        case MessageKind.STICKER:
            return _sticker(sender, wanted.sticker)
        case MessageKind.GIF if wanted.gif:
            gif = Gif.objects.of(sender).filter(pk=wanted.gif).first()
            return Content(gif=gif) if gif else _missing(_("This GIF isn't here any more."))
        case MessageKind.PHOTO if wanted.photos:
            return _photos(sender, wanted.photos, taken)
        case MessageKind.VIDEO if wanted.video:
            return _video(sender, wanted.video)
    return _missing(_("Choose something to send."))


def is_same(message: Message, wanted: Wanted) -> bool:
    """Whether ``message``, sent earlier, carries what is ``wanted`` now."""
    photos = {photo.pk for photo in message.photos.all()} if message.kind == MessageKind.PHOTO else set()
    sticker = message.sticker_key or str(message.sticker_id or "")
    carried = (sticker, message.gif_id, message.video_id, photos)
    return carried == (wanted.sticker, wanted.gif, wanted.video, set(wanted.photos))


_TIED = frozenset({MessageKind.PHOTO, MessageKind.STICKER, MessageKind.GIF})


def has_ties(messages: Iterable[Message]) -> bool:
    """Whether any of ``messages`` carries what ``tie`` writes."""
    return any(message.kind in _TIED for message in messages)


def tie(messages: Iterable[Message]) -> None:
    """Give their photos to ``messages``, just inserted, and remember what was used."""
    # By sender, so that two batches don't wait for each other's.
    for message in sorted(messages, key=lambda message: message.sender_id):
        if message.kind == MessageKind.PHOTO:
            photos = list(message.photos.all())
            for position, photo in enumerate(photos):
                photo.message, photo.conversation, photo.position = message, message.conversation, position
            Photo.objects.bulk_update(photos, ["message", "conversation", "position"])
        elif message.kind == MessageKind.STICKER:
            _used(message.sender, RecentKind.STICKER, message.sticker_key or str(message.sticker_id))
        elif message.kind == MessageKind.GIF:
            _used(message.sender, RecentKind.GIF, str(message.gif_id))


def take_away(message: Message) -> list[str]:
    """Empty ``message`` of what it carried, files included; return the names of the fields to save.

    What belongs to more than this message stays: one's own sticker, a GIF that is kept or was sent elsewhere.
    """
    photos, gif = list(message.photos.all()), message.gif
    for photo in photos:
        remove_after_commit(photo.folder)
        photo.delete()
    message._prefetched_objects_cache = {}  # type: ignore[attr-defined]
    message.sticker_key, message.sticker, message.gif = "", None, None
    message.video, message.preview = None, None
    if gif and gif.kept_at is None and not gif.messages.exclude(pk=message.pk).exists():
        remove_after_commit(gif.folder)
        gif.delete()
    return ["sticker_key", "sticker", "gif", "video", "preview"]


def remove_after_commit(folder: str) -> None:
    """Remove the files of a folder of the storage once nothing in the database names them any more."""
    transaction.on_commit(lambda: remove(folder))


def _sticker(sender: User, named: str) -> Content | Refusal:
    if packs.find(named):
        return Content(sticker_key=named)
    try:
        sticker = Sticker.objects.of(sender).filter(pk=uuid.UUID(named)).first()
    except ValueError:
        sticker = None
    return Content(sticker=sticker) if sticker else _missing(_("This sticker isn't here any more."))


def _photos(sender: User, ids: tuple[uuid.UUID, ...], taken: Collection[uuid.UUID]) -> Content | Refusal:
    found = {photo.pk: photo for photo in Photo.objects.select_for_update().unsent_of(sender).filter(pk__in=ids)}
    if len(found) < len(ids) or found.keys() & set(taken):
        return _missing(_("A photo isn't here any more. Choose it again."))
    return Content(photos=tuple(found[pk] for pk in ids))


def _video(sender: User, pk: uuid.UUID) -> Content | Refusal:
    video = Video.objects.watchable_by(sender).select_related("author").filter(pk=pk).first()
    if video is None:
        return _missing(_("This video isn't here any more."))
    return share_refusal(sender, video) or Content(video=video)


def _missing(detail: str) -> Refusal:
    return Refusal("no_content", detail)


def _used(user: User, kind: str, ref: str) -> None:
    """Put ``ref`` first among what ``user`` used last."""
    Recent.objects.update_or_create(user=user, kind=kind, ref=ref, defaults={"used_at": timezone.now()})
    recent = Recent.objects.filter(user=user, kind=kind).order_by("-used_at")
    if old := list(recent.values_list("pk", flat=True)[RECENTS_KEPT:]):
        Recent.objects.filter(pk__in=old).delete()
