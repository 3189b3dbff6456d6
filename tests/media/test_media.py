"""Every kind of file has its expected end, takes little, and leaves nothing of what it said about itself."""

import os
import signal
from pathlib import Path

import av
import pytest
from PIL import Image

from tests.media.films import FILMS, film
from tests.media.pictures import MARK, PICTURES, SECRET
from tests.media.running import run_child
from videos import media
from videos.media import making, running

pytestmark = pytest.mark.once

MOST_MIB = 500
MADE = "made"
REFUSED = {
    "gif-bomb.gif": "too_large",
    "png-bomb.png": "too_large",
    "truncated.jpg": "broken",
    "cut-off.png": "broken",
    "nothing.jpg": "empty",
    "page.jpg": "not_picture",
    "drawing.svg": "not_picture",
    "too-huge.mp4": "too_large",
    "long.mp4": "too_long",
    "lying.mp4": "too_long",
    "cut-off.mp4": "broken",
    "cut-short.mp4": "broken",
    "nothing.mp4": "empty",
    "page.mp4": "not_video",
    "list.mp4": "not_video",
    "concat.mp4": "not_video",
    "picture.mp4": "not_video",
}
SIZES = {
    "camera.jpg": (300, 400),
    "huge.jpg": (2048, 1536),
    "panorama.jpg": (2048, 68),
    "tiny.png": (1, 1),
    "rotated.mov": (160, 288),
    "huge.mp4": (1280, 720),
    "tiny.mp4": (16, 16),
}
SECONDS = {
    "phone.mp4": 2.0,
    "rotated.mov": 2.0,
    "silent.mp4": 2.0,
    "quick.mp4": 1.0,
    "uneven.mp4": 4.7,
    "corrupted.mp4": 4.0,
    "trimmed.mp4": 5.0,
}
FILES = {
    "photo": {"640.webp", "2048.webp"},
    "sticker": {"sticker.webp"},
    "gif": {"gif.webp", "gif.gif"},
    "video": {"video.mp4", "poster.webp", "preview.webp"},
}
JOBS = [*(("photo", name) for name in PICTURES), *(("sticker", name) for name in PICTURES)]
JOBS += [("video", name) for name in FILMS] + [("gif", name) for name in ("phone.mp4", "rotated.mov", "page.mp4")]


@pytest.fixture(scope="session")
def sample(tmp_path_factory):
    """Make a sample when it is first asked for; return its path."""
    folder = tmp_path_factory.mktemp("samples")

    def path_of(name: str) -> Path:
        path = folder / name
        if not path.exists():
            path.write_bytes((PICTURES | FILMS)[name]())
        return path

    return path_of


@pytest.mark.parametrize(("make", "name"), JOBS)
def test_every_file_has_its_end(make, name, sample, tmp_path):
    done = run_child(make, sample(name), tmp_path)
    assert str(done) == REFUSED.get(name, MADE)
    assert 0 < done.peak_mib < MOST_MIB
    if done.result is None:
        return
    assert {path.name for path in tmp_path.iterdir()} == FILES[make]
    if make != "sticker" and name in SIZES:
        assert (done.result["width"], done.result["height"]) == SIZES[name]
    if make == "video" and name in SECONDS:
        assert done.result["duration_ms"] == pytest.approx(SECONDS[name] * 1000, abs=120)
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        for word in (MARK, SECRET.encode(), b"Exif", b"GPS"):
            assert word not in content, (path.name, word)


def corners(picture: Image.Image) -> str:
    """Name the colours of the corners, clockwise from the top left."""
    names = {(1, 0, 0): "red", (0, 1, 0): "green", (0, 0, 1): "blue", (1, 1, 0): "yellow"}
    x, y = picture.width // 8, picture.height // 8
    places = [(x, y), (-x, y), (-x, -y), (x, -y)]
    rgb = picture.convert("RGB")
    found = [rgb.getpixel((a % picture.width, b % picture.height)) for a, b in places]
    return " ".join(names[tuple(part > 110 for part in colour)] for colour in found)  # type: ignore[index, union-attr]


@pytest.mark.parametrize(
    ("make", "name", "expected"),
    [
        ("photo", "camera.jpg", "yellow red green blue"),
        ("photo", "print.jpg", "red green blue yellow"),
        ("photo", "modern.avif", "red green blue yellow"),
        ("video", "phone.mp4", "red green blue yellow"),
        ("video", "rotated.mov", "yellow red green blue"),
        ("gif", "rotated.mov", "yellow red green blue"),
    ],
)
def test_what_was_held_sideways_stands_upright(make, name, expected, sample, tmp_path):
    run_child(make, sample(name), tmp_path)
    for path in tmp_path.glob("*.webp"):
        assert corners(Image.open(path)) == expected, path.name


