"""GIFs from videos: the same frames once as animated WebP, which the pages show, and once as GIF, to take along."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.filter import Graph
from av.video.frame import VideoFrame

from videos.media import bounds
from videos.media.frames import frames_of_video

WEBP_EFFORT = "0"  # of 6
# The first one whose file is within its bound is taken.
WEBP_WAYS = ((1.0, "55"), (1.0, "30"), (0.6, "30"))  # scale and quality
GIF_WAYS = ((1.0, 128), (0.75, 96), (0.5, 64), (0.35, 32))  # scale and colours


def make_gif(source: Path, folder: Path, start_ms: int, length_ms: int) -> dict[str, Any]:
    """Write ``gif.webp`` and ``gif.gif`` of a piece of a video, or of a GIF, at most 72 frames within 360 × 640."""
    length_ms = min(length_ms, bounds.GIF_MAX_MS)
    box = (bounds.GIF_WIDTH_PX, bounds.GIF_HEIGHT_PX)
    frames = list(frames_of_video(source, start_ms, length_ms, bounds.GIF_FPS, box, also_gif=True))
    width = height = 0
    for scale, quality in WEBP_WAYS:
        width, height = write_webp(frames, folder / "gif.webp", bounds.GIF_FPS, quality, scale)
        if (folder / "gif.webp").stat().st_size <= bounds.MAX_GIF_WEBP_BYTES:
            break
    for scale, colours in GIF_WAYS:
        write_gif(frames, folder / "gif.gif", bounds.GIF_FPS, scale, colours)
        if (folder / "gif.gif").stat().st_size <= bounds.MAX_GIF_BYTES:
            break
    return {"width": width, "height": height, "frame_count": len(frames)}


def write_webp(
    frames: Sequence[VideoFrame], target: Path, fps: int, quality: str, scale: float = 1.0
) -> tuple[int, int]:
    """Write ``frames`` as an animated WebP that begins anew for ever; return its width and height in pixels."""
    width, height = _scaled(frames[0], scale)
    with av.open(str(target), "w", format="webp", options={"loop": "0", "fflags": "+bitexact"}) as output:
        stream = output.add_stream("libwebp_anim", rate=fps)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
        stream.options = {"quality": quality, "compression_level": WEBP_EFFORT, "lossless": "0"}
        for place, frame in enumerate(frames):
            shown = frame.reformat(width=width, height=height, threads=1)
            shown.pts, shown.time_base = place, Fraction(1, fps)
            output.mux(stream.encode(shown))
        output.mux(stream.encode(None))
    return width, height


def write_gif(frames: Sequence[VideoFrame], target: Path, fps: int, scale: float, colours: int) -> None:
    """Write ``frames`` as a GIF with one palette of ``colours`` for all of them."""
    width, height = _scaled(frames[0], scale)
    with av.open(str(target), "w", format="gif", options={"fflags": "+bitexact"}) as output:
        stream = output.add_stream("gif", rate=fps)
        stream.width, stream.height, stream.pix_fmt = width, height, "pal8"
        graph = _palette_graph(frames[0], fps, (width, height), colours)
        for place, frame in enumerate(frames):
            frame.pts, frame.time_base = place, Fraction(1, fps)
            graph.push(frame)
        graph.push(None)
        while True:
            try:
                indexed = graph.vpull()
            except (av.error.BlockingIOError, av.error.EOFError):
                break
            output.mux(stream.encode(indexed))
        output.mux(stream.encode(None))


def _palette_graph(frame: VideoFrame, fps: int, size: tuple[int, int], colours: int) -> Graph:
    """Return what finds one palette for all frames, then gives each frame its colours."""
    graph = Graph()
    graph.threads = 1
    form = f"video_size={frame.width}x{frame.height}:pix_fmt={frame.format.name}:pixel_aspect=1/1"
    source = graph.add("buffer", f"{form}:time_base=1/{fps}:colorspace={frame.colorspace}:range={frame.color_range}")
    scaled = graph.add("scale", f"{size[0]}:{size[1]}:flags=fast_bilinear")
    split = graph.add("split")
    palette = graph.add("palettegen", f"max_colors={colours}:reserve_transparent=0:stats_mode=diff")
    use = graph.add("paletteuse", "dither=bayer:bayer_scale=4:diff_mode=rectangle")
    sink = graph.add("buffersink")
    graph.link_nodes(source, scaled, split)
    split.link_to(palette, 0, 0)
    split.link_to(use, 1, 0)
    palette.link_to(use, 0, 1)
    use.link_to(sink, 0, 0)
    graph.configure()
    return graph


def _scaled(frame: VideoFrame, scale: float) -> tuple[int, int]:
    return max(2, round(frame.width * scale / 2) * 2), max(2, round(frame.height * scale / 2) * 2)
