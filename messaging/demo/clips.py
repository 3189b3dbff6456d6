"""Short videos for the demo, drawn frame by frame: moving scenes in the colours of the drawn pictures."""

import io
import math
import random
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

import av
from PIL import Image, ImageDraw

WIDTH, HEIGHT = 720, 1280  # pixels
SECONDS, FPS = 4, 20
RATE = 48_000  # of the sound
TURN = 2 * math.pi
Draw = Callable[[ImageDraw.ImageDraw, float], None]


@dataclass(frozen=True)
class Clip:
    """A video of the demo; ``draw`` paints the moment ``t`` (0 to 1, the end meets the beginning)."""

    name: str
    author: str
    caption: str
    top: str
    bottom: str
    draw: Draw
    notes: tuple[float, ...] = ()  # hertz, one after the other
    likes: tuple[str, ...] = ()


def encoded(clip: Clip) -> bytes:
    """Return the video as an MP4 file."""
    file = io.BytesIO()
    ground = _fade(clip.top, clip.bottom)
    with av.open(file, "w", format="mp4") as output:
        video = output.add_stream("libx264", rate=FPS)
        video.width, video.height, video.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        video.options = {"preset": "veryfast", "crf": "24", "g": str(2 * FPS)}
        sound = output.add_stream("aac", rate=RATE, layout="mono") if clip.notes else None
        for number in range(SECONDS * FPS):
            picture = ground.copy()
            clip.draw(ImageDraw.Draw(picture, "RGBA"), number / (SECONDS * FPS))
            output.mux(video.encode(av.VideoFrame.from_image(picture)))
        output.mux(video.encode(None))
        if sound:
            for frame in _tones(clip.notes):
                output.mux(sound.encode(frame))
            output.mux(sound.encode(None))
    return file.getvalue()


def _fade(top: str, bottom: str) -> Image.Image:
    mask = Image.linear_gradient("L").resize((WIDTH, HEIGHT))
    return Image.composite(Image.new("RGB", mask.size, bottom), Image.new("RGB", mask.size, top), mask)


def _tones(notes: tuple[float, ...]) -> list[av.AudioFrame]:
    """Return soft plucked tones, one after the other, over the whole length."""
    samples = bytearray()
    length = SECONDS * RATE
    for place in range(length):
        number = place * len(notes) // length
        since = (place - number * length // len(notes)) / RATE
        value = 0.25 * math.exp(-4 * since) * min(1.0, since * 200) * math.sin(TURN * notes[number] * since)
        samples += int(value * 32767).to_bytes(2, "little", signed=True)
    frames = []
    for begin in range(0, length - 1024, 1024):
        frame = av.AudioFrame(format="s16", layout="mono", samples=1024)
        frame.planes[0].update(bytes(samples[begin * 2 : (begin + 1024) * 2]))
        frame.sample_rate, frame.pts, frame.time_base = RATE, begin, Fraction(1, RATE)
        frames.append(frame)
    resampler = av.AudioResampler(format="fltp", layout="mono", rate=RATE)
    return [one for frame in frames for one in resampler.resample(frame)]


def _dot(draw: ImageDraw.ImageDraw, x: float, y: float, radius: float, colour: str) -> None:
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), colour)


def _cloud(draw: ImageDraw.ImageDraw, x: float, y: float, size: float, colour: str) -> None:
    for across, up, radius in ((-0.9, 0, 0.5), (-0.3, -0.25, 0.65), (0.4, -0.1, 0.6), (0.95, 0.05, 0.42)):
        _dot(draw, x + across * size, y + up * size, radius * size, colour)
    draw.rounded_rectangle((x - 1.4 * size, y, x + 1.37 * size, y + 0.5 * size), 0.25 * size, colour)


def plane(draw: ImageDraw.ImageDraw, t: float) -> None:
    """A paper airplane loops through the clouds."""
    for left, top, width, speed in ((100, 260, 70, 1), (500, 520, 90, 1), (250, 900, 110, 2), (600, 1100, 80, 1)):
        _cloud(draw, (left - t * speed * (WIDTH + 400)) % (WIDTH + 400) - 200, top, width, "#ffffffdd")
    angle = 0.5 * math.sin(TURN * t)
    x, y = WIDTH / 2 + 120 * math.sin(TURN * t), 620 - 180 * math.cos(TURN * t)

    def at(across: float, down: float) -> tuple[float, float]:
        cosine, sine = math.cos(angle), math.sin(angle)
        return x + across * cosine - down * sine, y + across * sine + down * cosine

    for part in range(9):
        _dot(draw, *at(-150 - part * 34, 20 + 14 * math.sin(part + TURN * t)), 7 - part * 0.6, "#ffffffaa")
    draw.polygon([at(190, -60), at(-150, -20), at(-40, 30)], "#ffffff")
    draw.polygon([at(190, -60), at(-40, 30), at(-60, 110)], "#f3c5d2")
    draw.polygon([at(190, -60), at(-40, 30), at(30, 78)], "#ffe9ef")


