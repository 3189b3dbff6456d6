"""Videos as people, cameras and attackers make them, each encoded here."""

import random
import struct
import tempfile
from collections.abc import Callable
from fractions import Fraction

import av
from PIL import ImageDraw

from tests.media.pictures import MARK, SECRET, quarters, saved

QUARTER_TURN = struct.pack(">9i", 0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000)  # clockwise


def film(
    seconds: float = 2.0,
    size: tuple[int, int] = (160, 288),
    fps: int = 12,
    *,
    form: str = "mp4",
    codec: str = "libx264",
    pixels: str = "yuv420p",
    sound: bool = True,
    times: Callable[[int], int] = int,
    options: dict[str, str] | None = None,
) -> bytes:
    """Return a video of the four quarters with a dot that moves; ``times`` gives a frame's place in the clock."""
    ground = quarters(size)
    with tempfile.NamedTemporaryFile() as file, av.open(file.name, "w", format=form, options=options or {}) as output:
        output.metadata.update({"title": SECRET, "location": SECRET})
        video = output.add_stream(codec, rate=fps)
        video.width, video.height, video.pix_fmt = *size, pixels
        video.time_base = Fraction(1, fps * 10)
        video.options = {"preset": "ultrafast"} if codec == "libx264" else {"deadline": "realtime", "cpu-used": "8"}
        audio = output.add_stream("aac" if form == "mp4" else "libopus", rate=48_000, layout="mono") if sound else None
        for number in range(round(seconds * fps)):
            picture = ground.copy()
            across = size[0] * (number % fps) // fps
            ImageDraw.Draw(picture).rectangle((across, size[1] // 2, across + 6, size[1] // 2 + 6), fill="white")
            frame = av.VideoFrame.from_image(picture).reformat(format=pixels)
            frame.pts, frame.time_base = times(number) * 10, Fraction(1, fps * 10)
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
        if audio:
            for place in range(int(seconds * 48_000) // 1024):
                frame = av.AudioFrame(format="fltp" if form == "mp4" else "flt", layout="mono", samples=1024)
                for plane in frame.planes:
                    plane.update(bytes(plane.buffer_size))
                frame.sample_rate, frame.pts, frame.time_base = 48_000, place * 1024, Fraction(1, 48_000)
                output.mux(audio.encode(frame))
            output.mux(audio.encode(None))
        output.close()
        return file.read()


def rotated() -> bytes:
    """Return what a phone writes that was held upright: a wide picture, and the word to turn it."""
    content = bytearray(film(size=(288, 160)))
    place = content.index(b"tkhd") + 4 + 40
    content[place : place + 36] = QUARTER_TURN
    return bytes(content)


def lying() -> bytes:
    """Return 61 seconds that call themselves five."""
    return _shortened(b"free")


def trimmed() -> bytes:
    """Return 61 seconds of which five are to be shown: the others were cut away in an editor, and are still there."""
    return _shortened(b"elst")


def _shortened(edits: bytes) -> bytes:
    content = bytearray(minute_and_more())
    for name, skipped in ((b"mvhd", 16), (b"tkhd", 20), (b"mdhd", 16)):
        place = content.index(name) + 4 + skipped
        content[place : place + 4] = struct.pack(">I", 5000)
    edit = content.index(b"elst")
    content[edit + 12 : edit + 16] = struct.pack(">I", 5000)
    content[edit : edit + 4] = edits
    return bytes(content)


def minute_and_more() -> bytes:
    """Return 61 seconds."""
    return film(61, (32, 32), 2, sound=False)


def corrupted() -> bytes:
    """Return a video with rubbish in its middle."""
    content = bytearray(film(4.0, options={"movflags": "faststart"}))
    middle = len(content) // 2
    content[middle : middle + 400] = random.Random(1).randbytes(400)
    return bytes(content)


def shown_late(number: int) -> int:
    """Return the place of a frame of a recording that stutters: some frames come late, some at once."""
    return number + (number // 5) * 3


FILMS: dict[str, Callable[[], bytes]] = {
    "phone.mp4": film,
    "rotated.mov": rotated,
    "tiny.mp4": lambda: film(1.0, (16, 16), sound=False),
    "odd.mp4": lambda: film(1.0, (162, 290), sound=False),
    "huge.mp4": lambda: film(0.5, (4096, 2304), 4, sound=False),
    "too-huge.mp4": lambda: film(0.3, (4096, 4096), 4, sound=False),
    "clip.webm": lambda: film(1.0, form="webm", codec="libvpx", sound=False),
    "webm-named.mp4": lambda: film(1.0, form="webm", codec="libvpx", sound=False),
    "ten-bit.mp4": lambda: film(1.0, pixels="yuv420p10le", sound=False),
    "uneven.mp4": lambda: film(3.0, times=shown_late, sound=False),
    "quick.mp4": lambda: film(1.0, fps=120, sound=False),
    "silent.mp4": lambda: film(sound=False),
    "polyglot.mp4": lambda: film() + MARK,
    "long.mp4": minute_and_more,
    "lying.mp4": lying,
    "trimmed.mp4": trimmed,
    "cut-off.mp4": lambda: film()[:-1500],
    "cut-short.mp4": lambda: film(8.0, options={"movflags": "faststart"})[:-9000],
    "corrupted.mp4": corrupted,
    "nothing.mp4": lambda: b"",
    "page.mp4": lambda: b"<!doctype html>" + MARK,
    "list.mp4": lambda: b"#EXTM3U\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
    "concat.mp4": lambda: b"ffconcat version 1.0\nfile /etc/passwd\n",
    "picture.mp4": lambda: saved(quarters((9, 9)), "PNG"),
}
