"""Videos that are already what would be made of them: their tracks are copied, which takes no time."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.bitstream import BitStreamFilterContext
from av.container import InputContainer, OutputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from videos.media import bounds
from videos.media.clock import Clock
from videos.media.frames import length_of, moment_of, turnings
from videos.media.reading import Fault, audio_of, claimed_ms, open_video, start_s

MAX_KEYFRAME_GAP_S = 4.0  # further apart, and seeking in it is slow
MAX_SOUND_SETUP_BYTES = 64  # more isn't about sound
# Slices and the two sets of parameters: no texts, places, fillings, or whatever else was put between them.
_PICTURES_ALONE = "filter_units=pass_types=1-5|7-8"


def can_be_copied(source: Path, clock: Clock) -> bool:
    """Whether the tracks are what would be made of them anyway, and each frame is sound.

    Takes a tenth of what making them would. Raises ``Fault`` where the video is too long.
    """
    container, stream = open_video(source)
    with container:
        audio = audio_of(container)
        if not (_video_fits(source, container, stream) and _audio_fits(container, audio)):
            return False
        return _all_is_sound(container, stream, audio, clock)


def _video_fits(source: Path, container: InputContainer, stream: VideoStream) -> bool:
    code = stream.codec_context
    if (code.name, code.pix_fmt) != ("h264", "yuv420p") or container.format.name.startswith("matroska"):
        return False
    short, long = sorted((stream.width, stream.height))
    rate = stream.average_rate or Fraction(0)
    seconds = claimed_ms(container) / 1000
    return (
        short <= bounds.VIDEO_SHORT_PX
        and long <= bounds.VIDEO_LONG_PX
        and stream.width % 2 == stream.height % 2 == 0
        and stream.sample_aspect_ratio in {None, 0, 1}
        and 0 < rate <= bounds.VIDEO_MAX_FPS + 1
        and seconds > 0
        and source.stat().st_size * 8 / seconds <= bounds.MAX_COPIED_BITS_PER_S
    )


def _audio_fits(container: InputContainer, audio: AudioStream | None) -> bool:
    if audio is None:
        return True
    code = audio.codec_context
    return code.name == "aac" and len(code.layout.channels) <= 2 and len(code.extradata or b"") <= MAX_SOUND_SETUP_BYTES


def _all_is_sound(container: InputContainer, video: VideoStream, audio: AudioStream | None, clock: Clock) -> bool:
    """Decode everything: browsers stop at what FFmpeg forgives."""
    origin = start_s(container)
    order = _Order(video)
    try:
        for packet in container.demux(*(one for one in (video, audio) if one)):
            if packet.dts is not None and not order.holds(packet):
                return False
            frames: list[Any] = packet.decode()
            for frame in frames:
                is_video = isinstance(frame, VideoFrame)
                if frame.is_corrupt or frame.pts is None:
                    return False
                if is_video and not _plain(frame, video, first=not clock.frames):
                    return False
                clock.saw(moment_of(frame) - origin + length_of(frame), is_video=is_video)
    except MemoryError:
        raise
    except (av.error.FFmpegError, ValueError):
        return False
    return clock.frames > 0


class _Order:
    """Whether packets come in their order, none is cut away in an editor and still there, and seeking is quick."""

    def __init__(self, video: VideoStream) -> None:
        self.video = video
        self.last_dts: dict[int, int] = {}
        self.keyframe: float | None = None

    def holds(self, packet: Packet) -> bool:
        """Take the next packet."""
        place, dts = packet.stream.index, packet.dts or 0
        cut_away = packet.is_discard and place == self.video.index  # of sound, it is what encoders begin with
        if cut_away or packet.is_corrupt or dts <= self.last_dts.get(place, dts - 1):
            return False
        self.last_dts[place] = dts
        if place != self.video.index:
            return True
        moment = float(dts * (self.video.time_base or 0))
        if packet.is_keyframe:
            self.keyframe = moment
        return self.keyframe is not None and moment - self.keyframe <= MAX_KEYFRAME_GAP_S


def _plain(frame: VideoFrame, video: VideoStream, *, first: bool) -> bool:
    same = (frame.width, frame.height) == (video.width, video.height)
    turned = frame.rotation or (first and turnings(frame))
    return same and not turned and not frame.interlaced_frame


def copy(
    container: InputContainer, output: OutputContainer, video: VideoStream, audio: AudioStream | None, clock: Clock
) -> None:
    """Take the tracks over as they are, without what their makers wrote between the pictures."""
    track = output.add_stream_from_template(video)
    pictures_alone = BitStreamFilterContext(_PICTURES_ALONE, video, track)
    sound = output.add_stream_from_template(audio) if audio else None
    for one in output.streams:
        one.metadata.clear()
    origin = start_s(container)

    def take(packet: Packet) -> None:
        shift = round(origin / float(packet.stream.time_base))
        packet.dts = (packet.dts or 0) - shift
        if packet.pts is not None:
            packet.pts -= shift
        if packet.stream.index != video.index:
            packet.stream = sound
            output.mux(packet)
            return
        clock.saw(float(((packet.pts or packet.dts) + (packet.duration or 0)) * video.time_base), is_video=True)  # type: ignore[operator]
        for one in pictures_alone.filter(packet):
            one.stream = track
            output.mux(one)

    try:
        for packet in container.demux(*(one for one in (video, audio) if one)):
            if packet.dts is not None:
                take(packet)
    except MemoryError:
        raise
    except (av.error.FFmpegError, ValueError):
        raise Fault("broken") from None