def sea(draw: ImageDraw.ImageDraw, t: float) -> None:
    """Waves under the moon."""
    stars = random.Random(4)  # noqa: S311  (where the stars stand)
    for number in range(40):
        glow = 0.5 + 0.5 * math.sin(TURN * (t + number / 7))
        place = stars.random() * WIDTH, stars.random() * 560
        _dot(draw, *place, 2 + 2 * glow, f"#ffffff{int(90 + 150 * glow):02x}")
    _dot(draw, 500, 300, 120, "#fff3cf22")
    _dot(draw, 500, 300, 92, "#fff3cf")
    for x, y, radius in ((470, 270, 16), (525, 320, 22), (505, 250, 9)):
        _dot(draw, x, y, radius, "#f1dfae")
    for row, colour in enumerate(("#2f83a6", "#256c93", "#1b567d", "#143f63", "#0d2d4b")):
        height = 640 + row * 130
        sway = TURN * t * (1 if row % 2 else -1)
        crest = [(x, height + 22 * math.sin(x / 95 + sway + row * 1.7)) for x in range(0, WIDTH + 30, 30)]
        draw.polygon([*crest, (WIDTH, HEIGHT), (0, HEIGHT)], colour)
        width = 90 - row * 9 + 20 * math.sin(TURN * t + row)
        draw.rounded_rectangle((500 - width, height + 52, 500 + width, height + 62), 5, "#fbe9b7bb")


def record(draw: ImageDraw.ImageDraw, t: float) -> None:
    """A record turns, its needle in the groove."""
    x, y = WIDTH / 2, 600
    _dot(draw, x, y + 14, 312, "#00000033")
    _dot(draw, x, y, 310, "#231f26")
    for radius in range(130, 300, 24):
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline="#3d3742", width=4)
    turned = 360 * t * 2
    for begin in (0, 180):
        draw.pieslice((x - 300, y - 300, x + 300, y + 300), begin + turned, begin + turned + 26, "#ffffff1e")
    _dot(draw, x, y, 112, "#d8434e")
    for number in range(6):
        angle = TURN * number / 6 + math.radians(turned)
        _dot(draw, x + 74 * math.cos(angle), y + 74 * math.sin(angle), 12, "#f2b84b")
    _dot(draw, x, y, 16, "#f2b84b")
    sway = 8 * math.sin(TURN * t)
    draw.line((650, 250, 600 + sway, 480, 520 + sway, 650), "#f7efe4", 16, "curve")
    _dot(draw, 650, 250, 38, "#f7efe4")
    for number in range(9):
        tall = 40 + 34 * abs(math.sin(TURN * (t * 4 + number / 9)))
        left = 170 + number * 44
        draw.rounded_rectangle((left, 1110 - tall, left + 26, 1110 + tall), 13, "#fff6e0cc")


def confetti(draw: ImageDraw.ImageDraw, t: float) -> None:
    """Confetti comes down on a cake."""
    rain = random.Random(7)  # noqa: S311  (where it falls)
    for number in range(90):
        x = rain.random() * WIDTH + 30 * math.sin(TURN * (t + rain.random()))
        y = (rain.random() + t * (1 + number % 2)) % 1 * (HEIGHT + 80) - 40
        colour = ("#ff5d8f", "#ffd166", "#06d6a0", "#4cc9f0", "#b388eb")[number % 5]
        wide = 14 * abs(math.cos(TURN * (t * 2 + rain.random()))) + 3
        draw.rectangle((x - wide, y - 12, x + wide, y + 12), colour)
    draw.rounded_rectangle((150, 860, 570, 1060), 30, "#8a4f7d")
    draw.rounded_rectangle((150, 860, 570, 930), 30, "#ffe3ec")
    for number in range(6):
        _dot(draw, 185 + number * 70, 930 + 14 * math.sin(number), 34, "#ffe3ec")
    draw.rounded_rectangle((110, 1050, 610, 1086), 18, "#fff8fb")
    for number, x in enumerate((250, 360, 470)):
        draw.rounded_rectangle((x - 12, 740, x + 12, 862), 8, ("#4cc9f0", "#ffd166", "#06d6a0")[number])
        flame = 26 + 7 * math.sin(TURN * (t * 6 + number / 3))
        draw.ellipse((x - 15, 722 - flame, x + 15, 734), "#ffb703")
        draw.ellipse((x - 8, 722 - flame * 0.4, x + 8, 732), "#fff3b0")


