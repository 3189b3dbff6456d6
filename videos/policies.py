"""May they? Decisions about videos; each returns why not, and changes nothing."""

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import Refusal
from videos.models import Video, VideoState

MAX_UNFINISHED = 10


def share_refusal(user: User | AnonymousUser, video: Video) -> Refusal | None:
    """Return why ``user``, who can watch ``video`` (its author loaded), can't share it, or None."""
    if not video.allow_sharing and video.author_id != user.pk:
        return Refusal("sharing_off", _("@%(name)s doesn't let others share this.") % {"name": video.author.username})
    return None


def upload_refusal(unfinished: int) -> Refusal | None:
    """Return why somebody with so many ``unfinished`` uploads can't begin another one, or None."""
    if unfinished >= MAX_UNFINISHED:
        return Refusal("too_many", _("Let the videos you uploaded finish first, or delete the failed ones."))
    return None


def retry_refusal(video: Video) -> Refusal | None:
    """Return why ``video`` can't be processed again, or None."""
    if video.state != VideoState.FAILED:
        return Refusal("not_failed", _("This video didn't fail."))
    if video.failure == "forgotten":
        return Refusal("forgotten", _("The file isn't kept any more. Upload it again."))
    return None


def copy_refusal(user: User | AnonymousUser, video: Video) -> Refusal | None:
    """Return why ``user``, who can watch ``video`` (its author loaded), can't download it or make a GIF of it."""
    if not video.allow_download and video.author_id != user.pk:
        return Refusal("download_off", _("@%(name)s doesn't let others save this.") % {"name": video.author.username})
    return None