@pytest.mark.parametrize("name", ["phone.mp4", "rotated.mov", "clip.webm", "ten-bit.mp4", "uneven.mp4", "quick.mp4"])
def test_a_video_plays_everywhere(name, sample, tmp_path):
    run_child("video", sample(name), tmp_path)
    content = (tmp_path / "video.mp4").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")  # its index first: it starts before all is there
    with av.open(str(tmp_path / "video.mp4")) as container:
        video = container.streams.video[0]
        frames = list(container.decode(video))
        assert (video.codec_context.name, video.pix_fmt, frames[0].rotation) == ("h264", "yuv420p", 0)
        assert video.average_rate <= 31
        assert [track.codec_context.name for track in container.streams.audio] in ([], ["aac"])
        assert container.metadata.keys() <= {"major_brand", "minor_version", "compatible_brands", "encoder"}


def test_stickers_lose_their_empty_borders_and_keep_moving(sample, tmp_path):
    done = run_child("sticker", sample("animation.webp"), tmp_path)
    assert (done.result["width"], done.result["height"]) == (37, 50)
    assert Image.open(tmp_path / "sticker.webp").n_frames == 8


def test_nothing_is_moving_for_longer_than_it_may(sample, tmp_path):
    run_child("sticker", sample("many-frames.gif"), tmp_path)
    picture = Image.open(tmp_path / "sticker.webp")
    total = 0
    for number in range(picture.n_frames):
        picture.seek(number)
        picture.load()
        total += picture.info["duration"]
    assert total <= 3100


def test_a_gif_is_the_piece_that_was_asked_for(tmp_path):
    source = tmp_path / "source.mp4"
    source.write_bytes(film(8.0, (720, 1280)))
    made = media.make_gif(source, tmp_path, start_s=1.0, length_s=60)
    assert (made.width, made.height, made.frame_count) == (360, 640, 72)
    for name in ("gif.webp", "gif.gif"):
        assert Image.open(tmp_path / name).size == (360, 640)


def test_the_child_knows_no_secret(monkeypatch, tmp_path):
    monkeypatch.setenv("SECRET_KEY", "known to nobody")
    seen = []
    start = running.subprocess.Popen

    def watched(*args, **kwargs):
        seen.append(kwargs)
        return start(*args, **kwargs)

    monkeypatch.setattr(running.subprocess, "Popen", watched)
    source = tmp_path / "x.png"
    source.write_bytes(PICTURES["tiny.png"]())
    media.make_photo(source, tmp_path)
    assert seen[0]["env"].keys() == {"PATH", "PYTHONPATH", "LANG"}


def test_a_child_that_takes_too_long_is_killed_with_all_it_started(monkeypatch, tmp_path):
    started = []
    start = running._start
    monkeypatch.setattr(running, "_start", lambda complaints: started.append(start(complaints)) or started[0])
    monkeypatch.setattr(making.bounds, "PICTURE_SECONDS", 0)
    source = tmp_path / "x.png"
    source.write_bytes(PICTURES["large.png"]())
    with pytest.raises(media.Unusable) as error:
        media.make_photo(source, tmp_path)
    assert error.value.code == "too_complex"
    assert error.value.sentence
    assert started[0].returncode == -signal.SIGKILL
    with pytest.raises(ProcessLookupError):
        os.killpg(started[0].pid, 0)


def test_too_many_at_once_are_asked_to_come_back(monkeypatch, tmp_path):
    monkeypatch.setattr(running, "PATIENCE_SECONDS", 0)
    source = tmp_path / "x.png"
    source.write_bytes(PICTURES["tiny.png"]())
    with making._pictures, making._pictures, pytest.raises(media.Busy):
        media.make_photo(source, tmp_path)
    assert media.make_photo(source, tmp_path).width == 1


@pytest.mark.parametrize(("make", "most"), [(media.make_photo, 20), (lambda s, f: media.make_video(s, f, print), 100)])
def test_a_heavy_file_is_not_even_opened(make, most, tmp_path):
    source = tmp_path / "x"
    with source.open("wb") as file:
        file.truncate(most * 1024 * 1024 + 1)
    with pytest.raises(media.Unusable) as error:
        make(source, tmp_path)
    assert error.value.code == "too_heavy"
