"""What a message carries, as its page shows it: addresses, sizes and descriptions, the same for everyone.

Who may not see a file is told by the address itself, which answers 404.
"""

from dataclasses import dataclass
from urllib.parse import urlsplit

from django.templatetags.static import static
from django.utils.translation import gettext as _

from messaging import packs
from messaging.models import Message, MessageKind, PreviewState, Sticker
from messaging.outside.preview import is_link_to, shown_host
from messaging.text import segments
from videos.models import Gif, Video

SMALL, LARGE = 640, 2048  # pixels: the longest side of a photo's two files
MAX_ALT_SHOWN = 200
MIN_BANNER_WIDTH = 320  # pixels: narrower pictures stand beside the words of a link's card, not above them


@dataclass(frozen=True)
class Picture:
    """An image with its dimensions in pixels, so that nothing jumps when it arrives."""

    url: str
    width: int
    height: int
    alt: str
    large_url: str = ""
    color: str = ""


@dataclass(frozen=True)
class VideoLook:
    """A shared video; ``gone`` where nobody can watch it any more, and there is no more to show."""

    gone: bool
    url: str = ""
    poster_url: str = ""
    file_url: str = ""
    width: int = 9
    height: int = 16
    duration: str = ""
    author: str = ""
    caption: str = ""


@dataclass(frozen=True)
class LinkCard:
    """What the page behind a link says of itself; ``host``, where the link leads, is the one thing it can't choose."""

    url: str
    host: str
    site_name: str
    title: str
    description: str
    picture: Picture | None
    small: bool


def picture_of(message: Message) -> Picture | None:
    """Return the sticker or the GIF of ``message``, or None where it has none."""
    if message.kind == MessageKind.STICKER and (sticker := packs.find(message.sticker_key) or message.sticker):
        return picture_of_sticker(sticker)
    if message.kind == MessageKind.GIF and message.gif:
        return picture_of_gif(message.gif)
    return None


def picture_of_sticker(sticker: packs.Sticker | Sticker) -> Picture:
    """Return a built-in sticker, or somebody's own."""
    if isinstance(sticker, packs.Sticker):
        return Picture(static(sticker.path), sticker.width, sticker.height, sticker.name)
    return Picture(sticker.file_url(), sticker.width, sticker.height, sticker.alt or _("Sticker"))


def picture_of_gif(gif: Gif) -> Picture:
    """Return a GIF, in the format the pages show."""
    return Picture(gif.file_url(), gif.width, gif.height, gif.alt or _("GIF"))


def photos_of(message: Message) -> list[Picture]:
    """Return the photos of ``message``, in their order."""
    if message.kind != MessageKind.PHOTO:
        return []
    return [
        Picture(photo.file_url(SMALL), photo.width, photo.height, photo.alt, photo.file_url(LARGE), photo.color)
        for photo in message.photos.all()
    ]


def video_of(message: Message) -> VideoLook | None:
    """Return the shared video of ``message``, or None where it is no shared video."""
    if message.kind != MessageKind.VIDEO:
        return None
    video = message.video
    if video is None or not video.is_ready or not video.author.is_active:
        return VideoLook(gone=True)
    return VideoLook(
        gone=False,
        url=video.get_absolute_url(),
        poster_url=video.file_url("poster.webp"),
        file_url=video.file_url("video.mp4"),
        width=video.width,
        height=video.height,
        duration=clock(video),
        author=video.author.username,
        caption=video.caption,
    )


def clock(video: Video) -> str:
    """Return how long ``video`` is, as minutes and seconds."""
    seconds = max(1, round(video.duration_ms / 1000))
    return f"{seconds // 60}:{seconds % 60:02}"


def card_of(message: Message) -> LinkCard | None:
    """Return the card of the link in ``message``, once it is there."""
    preview = message.preview
    if preview is None or preview.state != PreviewState.READY:
        return None
    host = shown_host(urlsplit(preview.url).netloc)
    return LinkCard(
        url=preview.url + _fragment(message.body, preview.url),
        host=host,
        site_name="" if preview.site_name.lower() == host else preview.site_name,
        title=preview.title,
        description=preview.description,
        picture=Picture(preview.file_url(), preview.width, preview.height, alt="") if preview.width else None,
        small=0 < preview.width < MIN_BANNER_WIDTH,
    )


def _fragment(body: str, url: str) -> str:
    """Return the ``#…`` of the link in ``body`` that ``url`` was made of: the page isn't asked with it."""
    link = next((segment.url for segment in segments(body) if segment.url and is_link_to(url, segment.url)), "")
    fragment = urlsplit(link).fragment
    return f"#{fragment}" if fragment else ""


def in_words(message: Message) -> str:
    """Return what stands for the content of ``message`` where only a line of text fits."""
    match message.kind:
        case MessageKind.STICKER:
            return _("Sent a sticker")
        case MessageKind.GIF:
            return _("Sent a GIF")
        case MessageKind.PHOTO:
            return _("Sent a photo") if len(message.photos.all()) < 2 else _("Sent photos")
        case MessageKind.VIDEO:
            return _("Shared a video")
    return ""
