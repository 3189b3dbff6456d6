"""Short films for tests: a dot that wanders over a gradient, and a tone."""

import array
import math
from fractions import Fraction
from pathlib import Path

import av
from PIL import Image, ImageDraw

FRAMES_A_SECOND = 15
SAMPLES_A_SECOND = 48_000
SAMPLES_A_FRAME = 1024


def picture(number: int, count: int, size: tuple[int, int], hue: int) -> Image.Image:
    """Return one picture of the film."""
    top, bottom = (Image.new("HSV", (1, 1), (hue, 150, value)).convert("RGB").getpixel((0, 0)) for value in (90, 240))
    image = Image.new("RGB", size, top)
    image.paste(Image.new("RGB", size, bottom), mask=Image.linear_gradient("L").resize(size))
    turn = 2 * math.pi * number / count
    x, y = size[0] * (0.5 + 0.3 * math.cos(turn)), size[1] * (0.5 + 0.3 * math.sin(turn))
    radius = min(size) / 8
    ImageDraw.Draw(image).ellipse((x - radius, y - radius, x + radius, y + radius), fill="white")
    return image


def write_files(folder: Path, *, size: tuple[int, int] = (216, 384), seconds: int = 4, hue: int = 160) -> None:
    """Write what the site serves of a video that is ready: ``video.mp4``, ``poster.webp``, ``preview.webp``."""
    folder.mkdir(parents=True, exist_ok=True)
    count = seconds * FRAMES_A_SECOND
    pictures = [picture(number, count, size, hue) for number in range(count)]
    with av.open(str(folder / "video.mp4"), "w", options={"movflags": "+faststart"}) as film:
        stream = film.add_stream("libx264", rate=FRAMES_A_SECOND, options={"g": "15", "preset": "ultrafast"})
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        tone = film.add_stream("aac", rate=SAMPLES_A_SECOND, layout="mono")
        for image in pictures:
            film.mux(stream.encode(av.VideoFrame.from_image(image)))
        film.mux(stream.encode())
        for start in range(0, seconds * SAMPLES_A_SECOND, SAMPLES_A_FRAME):
            film.mux(tone.encode(_sound(start)))
        film.mux(tone.encode())
    pictures[0].save(folder / "poster.webp", quality=80)
    preview = [image.resize((size[0] // 2, size[1] // 2)) for image in pictures[::3]]
    preview[0].save(folder / "preview.webp", save_all=True, append_images=preview[1:], duration=200, loop=0)


def _sound(start: int) -> av.AudioFrame:
    frame = av.AudioFrame("fltp", "mono", SAMPLES_A_FRAME)
    frame.sample_rate, frame.pts, frame.time_base = SAMPLES_A_SECOND, start, Fraction(1, SAMPLES_A_SECOND)
    step = 2 * math.pi * 330 / SAMPLES_A_SECOND
    wave = array.array("f", (0.1 * math.sin(step * (start + offset)) for offset in range(SAMPLES_A_FRAME)))
    frame.planes[0].update(wave.tobytes())
    return frame
