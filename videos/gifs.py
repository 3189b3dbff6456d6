"""GIFs that people make from videos."""

import tempfile
import uuid
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import counting
from accounts.models import User
from accounts.policies import Refusal, Refused
from videos.files import local_copy, remove, store_folder
from videos.media import Busy, Unusable, make_gif
from videos.models import MAX_ALT_CHARACTERS, Gif, Video
from videos.policies import copy_refusal


def make(owner: User, video_id: uuid.UUID, *, start_s: float, length_s: float, keep: bool) -> Gif:
    """Make a GIF of a piece of a video ``owner`` can watch; ``keep`` puts it among their own.

    Raises ``Refused`` or ``Video.DoesNotExist``.
    """
    video = Video.objects.watchable_by(owner).select_related("author").get(pk=video_id)
    if refusal := copy_refusal(owner, video):
        raise Refused(refusal)
    if wait := counting.seconds_until_room(counting.windows(f"gif:{owner.pk}", "GIF_LIMITS")):
        raise Refused(counting.too_fast(wait))
    gif = Gif(owner=owner, video=video, alt=_alt(video), kept_at=timezone.now() if keep else None)
    with tempfile.TemporaryDirectory(prefix="paperplane-") as folder:
        try:
            with local_copy(f"{video.folder}/video.mp4") as source:
                made = make_gif(source, Path(folder), start_s=start_s, length_s=length_s)
        except FileNotFoundError:
            raise Video.DoesNotExist from None
        except Unusable as error:
            raise Refused(Refusal(error.code, error.sentence)) from None
        except Busy as error:
            raise Refused(counting.TooFast("busy", _("A lot is going on. Try again."), error.retry_after)) from None
        store_folder(Path(folder), gif.folder)
    gif.width, gif.height, gif.frame_count = made.width, made.height, made.frame_count
    try:
        gif.save(force_insert=True)
    except Exception:
        remove(gif.folder)
        raise
    return gif


@transaction.atomic
def keep(owner: User, gif_id: uuid.UUID) -> Gif:
    """Put one of ``owner``'s GIFs into their collection. Raises ``Gif.DoesNotExist``."""
    gif = Gif.objects.of(owner).get(pk=gif_id)
    gif.kept_at = gif.kept_at or timezone.now()
    gif.save(update_fields=["kept_at"])
    return gif


def _alt(video: Video) -> str:
    words = _("GIF of a video by @%(name)s") % {"name": video.author.username}
    return f"{words}: {video.caption}"[:MAX_ALT_CHARACTERS] if video.caption else words
