"""GIFs from videos: the same frames once as animated WebP, which the pages show, and once as GIF, to take along."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
from av.filter import Graph
from av.video.frame import VideoFrame

from videos.media import bounds
from videos.media.reading import Fault, open_video

WEBP_QUALITY = "55"
WEBP_EFFORT = "0"  # of 6
WAYS_TO_SHRINK = ((1.0, 128), (0.75, 96), (0.5, 64))  # scale and colours


def make_gif(source: Path, folder: Path, start_ms: int, length_ms: int) -> dict[str, Any]:
    """Write ``gif.webp`` and ``gif.gif`` of a piece of a video, at most 72 frames within 360 × 640."""
    length_ms = min(length_ms, bounds.GIF_MAX_MS)
    box = (bounds.GIF_WIDTH_PX, bounds.GIF_HEIGHT_PX)
    frames = list(frames_of_video(source, start_ms, length_ms, bounds.GIF_FPS, box))
    write_webp(frames, folder / "gif.webp", bounds.GIF_FPS)
    for scale, colours in WAYS_TO_SHRINK:
        write_gif(frames, folder / "gif.gif", bounds.GIF_FPS, scale, colours)
        if (folder / "gif.gif").stat().st_size <= bounds.MAX_GIF_BYTES:
            break
    return {"width": frames[0].width, "height": frames[0].height, "frame_count": len(frames)}


def frames_of_video(
    source: Path, start_ms: int, length_ms: int, fps: int, box: tuple[int, int]
) -> Iterator[VideoFrame]:
    """Yield the frames of a piece of a video, ``fps`` a second, upright, scaled into ``box`` (pixels)."""
    container, stream = open_video(source)
    most = max(1, length_ms * fps // 1000)
    made = 0
    with container:
        try:
            if start_ms:
                container.seek(start_ms * 1000, backward=True)
            due = start_ms / 1000
            for frame in container.decode(stream):
                if frame.width * frame.height > bounds.MAX_FRAME_PIXELS:
                    raise Fault("too_large")
                moment = float(frame.time or 0) - float(container.start_time or 0) / av.time_base
                while made < most and moment >= due - 0.001:
                    yield fitted(frame, box)
                    made += 1
                    due += 1 / fps
                if made >= most:
                    return
        except (av.error.FFmpegError, EOFError):
            if not made:
                raise Fault("broken") from None
    if not made:
        raise Fault("broken")


def fitted(frame: VideoFrame, box: tuple[int, int]) -> VideoFrame:
    """Return ``frame`` upright and scaled down into ``box``, with even sides."""
    turned = frame.rotation % 180 != 0
    width, height = (frame.height, frame.width) if turned else (frame.width, frame.height)
    scale = min(1.0, box[0] / width, box[1] / height)
    sides = [max(2, round(side * scale / 2) * 2) for side in (frame.width, frame.height)]
    rotation = frame.rotation
    small = frame.reformat(width=sides[0], height=sides[1], format="yuv420p", interpolation="FAST_BILINEAR")
    return turn(small, rotation) if rotation else small


def turn(frame: VideoFrame, degrees: int) -> VideoFrame:
    """Return ``frame`` turned counterclockwise by ``degrees``, a multiple of 90."""
    graph = Graph()
    nodes = [graph.add_buffer(width=frame.width, height=frame.height, format=frame.format, time_base=frame.time_base)]
    nodes += [graph.add(*turning) for turning in turnings(degrees)]
    nodes.append(graph.add("buffersink"))
    graph.link_nodes(*nodes).configure()
    graph.push(frame)
    return graph.pull()  # type: ignore[return-value]


def turnings(degrees: int) -> list[tuple[str, str]]:
    """Return the filters that turn a picture counterclockwise by ``degrees``, rounded to quarters."""
    quarters = round(degrees / 90) % 4
    return {0: [], 1: [("transpose", "cclock")], 2: [("hflip", ""), ("vflip", "")], 3: [("transpose", "clock")]}[
        quarters
    ]


def write_webp(frames: list[VideoFrame], target: Path, fps: int, quality: str = WEBP_QUALITY) -> None:
    """Write ``frames`` as an animated WebP that begins anew for ever."""
    with av.open(str(target), "w", format="webp", options={"loop": "0"}) as output:
        stream = output.add_stream("libwebp_anim", rate=fps)
        stream.width, stream.height, stream.pix_fmt = frames[0].width, frames[0].height, "yuv420p"
        stream.options = {"quality": quality, "compression_level": WEBP_EFFORT, "lossless": "0"}
        for place, frame in enumerate(frames):
            frame.pts, frame.time_base = place, Fraction(1, fps)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))


def write_gif(frames: list[VideoFrame], target: Path, fps: int, scale: float, colours: int) -> None:
    """Write ``frames`` as a GIF with one palette of ``colours`` for all of them."""
    first = frames[0]
    width, height = (max(2, round(side * scale)) for side in (first.width, first.height))
    with av.open(str(target), "w", format="gif") as output:
        stream = output.add_stream("gif", rate=fps)
        stream.width, stream.height, stream.pix_fmt = width, height, "pal8"
        graph = Graph()
        source = graph.add_buffer(
            width=first.width, height=first.height, format=first.format, time_base=Fraction(1, fps)
        )
        scaled = graph.add("scale", f"{width}:{height}:flags=fast_bilinear")
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
        for place, frame in enumerate(frames):
            frame.pts, frame.time_base = place, Fraction(1, fps)
            graph.push(frame)
        graph.push(None)
        while True:
            try:
                indexed = graph.pull()
            except (av.error.BlockingIOError, av.error.EOFError):
                break
            output.mux(stream.encode(indexed))  # type: ignore[arg-type]
        output.mux(stream.encode(None))
