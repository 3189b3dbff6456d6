"""Videos that are made anew: decoded, turned, scaled, and encoded as H.264 with AAC."""

import math
from fractions import Fraction
from typing import Any

import av
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer, OutputContainer
from av.filter import Graph
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from videos.media import bounds
from videos.media.clock import Clock
from videos.media.frames import BT709, Scaler, Steady, fit_video, length_of, moment_of
from videos.media.reading import Fault, frames_in, start_s

CRF, PRESET, THREADS = "25", "veryfast", "2"
KEYFRAME_SECONDS = 2
AUDIO_RATE, AUDIO_BITS_PER_S = 48_000, 128_000
STEADY_WITHIN = Fraction(1, 100)
TV_RANGE = 1


def encode(
    container: InputContainer, output: OutputContainer, video: VideoStream, audio: AudioStream | None, clock: Clock
) -> None:
    """Decode both tracks, and encode them into ``output``."""
    pictures = _Pictures(output, video, clock, start_s(container))
    sound: _Sound | None = None
    early: list[AudioFrame] = []  # both tracks have to be there before anything is written
    try:
        for frame in frames_in(container, *(one for one in (video, audio) if one)):
            if isinstance(frame, AudioFrame):
                early.append(frame)
            else:
                pictures.take(frame)
            if audio and pictures.stream:
                sound = sound or _Sound(output, clock, start_s(container))
                sound.take_all(early)
                early = []
        pictures.end()
        if sound:
            sound.end()
    except MemoryError:
        raise
    except (av.error.FFmpegError, ValueError):
        raise Fault("broken") from None


def steady_rate(average: Fraction | None, base: Fraction | None) -> Fraction:
    """Return the frames a second to make: a steady rate, or an equal part of it; 30 where it varies."""
    most = Fraction(bounds.VIDEO_MAX_FPS)
    if not average or not base or abs(average - base) > base * STEADY_WITHIN:
        return most
    parts = math.ceil(base / (most * (1 + STEADY_WITHIN)))
    return max(Fraction(1), min(most, (base / parts).limit_denominator(1001)))


class _Pictures:
    """The picture track on its way: upright, scaled down, at a steady rate."""

    def __init__(self, output: OutputContainer, video: VideoStream, clock: Clock, origin: float) -> None:
        self.rate = steady_rate(video.average_rate, video.base_rate)
        self.output, self.clock, self.origin = output, clock, origin
        self.steady = Steady(self.rate)
        self.scaler = Scaler(fit_video, video.sample_aspect_ratio, matrix="bt709", quality="bicubic")
        self.stream: VideoStream | None = None

    def take(self, frame: VideoFrame) -> None:
        """Encode what is settled now that ``frame`` has come."""
        if self.stream is None:
            self.stream = self._begin(*self.scaler.size_for(frame))
        moment = moment_of(frame) - self.origin
        self.clock.saw(moment + length_of(frame), is_video=True)
        self._encode(self.steady.take(moment, frame))

    def end(self) -> None:
        """Encode what is left."""
        self._encode(self.steady.end(int(bounds.MAX_VIDEO_MS * self.rate / 1000)))
        if self.stream is not None:
            self.output.mux(self.stream.encode(None))
        self.clock.saw(float(self.steady.place / self.rate), is_video=True)

    def _encode(self, places: Any) -> None:
        for place, held in places:
            frame = self.scaler(held)
            frame.pts, frame.time_base, frame.pict_type = place, 1 / self.rate, 0
            self.output.mux(self.stream.encode(frame))  # type: ignore[union-attr]

    def _begin(self, width: int, height: int) -> VideoStream:
        stream = self.output.add_stream("libx264", rate=self.rate)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        code = stream.codec_context
        code.color_primaries = code.color_trc = code.colorspace = BT709
        code.color_range = TV_RANGE
        stream.options = {
            "crf": CRF,
            "preset": PRESET,
            "profile": "high",
            "g": str(max(1, int(self.rate * KEYFRAME_SECONDS))),
            "threads": THREADS,
            "maxrate": str(bounds.MAX_MADE_BITS_PER_S),
            "bufsize": str(bounds.MAX_MADE_BITS_PER_S * 2),
        }
        return stream


class _Sound:
    """The sound track on its way: two channels at 48 kHz, gaps filled, in step with the pictures."""

    def __init__(self, output: OutputContainer, clock: Clock, origin: float) -> None:
        self.output, self.clock, self.origin = output, clock, origin
        self.stream = output.add_stream("aac", rate=AUDIO_RATE, layout="stereo")
        self.stream.bit_rate = AUDIO_BITS_PER_S
        self.graph: Graph | None = None
        self.built_for: object = None
        self.made = 0  # samples

    def take_all(self, frames: list[AudioFrame]) -> None:
        """Encode what comes of ``frames``."""
        for frame in frames:
            self._take(frame)

    def _take(self, frame: AudioFrame) -> None:
        moment = moment_of(frame) - self.origin
        self.clock.saw(moment + frame.samples / max(1, frame.sample_rate), is_video=False)
        look = (frame.format.name, frame.layout.name, frame.sample_rate)
        if look != self.built_for:
            self._flush()
            self.graph = self._build(frame)
            self.built_for = look
        frame.pts, frame.time_base = round(moment * frame.sample_rate), Fraction(1, frame.sample_rate)
        self.graph.push(frame)  # type: ignore[union-attr]
        self._drain()

    def end(self) -> None:
        """Encode what is left."""
        self._flush()
        self.output.mux(self.stream.encode(None))

    def _build(self, frame: AudioFrame) -> Graph:
        graph = Graph()
        graph.threads = 1
        form = f"sample_fmt={frame.format.name}:channel_layout={frame.layout.name}"
        graph.link_nodes(
            graph.add("abuffer", f"{form}:sample_rate={frame.sample_rate}:time_base=1/{frame.sample_rate}"),
            graph.add("aresample", f"{AUDIO_RATE}:async=1:first_pts={self.made}"),
            graph.add("aformat", f"sample_fmts=fltp:channel_layouts=stereo:sample_rates={AUDIO_RATE}"),
            graph.add("abuffersink"),
        ).configure()
        return graph

    def _flush(self) -> None:
        if self.graph is not None:
            self.graph.push(None)
            self._drain()

    def _drain(self) -> None:
        while True:
            try:
                frame: Any = self.graph.pull()  # type: ignore[union-attr]
            except (av.error.BlockingIOError, av.error.EOFError):
                return
            # Counted here, so that no time of the source's own gets into the file.
            frame.pts, frame.time_base = self.made, Fraction(1, AUDIO_RATE)
            self.made += frame.samples
            self.output.mux(self.stream.encode(frame))
