"""What goes of somebody's videos when their account is erased."""

from django.db import transaction
from django.db.models import F

from accounts.erasure import Eraser, Plan
from accounts.export import by_key
from accounts.models import User
from videos import actions
from videos.models import Gif, Video, VideoLike


def _plan(user: User) -> Plan:
    return {
        "videos": Video.objects.manageable_by(user).count(),
        "likes": VideoLike.objects.filter(user=user).count(),
    }


def _erase(user: User) -> None:
    for video in by_key(Video.objects.manageable_by(user)):
        actions.delete(user, video.pk)
    # The rows stay where videos were shared; their words go, and so do those that GIFs took from them.
    Video.objects.filter(author=user).update(caption="")
    Gif.objects.filter(video__author=user).update(alt="")
    for like in by_key(VideoLike.objects.filter(user=user)):
        with transaction.atomic():
            like.delete()
            Video.objects.filter(pk=like.video_id, like_count__gt=0).update(like_count=F("like_count") - 1)


ERASER = Eraser("videos", _plan, _erase)
