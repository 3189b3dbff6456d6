"""The demo's videos, and what else its messages carry: rows first, files last."""

import datetime
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from accounts.models import User
from messaging.demo import clips, scenes
from messaging.models import Message, Photo
from videos.files import store_folder
from videos.media import make_gif, make_photo, make_video
from videos.models import Gif, Video, VideoLike, VideoState

BETWEEN_VIDEOS = datetime.timedelta(hours=5)
GIF_S = 2.0
PHOTO_ALTS = {
    "mountains": "Mountains before a low sun",
    "moonlit_sea": "The moon above a dark sea",
    "cat": "A cat that looks straight at you",
}


@dataclass
class Shelf:
    """What the demo shows, as rows whose files are still to be made."""

    videos: dict[str, Video] = field(default_factory=dict)
    gifs: dict[str, Gif] = field(default_factory=dict)
    photos: list[tuple[Photo, str]] = field(default_factory=list)

    def photos_of(self, message: Message, names: str) -> None:
        """Make the photos ``names`` (scenes, joined by a plus) of ``message``."""
        for position, name in enumerate(names.split("+")):
            photo = Photo(
                owner=message.sender,
                conversation=message.conversation,
                message=message,
                position=position,
                alt=PHOTO_ALTS[name],
                width=0,
                height=0,
            )
            self.photos.append((photo, name))

    def gif_of(self, owner: User, name: str) -> Gif:
        """Return the GIF of a clip, made once for its first sender, who keeps it."""
        video = self.videos[name]
        if name not in self.gifs:
            alt = f"GIF of a video by @{video.author.username}"
            shape = {"width": 360, "height": 640, "alt": alt}
            self.gifs[name] = Gif.objects.create(owner=owner, video=video, kept_at=video.created_at, **shape)
        return self.gifs[name]


def write_videos(users: dict[str, User], now: datetime.datetime) -> Shelf:
    """Write the rows of the videos and of the likes they have."""
    shelf = Shelf()
    for number, clip in enumerate(clips.CLIPS):
        moment = now - datetime.timedelta(minutes=11) - number * BETWEEN_VIDEOS
        video = Video.objects.create(
            author=users[clip.author],
            caption=clip.caption,
            state=VideoState.READY,
            progress=100,
            like_count=len(clip.likes),
            created_at=moment,
            published_at=moment,
        )
        VideoLike.objects.bulk_create(VideoLike(video=video, user=users[name]) for name in clip.likes)
        shelf.videos[clip.name] = video
    return shelf


def write_files(shelf: Shelf) -> None:
    """Draw what is on the shelf, and write the sizes it came out with."""
    with tempfile.TemporaryDirectory(prefix="paperplane-") as temporary:
        folder = Path(temporary)
        for clip in clips.CLIPS:
            source = folder / f"{clip.name}.mp4"
            source.write_bytes(clips.encoded(clip))
            _video(shelf.videos[clip.name], source, folder / clip.name)
            if gif := shelf.gifs.get(clip.name):
                _gif(gif, source, folder / f"{clip.name}-gif")
        for number, (photo, name) in enumerate(shelf.photos):
            _photo(photo, name, folder / f"photo-{number}")
        Photo.objects.bulk_create(photo for photo, _name in shelf.photos)


def files_of(users: list[User]) -> list[str]:
    """Return the folders of all that ``users`` have in the storage."""
    folders = [video.folder for video in Video.objects.filter(author__in=users)]
    folders += [gif.folder for gif in Gif.objects.filter(owner__in=users)]
    return folders + [photo.folder for photo in Photo.objects.filter(owner__in=users)]


def _video(video: Video, source: Path, folder: Path) -> None:
    folder.mkdir()
    made = make_video(source, folder, lambda _percent: None)
    store_folder(folder, video.folder)
    video.width, video.height, video.duration_ms = made.width, made.height, made.duration_ms
    video.has_audio, video.byte_count = made.has_audio, made.byte_count
    video.save()


def _gif(gif: Gif, source: Path, folder: Path) -> None:
    folder.mkdir()
    made = make_gif(source, folder, start_s=0, length_s=GIF_S)
    store_folder(folder, gif.folder)
    gif.width, gif.height, gif.frame_count = made.width, made.height, made.frame_count
    gif.save()


def _photo(photo: Photo, name: str, folder: Path) -> None:
    folder.mkdir()
    source = folder.with_suffix(".png")
    source.write_bytes(getattr(scenes, name)().png().getbuffer())
    made = make_photo(source, folder)
    store_folder(folder, photo.folder)
    photo.width, photo.height, photo.color = made.width, made.height, made.color
