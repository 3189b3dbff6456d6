"""Opening files by what they contain, never by what they are called."""

from pathlib import Path

import av
from av.container import InputContainer
from av.video.stream import VideoStream
from PIL import Image, UnidentifiedImageError

from videos.media import bounds

PICTURE_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
# The demuxer is named for the first bytes: FFmpeg's own guessing would also try lists of other files.
_MP4, _MATROSKA = "mov", "matroska"
DECODER_THREADS = "2"


class Fault(Exception):
    """The file can't be used; the text is the code of the reason."""


def open_picture(source: Path) -> Image.Image:
    """Open a picture, not yet decoded, whose size is within the bounds."""
    if source.stat().st_size == 0:
        raise Fault("empty")
    Image.init()
    Image.MAX_IMAGE_PIXELS = None  # checked here, by format
    try:
        picture = Image.open(source, formats=PICTURE_FORMATS)
    except UnidentifiedImageError:
        raise Fault("not_picture") from None
    except (OSError, ValueError, SyntaxError):
        raise Fault("broken") from None
    most = bounds.MAX_JPEG_PIXELS if picture.format in {"JPEG", "MPO"} else bounds.MAX_PICTURE_PIXELS
    if picture.width * picture.height > most:
        raise Fault("too_large")
    return picture


def is_video(source: Path) -> bool:
    """Whether the first bytes are those of a video container that is accepted."""
    return bool(_container_of(source))


def open_video(source: Path) -> tuple[InputContainer, VideoStream]:
    """Open a video whose frames are within the bounds; return it with its first picture track."""
    if source.stat().st_size == 0:
        raise Fault("empty")
    form = _container_of(source)
    if not form:
        raise Fault("not_video")
    try:
        # A file object, so that no name in the file can open another one.
        container = av.open(source.open("rb"), "r", format=form, metadata_errors="replace")
    except (av.error.FFmpegError, ValueError):
        raise Fault("broken") from None
    stream = next((one for one in container.streams.video if one.codec_context is not None), None)
    if stream is None:
        raise Fault("not_video" if container.streams else "broken")
    if not 0 < stream.width * stream.height <= bounds.MAX_FRAME_PIXELS:
        raise Fault("too_large" if stream.width else "broken")
    stream.codec_context.options = {"threads": DECODER_THREADS}
    return container, stream


def claimed_ms(container: InputContainer) -> int:
    """Return how long the container says it is; 0 where it doesn't."""
    return int((container.duration or 0) / 1000)


def has_video_signature(head: bytes) -> bool:
    """Whether a file that begins with ``head`` calls itself a video that is accepted."""
    return bool(_container_named(head))


def _container_of(source: Path) -> str:
    with source.open("rb") as file:
        return _container_named(file.read(64))


def _container_named(head: bytes) -> str:
    if head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}:
        return _MP4
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return _MATROSKA
    return ""
