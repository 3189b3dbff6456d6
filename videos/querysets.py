"""What an account can see of videos and GIFs: one rule, one method."""

import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User
    from videos.models import Gif, Video  # noqa: F401  (named in strings)


class VideoQuerySet(models.QuerySet["Video"]):
    """Videos."""

    def watchable_by(self, viewer: "User | AnonymousUser") -> Self:
        """Those ``viewer``, signed in or not, can watch now.

        Ready, not deleted, their author not deactivated, and no block between the two.
        """
        from accounts.models import Block

        videos = self.filter(state="ready", deleted_at=None, author__is_active=True)
        if not viewer.is_authenticated:
            return videos
        blocks = Block.objects.filter(
            Q(blocker=viewer, blocked=OuterRef("author")) | Q(blocker=OuterRef("author"), blocked=viewer)
        )
        return videos.exclude(Exists(blocks))

    def manageable_by(self, user: "User") -> Self:
        """Those ``user`` made and hasn't deleted, in whatever state."""
        return self.filter(author=user, deleted_at=None)

    def unfinished(self) -> Self:
        """Those that can't be watched yet, or failed to get there."""
        return self.exclude(state="ready")

    def keeping_files(self) -> Self:
        """Those that have files in the storage: not deleted, nor failed so long ago that the upload was removed."""
        return self.filter(deleted_at=None).exclude(failure="forgotten")

    def by_people_followed(self, viewer: "User") -> Self:
        """Those of the people ``viewer`` follows."""
        return self.filter(author__follows_received__follower=viewer)

    def with_likes_of(self, viewer: "User | AnonymousUser") -> Self:
        """Add ``is_liked``: whether ``viewer`` likes it."""
        from videos.models import VideoLike

        if not viewer.is_authenticated:
            return self.annotate(is_liked=models.Value(False, output_field=models.BooleanField()))
        return self.annotate(is_liked=Exists(VideoLike.objects.filter(video=OuterRef("pk"), user=viewer)))

    def newest_first(self) -> Self:
        """In the order they could first be watched, in the index's order."""
        return self.order_by("-published_at", "-id")

    def to_process(self) -> Self:
        """Those that wait for processing, or whose processing was interrupted: the lease ran out."""
        free = Q(claimed_until=None) | Q(claimed_until__lt=timezone.now())
        return self.filter(free, state__in=["waiting", "processing"], deleted_at=None)

    def older_than(self, published_at: datetime.datetime, pk: object) -> Self:
        """Those that come after this key in the order of ``newest_first``."""
        # Said twice: the first part is where the index is entered, the second alone would be tried on every row.
        later = Q(published_at__lt=published_at) | Q(published_at=published_at, id__lt=pk)
        return self.filter(later, published_at__lte=published_at)


class GifQuerySet(models.QuerySet["Gif"]):
    """GIFs."""

    def of(self, owner: "User") -> Self:
        """Those ``owner`` made."""
        return self.filter(owner=owner)

    def kept_by(self, owner: "User") -> Self:
        """``owner``'s own collection, the newest first."""
        return self.filter(owner=owner, kept_at__isnull=False).order_by("-kept_at", "-id")
