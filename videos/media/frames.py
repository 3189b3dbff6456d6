"""Frames of videos: upright, in the shape they are shown in, and at a steady rate."""

import struct
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.filter import Graph
from av.sidedata.sidedata import Type
from av.video.frame import VideoFrame

from videos.media import bounds
from videos.media.reading import Fault, claimed_ms, frames_in, open_video, start_s

Fit = Callable[[float, float], tuple[int, int]]
Turnings = list[tuple[str, str]]
# By the numbers of ISO/IEC 23091-2, as FFmpeg has them.
BT709, UNSPECIFIED = 1, 2
_MATRICES = {1: "bt709", 5: "bt470bg", 6: "smpte170m", 7: "smpte240m", 9: "bt2020nc"}
_FULL_RANGE = 2
_MATRIX = struct.Struct("=9i")
_HD_PX = 720  # what says nothing of its colours means those of its size
_MAX_ASPECT = 4  # of a pixel: beyond that it's a lie


def frames_of_video(
    source: Path, start_ms: int, length_ms: int, fps: int, box: tuple[int, int], *, also_gif: bool = False
) -> Iterator[VideoFrame]:
    """Yield the frames of a piece of a video, ``fps`` a second, upright, scaled down into ``box`` (pixels).

    A piece that would begin behind the end is its last one. The colours are those WebP and JPEG take (BT.601).
    """
    container, stream = open_video(source, also_gif=also_gif)
    most = max(1, length_ms * fps // 1000)
    with container:
        begin = max(0, min(start_ms, claimed_ms(container) - length_ms)) / 1000
        origin = start_s(container)
        if begin:
            _seek(container, begin + origin)
        steady = Steady(Fraction(fps))
        scaler = Scaler(fit_into(box), stream.sample_aspect_ratio, matrix="bt601", quality="bilinear")
        for frame in frames_in(container, stream):
            for _place, held in steady.take(moment_of(frame) - origin - begin, frame):
                yield scaler(held)  # type: ignore[arg-type]
                if steady.place >= most:
                    return
        for _place, held in steady.end(most):
            yield scaler(held)  # type: ignore[arg-type]
        if not steady.place:
            raise Fault("broken")


def _seek(container: av.container.InputContainer, seconds: float) -> None:
    try:
        container.seek(int(seconds * av.time_base), backward=True)
    except av.error.FFmpegError:
        raise Fault("broken") from None


def moment_of(frame: av.frame.Frame) -> float:
    """Return the second of a frame by its container's clock."""
    return float((frame.pts or 0) * (frame.time_base or 0))


def length_of(frame: av.frame.Frame) -> float:
    """Return how many seconds a frame says it is there for; 0 where it doesn't."""
    return max(0.0, float((frame.duration or 0) * (frame.time_base or 0)))


class Steady:
    """Frames of whatever times, on places at a steady rate: late ones are held, crowded ones left out."""

    def __init__(self, rate: Fraction) -> None:
        self.rate = rate
        self.place = 0  # the next one to be filled
        self.held: av.frame.Frame | None = None
        self.until = 0.0

    def take(self, moment: float, frame: av.frame.Frame) -> Iterator[tuple[int, av.frame.Frame]]:
        """Yield the places, with their frame, that are settled now that ``frame`` comes at ``moment`` (seconds)."""
        if self.held is not None:
            yield from self._fill(round(moment * self.rate))
        self.held = frame
        self.until = moment + length_of(frame)

    def end(self, most: int) -> Iterator[tuple[int, av.frame.Frame]]:
        """Yield the places of the last frame: at least one, and none from ``most`` on."""
        if self.held is not None:
            yield from self._fill(min(most, max(self.place + 1, round(self.until * self.rate))))

    def _fill(self, end: int) -> Iterator[tuple[int, av.frame.Frame]]:
        assert self.held is not None  # noqa: S101
        while self.place < end:
            self.place += 1
            yield self.place - 1, self.held


class Scaler:
    """Turns frames upright and scales them, all to one size, whatever they change to on the way.

    ``fit`` says the size for the width and height the first one is to be shown with.
    """

    def __init__(self, fit: Fit, aspect: Fraction | None, *, matrix: str, quality: str) -> None:
        self.fit, self.matrix, self.quality = fit, matrix, quality
        near = aspect and Fraction(1, _MAX_ASPECT) <= aspect <= _MAX_ASPECT
        self.aspect = aspect if near and aspect else Fraction(1)
        self.size = (0, 0)
        self.graph: Graph | None = None
        self.built_for: object = None
        self.last: tuple[VideoFrame, VideoFrame] | None = None

    def __call__(self, frame: VideoFrame) -> VideoFrame:
        """Return ``frame`` as it is to be shown, in yuv420p. The same frame again gives the same one."""
        if self.last and self.last[0] is frame:
            return self.last[1]
        look = (frame.width, frame.height, frame.format.name, frame.colorspace, frame.color_range, frame.rotation)
        if look != self.built_for:
            self.graph = self._build(frame, turnings(frame))
            self.built_for = look
        assert self.graph is not None  # noqa: S101
        self.graph.push(frame)
        shown = self.graph.vpull()
        self.last = (frame, shown)
        return shown

    def size_for(self, frame: VideoFrame) -> tuple[int, int]:
        """Return the width and height (pixels) of what is made; the first frame says it for all."""
        if self.size == (0, 0):
            width = float(frame.width * max(Fraction(1), self.aspect))
            height = float(frame.height / min(Fraction(1), self.aspect))
            lying = any(name == "transpose" for name, _how in turnings(frame))
            self.size = self.fit(*((height, width) if lying else (width, height)))
        return self.size

    def _build(self, frame: VideoFrame, turned: Turnings) -> Graph:
        width, height = self.size_for(frame)
        colours = _matrix_of(frame)
        full = frame.format.name.startswith("yuvj") or frame.color_range == _FULL_RANGE
        graph = Graph()
        graph.threads = 1
        scale = f"{width}:{height}:flags={self.quality}:out_color_matrix={self.matrix}:out_range=tv"
        if colours:
            scale += f":in_color_matrix={colours}:in_range={'pc' if full else 'tv'}"
        form = f"video_size={frame.width}x{frame.height}:pix_fmt={frame.format.name}:pixel_aspect=1/1"
        nodes = [graph.add("buffer", f"{form}:time_base={frame.time_base}{_said_of_colours(frame, full=full)}")]
        nodes += [graph.add(*one) for one in turned]
        nodes += [graph.add("scale", scale), graph.add("format", "yuv420p"), graph.add("setsar", "1")]
        nodes.append(graph.add("buffersink"))
        graph.link_nodes(*nodes).configure()
        return graph


def _matrix_of(frame: VideoFrame) -> str:
    """Return the name of the matrix ``frame`` was made with; none for pictures of red, green and blue."""
    if not frame.format.name.startswith(("yuv", "nv", "p0", "gray")):
        return ""
    likely = "bt709" if min(frame.width, frame.height) >= _HD_PX else "smpte170m"
    return _MATRICES.get(frame.colorspace, likely)


def _said_of_colours(frame: VideoFrame, *, full: bool) -> str:
    known = frame.colorspace in _MATRICES and _matrix_of(frame)
    return f":colorspace={frame.colorspace if known else UNSPECIFIED}" + (f":range={_FULL_RANGE}" if full else "")


def turnings(frame: VideoFrame) -> Turnings:
    """Return the filters that turn ``frame`` as its camera was held: quarters, and mirrored or not.

    Not for each frame: PyAV ties what is asked for its side data into a knot that keeps its memory for long.
    """
    said: Iterator[Any] = iter(frame.side_data)
    matrix = next((bytes(one) for one in said if one.type == Type.DISPLAYMATRIX), b"")
    if len(matrix) < _MATRIX.size:
        return []
    a, b, _u, c, d = _MATRIX.unpack_from(matrix)[:5]
    if abs(a) + abs(d) >= abs(b) + abs(c):
        return [("hflip", "")] * (a < 0) + [("vflip", "")] * (d < 0)
    return [
        ("transpose", {(1, 0): "clock", (0, 1): "cclock", (1, 1): "cclock_flip", (0, 0): "clock_flip"}[b > 0, c > 0])
    ]


def fit_into(box: tuple[int, int]) -> Fit:
    """Return what scales a picture down into ``box`` (pixels), with even sides."""
    return lambda width, height: _even(width, height, min(1.0, box[0] / width, box[1] / height))


def fit_video(width: float, height: float) -> tuple[int, int]:
    """Return the even sides of a picture scaled down into 720 × 1280, or 1280 × 720."""
    short, long = sorted((width, height))
    return _even(width, height, min(1.0, bounds.VIDEO_SHORT_PX / short, bounds.VIDEO_LONG_PX / long))


def _even(width: float, height: float, scale: float) -> tuple[int, int]:
    return max(2, int(width * scale / 2 + 0.5) * 2), max(2, int(height * scale / 2 + 0.5) * 2)
