"""What somebody takes along of their videos and GIFs."""

from collections.abc import Iterator

from accounts.export import Facts, Part, Section, by_key, iso
from accounts.models import User
from videos import stored
from videos.files import CHUNK_BYTES
from videos.models import Gif, Video, VideoLike


def stored_part(name: str, stored_as: str) -> Part:
    """Return the file that the storage keeps as ``stored_as``, to be called ``name``."""

    def read() -> stored.Chunks:
        found = stored.find(stored_as)
        if found is None:
            raise FileNotFoundError(stored_as)
        return found.chunks(range(found.size), CHUNK_BYTES)

    return Part(name, read)


def _facts(user: User) -> Facts:
    # Of what others made, only what can still be watched; of their likes, only those.
    likes = VideoLike.objects.filter(user=user, video__in=Video.objects.watchable_by(user))
    return {
        "uploaded": [_described(video) for video in by_key(Video.objects.manageable_by(user))],
        "gifs": [
            {"id": str(gif.pk), "description": gif.alt, "made_at": iso(gif.created_at), "file": _gif_name(gif)}
            for gif in by_key(Gif.objects.of(user))
        ],
        "liked": [
            {"video": str(like.video_id), "author": like.video.author.username, "at": iso(like.created_at)}
            for like in by_key(likes.select_related("video__author"))
        ],
    }


def _described(video: Video) -> Facts:
    return {
        "id": str(video.pk),
        "caption": video.caption,
        "state": video.state,
        "allow_download": video.allow_download,
        "allow_sharing": video.allow_sharing,
        "likes": video.like_count,
        "uploaded_at": iso(video.created_at),
        "published_at": iso(video.published_at),
        "file": _video_name(video),
    }


def _parts(user: User) -> Iterator[Part]:
    for video in by_key(Video.objects.manageable_by(user).keeping_files()):
        yield stored_part(_video_name(video), f"{video.folder}/{'video.mp4' if video.is_ready else 'source'}")
    for gif in by_key(Gif.objects.of(user)):
        yield stored_part(_gif_name(gif), f"{gif.folder}/gif.webp")


def _video_name(video: Video) -> str:
    """Return what the file is called: the video, or the upload as it came while there is none."""
    return f"videos/{video.pk}.mp4" if video.is_ready else f"videos/{video.pk}-upload"


def _gif_name(gif: Gif) -> str:
    return f"gifs/{gif.pk}.webp"


def _count(user: User) -> int:
    return Video.objects.manageable_by(user).count() + Gif.objects.of(user).count()


SECTION = Section("videos", _facts, _parts, _count)
