"""What messages show beside their own rows, looked up for many at once.

Joins would read nine tables for each message, of which most have nothing in eight, and take PostgreSQL longer to plan
than to run. So only what these messages name is asked for, in one round trip.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from accounts.models import User
from accounts.prepared import Prepared, ask
from messaging.models import Like, LinkPreview, Message, MessageKind, Photo, Sticker
from videos.models import Gif, Video

_LIKES = Prepared(lambda ids: Like.objects.filter(message__pk__among=ids))
_PHOTOS = Prepared(lambda ids: Photo.objects.filter(message__pk__among=ids))
_NAMED = {  # by the field that names it
    "sender": Prepared(lambda ids: User.objects.filter(pk__among=ids)),
    "reply_to": Prepared(lambda ids: Message.objects.filter(pk__among=ids).select_related("sender")),
    "sticker": Prepared(lambda ids: Sticker.objects.filter(pk__among=ids)),
    "gif": Prepared(lambda ids: Gif.objects.filter(pk__among=ids)),
    "preview": Prepared(lambda ids: LinkPreview.objects.filter(pk__among=ids)),
    "video": Prepared(lambda ids: Video.objects.filter(pk__among=ids).select_related("author")),
}
_ATTNAMES = {name: f"{name}_id" for name in _NAMED}


def load_parts(messages: Sequence[Message]) -> None:
    """Give ``messages`` what they show: the photos of those they answer, too."""
    ids = [message.pk for message in messages]
    keys = {name: _keys(messages, name) for name in _NAMED}
    with_photos = {message.pk for message in messages if message.kind == MessageKind.PHOTO} | keys["reply_to"]
    wanted = {name: _NAMED[name].wanted(of_name) for name, of_name in keys.items() if of_name}
    wanted |= {"likes": _LIKES.wanted(ids)} | ({"photos": _PHOTOS.wanted(with_photos)} if with_photos else {})
    found = dict(zip(wanted, ask(*wanted.values()), strict=True))
    likes_of, photos_of = _by_message(found["likes"]), _by_message(found.get("photos", ()))
    parts = {name: {one.pk: one for one in found.get(name, ())} for name in _NAMED}
    for message in messages:
        for name, attname in _ATTNAMES.items():
            message._state.fields_cache[name] = parts[name].get(getattr(message, attname))
        lists = {"likes": likes_of[message.pk], "photos": photos_of[message.pk]}
        message._prefetched_objects_cache = lists  # type: ignore[attr-defined]
    for answered in parts["reply_to"].values():
        answered._prefetched_objects_cache = {"photos": photos_of[answered.pk]}


def _keys(messages: Sequence[Message], name: str) -> set[Any]:
    return {getattr(message, _ATTNAMES[name]) for message in messages} - {None}


def _by_message(found: Collection[Any]) -> "defaultdict[Any, list[Any]]":
    lists: defaultdict[Any, list[Any]] = defaultdict(list)
    for one in found:
        lists[one.message_id].append(one)
    return lists
