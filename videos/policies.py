"""May they? Decisions about videos; each returns why not, and changes nothing."""

from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import Refusal
from videos.models import Video


def share_refusal(user: User, video: Video) -> Refusal | None:
    """Return why ``user``, who can watch ``video`` (its author loaded), can't share it, or None."""
    if not video.allow_sharing and video.author_id != user.pk:
        return Refusal("sharing_off", _("@%(name)s doesn't let others share this.") % {"name": video.author.username})
    return None


def copy_refusal(user: User, video: Video) -> Refusal | None:
    """Return why ``user``, who can watch ``video`` (its author loaded), can't download it or make a GIF of it."""
    if not video.allow_download and video.author_id != user.pk:
        return Refusal("download_off", _("@%(name)s doesn't let others save this.") % {"name": video.author.username})
    return None
