"""Videos: an upload becomes an MP4 that plays everywhere, a poster, and a short preview."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.audio.stream import AudioStream
from av.bitstream import BitStreamFilterContext
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from PIL import Image, ImageStat

from videos.media import bounds, gifs
from videos.media.reading import Fault, claimed_ms, open_video

# The index first, so that playing begins before all of it is there.
MP4 = {"movflags": "+faststart", "brand": "mp42"}
CRF, PRESET = "25", "veryfast"
KEYFRAME_SECONDS = 2
AUDIO_RATE, AUDIO_BITS_PER_S = 48_000, 128_000
DARK = 24  # of 255, on average: hardly anything to see
POSTER_QUALITY = 80
LEAST_WHOLE = 0.9  # of what the container claims; below that the file is cut off
Progress = Callable[[int], None]


def make_video(source: Path, folder: Path, progress: Progress) -> dict[str, Any]:
    """Write ``video.mp4``, ``poster.webp`` and ``preview.webp``."""
    target = folder / "video.mp4"
    container, stream = open_video(source)
    with container:
        claimed = claimed_ms(container)
        if claimed > bounds.MAX_VIDEO_MS + bounds.VIDEO_SLACK_MS:
            raise Fault("too_long")
        audio = next((one for one in container.streams.audio if one.codec_context is not None), None)
        clock = _Clock(claimed, progress)
        with av.open(str(target), "w", format="mp4", options=MP4) as output:
            if _can_be_copied(source, container, stream, audio):
                _copy(container, output, stream, audio, clock)
            else:
                _encode(container, output, stream, audio, clock)
    if not clock.frames:
        raise Fault("broken")
    made_ms = clock.elapsed_ms
    if claimed and made_ms < claimed * LEAST_WHOLE - 1000:
        raise Fault("broken")
    width, height = _pictures(target, folder)
    return {
        "width": width,
        "height": height,
        "duration_ms": made_ms,
        "has_audio": audio is not None,
        "byte_count": target.stat().st_size,
    }


class _Clock:
    """How far the work is, and whether the video goes on for longer than it may."""

    def __init__(self, claimed: int, progress: Progress) -> None:
        self.claimed, self.progress = claimed, progress
        self.elapsed_ms = self.frames = self.told = 0

    def tick(self, ms: int) -> None:
        """Count a frame that ends ``ms`` after the start. Raises ``Fault`` past a minute."""
        self.frames += 1
        self.elapsed_ms = max(self.elapsed_ms, ms)
        if ms > bounds.MAX_VIDEO_MS + bounds.VIDEO_SLACK_MS:
            raise Fault("too_long")
        percent = min(99, 100 * ms // self.claimed) if self.claimed else 0
        if percent > self.told:
            self.told = percent
            self.progress(percent)


def _can_be_copied(source: Path, container: InputContainer, stream: VideoStream, audio: AudioStream | None) -> bool:
    """Whether the tracks are what would be made of them anyway."""
    code = stream.codec_context
    if (code.name, code.pix_fmt) != ("h264", "yuv420p") or (audio and audio.codec_context.name != "aac"):
        return False
    sides = sorted((stream.width, stream.height))
    within = sides[0] <= bounds.VIDEO_SHORT_PX and sides[1] <= bounds.VIDEO_LONG_PX
    rate = stream.average_rate or Fraction(0)
    seconds = claimed_ms(container) / 1000
    lean = seconds > 0 and source.stat().st_size * 8 / seconds <= bounds.MAX_COPIED_BITS_PER_S
    if not (within and lean and 0 < rate <= bounds.VIDEO_MAX_FPS + 1) or container.format.name.startswith("matroska"):
        return False
    # Only a decoded frame tells how the camera was held.
    try:
        first = next(container.decode(stream))
    except (av.error.FFmpegError, StopIteration):
        raise Fault("broken") from None
    container.seek(0)
    return first.rotation == 0 and stream.width % 2 == stream.height % 2 == 0


def _copy(
    container: InputContainer, output: OutputContainer, video: VideoStream, audio: AudioStream | None, clock: _Clock
) -> None:
    """Take the tracks over as they are, without what their makers wrote between the pictures."""
    tracks = {video.index: _template(output, video)}
    if audio:
        tracks[audio.index] = _template(output, audio)
    # Type 6 is "supplemental enhancement information": texts, places, whatever an encoder likes.
    without_notes = BitStreamFilterContext("filter_units=remove_types=6", video)
    try:
        for packet in container.demux([one for one in (video, audio) if one]):
            if packet.dts is None:
                continue
            is_video = packet.stream.index == video.index
            if is_video:
                end = (packet.pts or 0) + (packet.duration or 0) - (video.start_time or 0)
                clock.tick(int(end * (video.time_base or 0) * 1000))
            track = tracks[packet.stream.index]
            for one in without_notes.filter(packet) if is_video else [packet]:
                one.stream = track
                output.mux(one)
    except (av.error.FFmpegError, ValueError):
        raise Fault("broken") from None


def _template(output: OutputContainer, stream: Any) -> Any:
    track = output.add_stream_from_template(stream)
    track.metadata.clear()
    return track


def _encode(
    container: InputContainer, output: OutputContainer, video: VideoStream, audio: AudioStream | None, clock: _Clock
) -> None:
    """Decode and encode both tracks anew."""
    pictures = _Pictures(output, video, clock)
    sound = _Sound(output, audio) if audio else None
    skipped = 0
    try:
        for packet in container.demux([one for one in (video, audio) if one]):
            try:
                frames = packet.decode()
            except av.error.InvalidDataError:
                skipped += 1  # a damaged stretch; the next one may be whole
                if skipped > 100:
                    raise Fault("broken") from None
                continue
            for frame in frames:
                if isinstance(frame, VideoFrame):
                    pictures.take(frame)
                elif sound:
                    sound.take(frame)
        pictures.end()
        if sound:
            sound.end()
    except (av.error.FFmpegError, ValueError):
        raise Fault("broken") from None


class _Pictures:
    """The picture track on its way: upright, scaled down, at a steady rate."""

    def __init__(self, output: OutputContainer, video: VideoStream, clock: _Clock) -> None:
        rate = video.average_rate or Fraction(bounds.VIDEO_MAX_FPS)
        self.rate = min(Fraction(bounds.VIDEO_MAX_FPS), max(Fraction(1), rate)).limit_denominator(1001)
        self.output, self.clock, self.video = output, clock, video
        self.graph: Graph | None = None
        self.stream: VideoStream | None = None
        self.size = (0, 0)

    def take(self, frame: VideoFrame) -> None:
        """Encode what comes of ``frame``."""
        if frame.width * frame.height > bounds.MAX_FRAME_PIXELS:
            raise Fault("too_large")
        if frame.pts is None:
            return
        moment = (frame.pts - (self.video.start_time or 0)) * (frame.time_base or Fraction(0))
        if self.graph is None:
            self._begin(frame)
        if (frame.width, frame.height) != self.size:
            frame = frame.reformat(width=self.size[0], height=self.size[1])
        self.clock.tick(int((moment + 1 / self.rate) * 1000))
        self.graph.push(frame)  # type: ignore[union-attr]
        self._drain()

    def end(self) -> None:
        """Encode what is left."""
        if self.graph is None or self.stream is None:
            return
        self.graph.push(None)
        self._drain()
        self.output.mux(self.stream.encode(None))

    def _begin(self, frame: VideoFrame) -> None:
        self.size = (frame.width, frame.height)
        turned = round(frame.rotation / 90) % 2 == 1
        width, height = (frame.height, frame.width) if turned else self.size
        width, height = fit(width, height)
        graph = Graph()
        steps = [
            graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)
        ]
        steps += [graph.add(*turning) for turning in gifs.turnings(frame.rotation)]
        steps.append(graph.add("fps", f"{self.rate}"))
        steps.append(graph.add("scale", f"{width}:{height}:flags=bicubic"))
        steps.append(graph.add("format", "yuv420p"))
        steps.append(graph.add("setsar", "1"))
        steps.append(graph.add("buffersink"))
        graph.link_nodes(*steps).configure()
        self.graph = graph
        self.stream = self.output.add_stream("libx264", rate=self.rate)
        self.stream.width, self.stream.height, self.stream.pix_fmt = width, height, "yuv420p"
        keyframes = str(max(1, int(self.rate * KEYFRAME_SECONDS)))
        self.stream.options = {"crf": CRF, "preset": PRESET, "profile": "high", "g": keyframes, "threads": "2"}

    def _drain(self) -> None:
        while True:
            try:
                frame = self.graph.pull()  # type: ignore[union-attr]
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            frame.pict_type = 0  # type: ignore[union-attr]
            self.output.mux(self.stream.encode(frame))  # type: ignore[union-attr, arg-type]


class _Sound:
    """The sound track on its way: two channels at 48 kHz."""

    def __init__(self, output: OutputContainer, audio: AudioStream) -> None:
        self.output = output
        self.stream = output.add_stream("aac", rate=AUDIO_RATE, layout="stereo")
        self.stream.bit_rate = AUDIO_BITS_PER_S
        self.resampler = av.AudioResampler(format="fltp", layout="stereo", rate=AUDIO_RATE)

    def take(self, frame: Any) -> None:
        """Encode what comes of ``frame``."""
        for one in self.resampler.resample(frame):
            self.output.mux(self.stream.encode(one))

    def end(self) -> None:
        """Encode what is left."""
        self.take(None)
        self.output.mux(self.stream.encode(None))


def fit(width: int, height: int) -> tuple[int, int]:
    """Return the even sides of a picture scaled down into 720 × 1280, or 1280 × 720."""
    short, long = sorted((width, height))
    scale = min(1.0, bounds.VIDEO_SHORT_PX / short, bounds.VIDEO_LONG_PX / long)
    return max(2, round(width * scale / 2) * 2), max(2, round(height * scale / 2) * 2)


def _pictures(video: Path, folder: Path) -> tuple[int, int]:
    """Write poster and preview of a video just made; return its width and height in pixels."""
    container, stream = open_video(video)
    with container:
        box = (bounds.VIDEO_SHORT_PX, bounds.VIDEO_LONG_PX)
        poster = _poster(video, box)
        poster.save(folder / "poster.webp", quality=POSTER_QUALITY, method=3)
        small = (bounds.PREVIEW_PX, bounds.PREVIEW_PX * 2)
        frames = list(gifs.frames_of_video(video, 0, bounds.PREVIEW_MS, bounds.PREVIEW_FPS, small))
        gifs.write_webp(frames, folder / "preview.webp", bounds.PREVIEW_FPS, quality="40")
        return stream.width, stream.height


def _poster(video: Path, box: tuple[int, int]) -> Image.Image:
    """Return the first frame, one a third of a second, that isn't nearly black."""
    first = None
    for frame in gifs.frames_of_video(video, 0, 6000, 3, box):
        image = frame.to_image()
        first = first or image
        if ImageStat.Stat(image.convert("L")).mean[0] > DARK:
            return image
    if first is None:
        raise Fault("broken")
    return first
