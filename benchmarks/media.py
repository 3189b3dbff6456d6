"""What processing files costs: ``python -m benchmarks.media [seconds of the long clip]``.

Prints the machine's cores, the time of a GIF of 72 frames on one core, the processing time of a second of video, the
disk a minute takes, and each sample of the tests with its time and its most memory.
"""

import os
import resource
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
from PIL import Image, ImageDraw, ImageFilter

from tests.media.running import Run, run_child
from tests.media.samples import SAMPLES
from videos.media import bounds

REPEATS = 7
FPS = 30


def tell(text: str) -> None:
    """Print a line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def camera_clip(path: Path, seconds: int, size: tuple[int, int], bits_per_s: int, preset: str) -> None:
    """Write a clip like a phone's: a textured scene that pans, with sound."""
    width, height = size
    texture = Image.effect_noise((width * 2, height), 70).filter(ImageFilter.GaussianBlur(2)).convert("RGB")
    shapes = ImageDraw.Draw(texture)
    for number in range(60):
        x, y = number * 97 % (width * 2), number * 211 % height
        shapes.ellipse((x, y, x + 140, y + 140), fill=(number * 40 % 255, number * 70 % 255, number * 23 % 255))
    with av.open(str(path), "w") as output:
        video = output.add_stream("libx264", rate=FPS)
        video.width, video.height, video.pix_fmt, video.bit_rate = width, height, "yuv420p", bits_per_s
        video.options = {"preset": preset}
        sound = output.add_stream("aac", rate=48_000, layout="stereo")
        for number in range(seconds * FPS):
            shift = number * 6 % width
            frame = av.VideoFrame.from_image(texture.crop((shift, 0, shift + width, height)))
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
        for place in range(seconds * 48_000 // 1024):
            quiet = av.AudioFrame(format="fltp", layout="stereo", samples=1024)
            for plane in quiet.planes:
                plane.update(bytes(plane.buffer_size))
            quiet.sample_rate, quiet.pts = 48_000, place * 1024
            output.mux(sound.encode(quiet))
        output.mux(sound.encode(None))


def cpu_of(work: Callable[[], Run]) -> tuple[float, Run]:
    """Return the processor's seconds that ``work`` took in child processes, and what came of it."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done


def spread(values: list[float]) -> str:
    """Describe what was measured several times."""
    return f"median {statistics.median(values):.2f} s, {min(values):.2f} to {max(values):.2f}"


def gifs(folder: Path, source: Path) -> None:
    """72 frames of 360 × 640 as WebP and as GIF, on one core."""
    cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(cores)})
    times, clocks = [], []
    done: Any = None
    for _ in range(REPEATS):
        cpu, done = cpu_of(lambda: run_child("gif", source, folder, 0, bounds.GIF_MAX_MS))
        times.append(cpu)
        clocks.append(done.seconds)
    os.sched_setaffinity(0, cores)
    sizes = {path.name: path.stat().st_size // 1024 for path in folder.iterdir()}
    tell(f"GIF {done.result}: processor {spread(times)}; clock {spread(clocks)}; KiB {sizes}")


def videos(folder: Path, name: str, source: Path, seconds: int) -> None:
    """How long a second of video takes, and what a minute of it leaves on the disk."""
    clocks, cpus = [], []
    done: Any = None
    for _ in range(3):
        cpu, done = cpu_of(lambda: run_child("video", source, folder))
        clocks.append(done.seconds / seconds)
        cpus.append(cpu / seconds)
    disk = sum(path.stat().st_size for path in folder.iterdir()) * 60 / seconds / 1024 / 1024
    tell(
        f"{name} ({seconds} s, {source.stat().st_size / 2**20:.1f} MiB): a second takes {spread(clocks)} by the clock, "
        f"{spread(cpus)} of the processor; a minute takes {disk:.1f} MiB; peak {done.peak_mib:.0f} MiB"
    )


def samples(folder: Path) -> None:
    """Each sample of the tests."""
    tell("| file | made into | outcome | seconds | peak MiB |\n| --- | --- | --- | --- | --- |")
    for name, make in sorted(SAMPLES.items()):
        source = folder / f"sample-{name}"
        source.write_bytes(make())
        kinds = ("video",) if name.endswith((".mp4", ".mov", ".webm")) else ("photo", "sticker")
        for kind in kinds:
            with tempfile.TemporaryDirectory() as target:
                done = run_child(kind, source, Path(target))
            tell(f"| {name} | {kind} | {done} | {done.seconds:.2f} | {done.peak_mib:.0f} |")


def main() -> None:
    """Measure everything."""
    seconds = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    tell(f"{os.cpu_count()} cores")
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        phone, lean = folder / "phone.mp4", folder / "lean.mp4"
        camera_clip(phone, seconds, (1080, 1920), 14_000_000, "ultrafast")
        camera_clip(lean, seconds, (720, 1280), 2_500_000, "veryfast")
        for made in ("gif", "phone", "lean"):
            (folder / made).mkdir()
        gifs(folder / "gif", lean)
        videos(folder / "phone", "1080 × 1920, encoded anew", phone, seconds)
        videos(folder / "lean", "720 × 1280, copied", lean, seconds)
        samples(folder)


if __name__ == "__main__":
    main()
