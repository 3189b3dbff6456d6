"""What messages carry, made in tests straight in the tables and the storage."""

import uuid
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from accounts.models import User
from messaging.actions import Wanted
from messaging.models import LinkPreview, Message, MessageKind, Photo, PreviewState, Sticker
from tests.messaging.talk import say
from videos.models import Gif, Video, VideoState

CONTENT = b"the bytes of a file"


def store(name: str, content: bytes = CONTENT) -> None:
    """Put a file into the storage."""
    default_storage.save(name, ContentFile(content))


def make_photo(owner: User, content: bytes = CONTENT, **fields: Any) -> Photo:
    """Make a photo that waits to be sent."""
    photo = Photo.objects.create(owner=owner, **{"width": 1200, "height": 900, "color": "#aabbcc"} | fields)
    for size in (640, 2048):
        store(f"{photo.folder}/{size}.webp", content)
    return photo


def send_photos(sender: User, other: User, count: int) -> Message:
    """Send a message of ``count`` photos, each with other bytes; the two must be able to write to each other."""
    photos = tuple(make_photo(sender, uuid.uuid4().bytes, alt=f"Photo {n}").pk for n in range(count))
    wanted = Wanted(photos=photos)
    return say(sender, other, "", kind=MessageKind.PHOTO, wanted=wanted)


def make_sticker(owner: User, **fields: Any) -> Sticker:
    """Make one of ``owner``'s own stickers."""
    sticker = Sticker.objects.create(owner=owner, **{"width": 300, "height": 200, "alt": "A wave"} | fields)
    store(sticker.file_name)
    return sticker


def make_gif(owner: User, **fields: Any) -> Gif:
    """Make a GIF, kept unless ``fields`` say otherwise."""
    defaults = {"width": 360, "height": 640, "frame_count": 24, "kept_at": timezone.now()}
    gif = Gif.objects.create(owner=owner, **defaults | fields)
    for suffix in ("webp", "gif"):
        store(f"{gif.folder}/gif.{suffix}")
    return gif


def make_video(author: User, **fields: Any) -> Video:
    """Make a video that can be watched, unless ``fields`` say otherwise."""
    ready = {"state": VideoState.READY, "published_at": timezone.now(), "caption": "By the sea"}
    shape = {"width": 360, "height": 640, "duration_ms": 4200, "has_audio": True}
    video = Video.objects.create(author=author, **ready | shape | fields)
    for name in ("video.mp4", "poster.webp", "preview.webp"):
        store(f"{video.folder}/{name}")
    return video


def make_preview(url: str = "https://page.example/", **fields: Any) -> LinkPreview:
    """Make the preview of a link, ready unless ``fields`` say otherwise; its picture isn't made."""
    ready = {"state": PreviewState.READY, "title": "Title", "fetched_at": timezone.now()}
    return LinkPreview.objects.create(url=url, url_hash=LinkPreview.hash_of(url), **ready | fields)
