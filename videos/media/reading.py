"""Opening files by what they contain, never by what they are called."""

import warnings
from collections.abc import Iterator
from pathlib import Path

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import AvifImagePlugin, Image, UnidentifiedImageError

from videos.media import bounds

PICTURE_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
# The demuxer is named for the first bytes: FFmpeg's own guessing would also try lists of other files.
_MP4, _MATROSKA, _GIF = "mov", "matroska", "gif"
# Pictures in the boxes of an MP4: AVIF, HEIF, and what cameras keep raw.
_STILL_BRANDS = {b"avif", b"avis", b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"crx "}
# What cameras, phones and editors write. FFmpeg knows hundreds of others, and nobody looks after most of them.
_VIDEO_DECODERS = {"h264", "hevc", "libdav1d", "av1", "vp8", "vp9", "mpeg4", "h263", "mjpeg", "prores", "gif"}
_AUDIO_DECODERS = {"aac", "mp3float", "mp3", "opus", "libopus", "vorbis", "ac3", "eac3", "alac", "amrnb", "amrwb"}
_AUDIO_DECODERS |= {"flac", "pcm_s16le", "pcm_s16be", "pcm_s24le", "pcm_s24be", "pcm_s32le", "pcm_f32le", "pcm_u8"}
DECODER_THREADS = "2"
# Packets that can't be decoded: some are a damaged place, more than the good ones and a few is no video.
BAD_PACKETS_AT_LEAST = 30


class Fault(Exception):
    """The file can't be used; the text is the code of the reason."""


def open_picture(source: Path) -> Image.Image:
    """Open a picture, not yet decoded, whose size is within the bounds."""
    _not_empty(source)
    _bound_pillow()
    try:
        _check_webp_canvas(source)
        picture = Image.open(source, formats=PICTURE_FORMATS)
    except UnidentifiedImageError:
        raise Fault("not_picture") from None
    except (Image.DecompressionBombWarning, Image.DecompressionBombError, MemoryError):
        raise Fault("too_large") from None
    except Fault:
        raise
    except Exception:  # Pillow's decoders raise all sorts of things at damaged files
        raise Fault("broken") from None
    most = bounds.MAX_JPEG_PIXELS if picture.format in {"JPEG", "MPO"} else bounds.MAX_PICTURE_PIXELS
    if picture.width * picture.height > most:
        raise Fault("too_large")
    return picture


def _bound_pillow() -> None:
    Image.init()
    # Formats have bounds of their own, above; this one holds for canvases that grow from frame to frame.
    Image.MAX_IMAGE_PIXELS = bounds.MAX_JPEG_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    AvifImagePlugin.DEFAULT_MAX_THREADS = 1


def _check_webp_canvas(source: Path) -> None:
    """Look at the size of an extended WebP: Pillow takes the memory of two canvases when it opens one."""
    with source.open("rb") as file:
        head = file.read(30)
    if head[:4] == b"RIFF" and head[8:16] == b"WEBPVP8X" and len(head) == 30:
        width, height = (int.from_bytes(head[place : place + 3], "little") + 1 for place in (24, 27))
        if width * height > bounds.MAX_PICTURE_PIXELS:
            raise Fault("too_large")


def is_video(source: Path) -> bool:
    """Whether the first bytes are those of a video container that is accepted."""
    return bool(_container_of(source))


def open_video(source: Path, *, also_gif: bool = False) -> tuple[InputContainer, VideoStream]:
    """Open a video whose frames are within the bounds; return it with its first picture track."""
    _not_empty(source)
    form = _container_of(source, also_gif=also_gif)
    if not form:
        raise Fault("not_video")
    options = {
        "protocol_whitelist": "none",
        "codec_whitelist": ",".join(sorted(_VIDEO_DECODERS | _AUDIO_DECODERS)),
        "max_pixels": str(_most_pixels()),
        "threads": DECODER_THREADS,
    }
    try:
        # A file object, so that no name in the file can open another one.
        container = av.open(source.open("rb"), "r", format=form, metadata_errors="replace", options=options)
    except MemoryError:
        raise
    except (av.error.FFmpegError, ValueError, OverflowError):
        raise Fault("broken") from None
    stream = next((one for one in container.streams.video if _is_moving(one)), None)
    if stream is None:
        raise Fault("not_video" if container.streams else "broken")
    if not 0 < stream.width * stream.height <= bounds.MAX_FRAME_PIXELS:
        raise Fault("too_large" if stream.width else "broken")
    stream.codec_context.options = {"threads": DECODER_THREADS, "max_pixels": str(_most_pixels())}
    return container, stream


def audio_of(container: InputContainer) -> AudioStream | None:
    """Return the first sound track that can be decoded."""
    tracks = (one for one in container.streams.audio if one.codec_context is not None)
    return next((one for one in tracks if one.codec_context.name in _AUDIO_DECODERS), None)


def claimed_ms(container: InputContainer) -> int:
    """Return how long the container says it is; 0 where it doesn't."""
    return max(0, int((container.duration or 0) / 1000))


def start_s(container: InputContainer) -> float:
    """Return where its clock begins."""
    return (container.start_time or 0) / av.time_base


def frames_in(container: InputContainer, *streams: VideoStream | AudioStream) -> Iterator[VideoFrame | AudioFrame]:
    """Decode ``streams``; leave out what is damaged, as long as it isn't most of it. Ends where the file is cut off."""
    good = bad = 0
    for packet in _packets_of(container, *streams):
        try:
            frames = packet.decode()
        except MemoryError:
            raise
        except (av.error.FFmpegError, ValueError):
            bad += 1
            if bad > BAD_PACKETS_AT_LEAST + good:
                raise Fault("broken") from None
            continue
        good += 1
        for frame in frames:
            if isinstance(frame, VideoFrame) and frame.width * frame.height > bounds.MAX_FRAME_PIXELS:
                raise Fault("too_large")
            if isinstance(frame, VideoFrame | AudioFrame) and frame.pts is not None:
                yield frame


def _packets_of(container: InputContainer, *streams: VideoStream | AudioStream) -> Iterator[Packet]:
    packets = container.demux(*streams)
    while True:
        try:
            yield next(packets)
        except StopIteration:
            return
        except MemoryError:
            raise
        except (av.error.FFmpegError, ValueError, OverflowError):
            return


def has_video_signature(head: bytes) -> bool:
    """Whether a file that begins with ``head`` calls itself a video that is accepted."""
    return bool(_container_named(head))


def _is_moving(stream: VideoStream) -> bool:
    """Whether it is a track of moving pictures that is accepted, and not the cover of a song."""
    known = stream.codec_context is not None and stream.codec_context.name in _VIDEO_DECODERS
    return known and not stream.disposition & Disposition.attached_pic


def _most_pixels() -> int:
    return bounds.MAX_FRAME_PIXELS * 11 // 10  # with what codecs add at the borders


def _not_empty(source: Path) -> None:
    if source.stat().st_size == 0:
        raise Fault("empty")


def _container_of(source: Path, *, also_gif: bool = False) -> str:
    with source.open("rb") as file:
        head = file.read(64)
    return _GIF if also_gif and head[:4] == b"GIF8" else _container_named(head)


def _container_named(head: bytes) -> str:
    if head[4:8] == b"ftyp" and head[8:12] in _STILL_BRANDS:
        return ""
    if head[4:8] in {b"ftyp", b"moov", b"mdat", b"wide", b"free", b"skip"}:
        return _MP4
    if head[:4] == b"\x1a\x45\xdf\xa3":
        return _MATROSKA
    return ""
