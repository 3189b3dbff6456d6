"""One function per change of videos. Views, the admin and commands all call these."""

import uuid

from django.core.files import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import counting
from accounts.models import User
from accounts.policies import Refusal, Refused
from videos import tasks
from videos.files import remove
from videos.models import Video, VideoLike, VideoState
from videos.policies import retry_refusal, upload_refusal


def upload(author: User, file: "File[bytes]", *, caption: str, allow_download: bool, allow_sharing: bool) -> Video:
    """Keep an uploaded file and have it made into a video. Raises ``Refused``."""
    if refusal := upload_refusal(Video.objects.manageable_by(author).unfinished().count()):
        raise Refused(refusal)
    if wait := counting.seconds_until_room(counting.windows(f"video:{author.pk}", "VIDEO_LIMITS")):
        raise Refused(counting.too_fast(wait))
    video = Video(author=author, caption=caption, allow_download=allow_download, allow_sharing=allow_sharing)
    default_storage.save(f"{video.folder}/source", file)
    try:
        with transaction.atomic():
            video.save(force_insert=True)
            tasks.process(str(video.pk))
    except Exception:
        remove(video.folder)
        raise
    return video


@transaction.atomic
def retry(author: User, video_id: uuid.UUID) -> Video:
    """Try a failed video of ``author``'s again. Raises ``Refused`` or ``Video.DoesNotExist``."""
    video = Video.objects.select_for_update().manageable_by(author).get(pk=video_id)
    if refusal := retry_refusal(video):
        raise Refused(refusal)
    video.state, video.failure, video.attempts, video.progress = VideoState.WAITING, "", 0, 0
    video.save(update_fields=["state", "failure", "attempts", "progress"])
    tasks.process(str(video.pk))
    return video


@transaction.atomic
def delete(author: User, video_id: uuid.UUID) -> None:
    """Take ``author``'s video away, its files too; where it was shared, a placeholder stays.

    Raises ``Video.DoesNotExist``.
    """
    video = Video.objects.select_for_update().manageable_by(author).get(pk=video_id)
    take_down(video)


def take_down(video: Video) -> None:
    """Take a video away for everyone, its files after the commit."""
    video.deleted_at = timezone.now()
    video.save(update_fields=["deleted_at"])
    transaction.on_commit(lambda: remove(video.folder))


@transaction.atomic
def edit(author: User, video_id: uuid.UUID, *, caption: str, allow_download: bool, allow_sharing: bool) -> Video:
    """Change the words and the permissions of ``author``'s video. Raises ``Video.DoesNotExist``."""
    video = Video.objects.select_for_update().manageable_by(author).get(pk=video_id)
    video.caption, video.allow_download, video.allow_sharing = caption, allow_download, allow_sharing
    video.save(update_fields=["caption", "allow_download", "allow_sharing"])
    return video


@transaction.atomic
def like(user: User, video_id: uuid.UUID) -> Video:
    """Put ``user``'s heart on a video they can watch. Raises ``Video.DoesNotExist``."""
    video = Video.objects.watchable_by(user).get(pk=video_id)
    _like, created = VideoLike.objects.get_or_create(video=video, user=user)
    return _counted(video, +1 if created else 0)


@transaction.atomic
def unlike(user: User, video_id: uuid.UUID) -> Video:
    """Take ``user``'s heart back. Raises ``Video.DoesNotExist``."""
    video = Video.objects.watchable_by(user).get(pk=video_id)
    count, _by_model = VideoLike.objects.filter(video=video, user=user).delete()
    return _counted(video, -1 if count else 0)


def _counted(video: Video, change: int) -> Video:
    if change:
        Video.objects.filter(pk=video.pk).update(like_count=F("like_count") + change)
    video.refresh_from_db(fields=["like_count"])
    return video


def not_there() -> Refusal:
    """Return what somebody is told who asks for a video that isn't there, or isn't theirs."""
    return Refusal("not_found", _("This isn't here, or isn't yours."))
