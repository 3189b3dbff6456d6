"""What a clip shows, beyond the video itself: who may do what with it, and how it fits the stage."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from videos.models import Video
from videos.policies import copy_refusal, share_refusal

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

# Width by height. Up to this a clip fills a phone's screen, its sides cut off; a wider one is shown whole.
MAX_RATIO_THAT_FILLS = 0.65


@dataclass(frozen=True)
class Clip:
    """A video to be watched by one viewer, loaded by ``feed.watchable``."""

    video: Video
    is_own: bool
    may_share: bool
    may_copy: bool

    @property
    def fills(self) -> bool:
        """Whether it may fill a phone's screen."""
        return self.video.width <= self.video.height * MAX_RATIO_THAT_FILLS


def clip_of(video: Video, viewer: "User | AnonymousUser") -> Clip:
    """Return ``video`` as ``viewer``, signed in or not, sees it."""
    return Clip(
        video,
        is_own=video.author_id == viewer.pk,
        may_share=share_refusal(viewer, video) is None,
        may_copy=copy_refusal(viewer, video) is None,
    )