def train(draw: ImageDraw.ImageDraw, t: float) -> None:
    """Hills and lights pass a window of the night train."""
    _dot(draw, 530, 330, 60, "#fff1c9")
    for row, (colour, height, speed) in enumerate((("#3a3f74", 640, 1), ("#2b2f5c", 760, 2), ("#1d2147", 880, 3))):
        shift = t * speed * 720
        crest = [
            (x, height + 50 * math.sin((x + shift) / 720 * TURN) + 24 * math.sin((x + shift) / 240 * TURN + row))
            for x in range(0, WIDTH + 20, 20)
        ]
        draw.polygon([*crest, (WIDTH, HEIGHT), (0, HEIGHT)], colour)
    for number in range(9):
        x = (number * 160 - t * 1440) % 1440 - 200
        _dot(draw, x, 960 + 12 * math.sin(number * 2.1), 9, "#ffd98a")
        _dot(draw, x, 960 + 12 * math.sin(number * 2.1), 22, "#ffd98a33")
    draw.rectangle((0, 0, WIDTH, 150), "#4a2c2a")
    draw.rectangle((0, 1090, WIDTH, HEIGHT), "#4a2c2a")
    draw.rectangle((0, 1076, WIDTH, 1104), "#6d4542")
    for left in (0, WIDTH - 70):
        draw.rectangle((left, 0, left + 70, HEIGHT), "#5a3835")
    bob = 3 * math.sin(TURN * t * 6)
    draw.rounded_rectangle((300, 960 + bob, 430, 1080 + bob), 20, "#f6efe6")
    draw.arc((405, 985 + bob, 480, 1050 + bob), -90, 90, "#f6efe6", 14)


def kettle(draw: ImageDraw.ImageDraw, t: float) -> None:
    """Oranges go round a steaming cup."""
    for number in range(3):
        points = []
        for step in range(24):
            swing = (12 + step * 1.6) * math.sin(TURN * (t + step / 16 + number / 3))
            points.append((290 + number * 70 + swing, 640 - step * 20))
        draw.line(points, "#ffffff66", 20, "curve")
    draw.rounded_rectangle((200, 650, 520, 940), 70, "#fffaf2")
    draw.rectangle((200, 650, 520, 800), "#fffaf2")
    draw.ellipse((200, 610, 520, 690), "#f1e4d0")
    draw.ellipse((222, 622, 498, 678), "#7b4a2d")
    draw.arc((480, 700, 610, 860), -100, 110, "#fffaf2", 30)
    draw.ellipse((130, 930, 590, 1000), "#fffaf2")
    for number in range(5):
        angle = TURN * (t + number / 5)
        x, y = WIDTH / 2 + 300 * math.cos(angle), 1090 + 46 * math.sin(angle)
        size = 56 + 12 * math.sin(angle)
        _dot(draw, x, y, size, "#f28c28")
        _dot(draw, x - size * 0.3, y - size * 0.3, size * 0.3, "#ffb35c")
        draw.ellipse((x + 4, y - size - 16, x + 38, y - size + 6), "#5a8f3d")


CLIPS = (
    Clip("plane", "tomas", "First test flight from the balcony. It found a shortcut.", "#7fb7e8", "#fde3d4", plane,
         (523, 659, 784, 659), ("mira", "amara.n", "aoi_k", "layla.k")),
    Clip("train", "aoi_k", "夜行列車。The window seat, somewhere after eleven.", "#1b1f4b", "#6b5b95", train, (),
         ("mira", "tomas")),
    Clip("record", "kofi", "Side B, as it should be heard", "#f2b84b", "#d9782d", record,
         (98, 98, 131, 117, 98, 147, 131, 117), ("tomas", "mira")),
    Clip("kettle", "amara.n", "Orange season is a state of mind 🍊", "#f9d9a8", "#e9a26a", kettle, (),
         ("layla.k", "mira", "kofi")),
    Clip("sea", "elif.d", "Four degrees. I went in.", "#101a3c", "#3f5fa8", sea, (220, 262, 330, 262), ("priya.r",)),
    Clip("confetti", "mira", "For everyone who turned thirty-something this week", "#ffd7e4", "#ffb3c9", confetti,
         (392, 440, 494, 523, 587, 523), ("tomas", "amara.n", "kofi", "layla.k", "priya.r")),
)  # fmt: skip
