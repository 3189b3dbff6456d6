"""What goes of somebody's side of conversations when their account is erased; what they sent stays with the others."""

from django.db import models
from django.db.models import F, Q

from accounts.erasure import Eraser, Plan
from accounts.export import by_key
from accounts.models import User
from messaging import actions
from messaging.models import Folder, Participant, Photo, Recent, RequestRules, Sticker
from videos.models import Gif


def _plan(user: User) -> Plan:
    return {
        "conversations": _sides(user).count(),
        "unsent_photos": Photo.objects.unsent_of(user).count(),
        "stickers": Sticker.objects.of(user).count(),
        "gifs": Gif.objects.kept_by(user).count(),
    }


def _erase(user: User) -> None:
    for side in by_key(_sides(user)):
        actions.clear(user, side.conversation_id)
    for photo in by_key(Photo.objects.unsent_of(user)):
        actions.discard_photo(user, photo.pk)
    for sticker in by_key(Sticker.objects.of(user)):
        actions.remove_sticker(user, sticker.pk)
    for gif in by_key(Gif.objects.of(user)):
        actions.remove_gif(user, gif.pk)
    Recent.objects.filter(user=user).delete()
    RequestRules.objects.filter(user=user).delete()


def _sides(user: User) -> "models.QuerySet[Participant]":
    """Return those of ``user``'s sides in which there is anything left."""
    something = ~Q(folder=Folder.NOWHERE) | ~Q(draft="") | Q(cleared_seq__lt=F("conversation__last_seq"))
    return Participant.objects.of(user).filter(something)


ERASER = Eraser("messages", _plan, _erase)
