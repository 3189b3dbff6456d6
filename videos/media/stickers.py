"""Stickers: still or moving, without empty borders, and small."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from videos.media import bounds
from videos.media.frames import frames_of_video
from videos.media.pictures import METHOD, upright
from videos.media.reading import Fault, is_video, open_picture

# The first one whose file is within its bound is taken.
WAYS = ((1.0, 82), (1.0, 50), (0.7, 50), (0.5, 40), (0.3, 30))  # scale and quality
MOVING_METHOD = 1
TRANSPARENT = 8  # of 255: less than this is nothing to see
MOVING_FORMATS = {"GIF", "PNG", "WEBP", "AVIF"}
# GIFs that say less than this are shown at ten frames a second by all browsers.
LEAST_FRAME_MS, USUAL_FRAME_MS = 20, 100
MOST_FPS = 30
MOST_FRAMES_READ = bounds.STICKER_MAX_MS // LEAST_FRAME_MS

Timed = list[tuple[Image.Image, int]]


def make_sticker(source: Path, folder: Path, start_ms: int, length_ms: int) -> dict[str, Any]:
    """Write ``sticker.webp`` from a picture, an animation, or a piece of a video."""
    length_ms = min(length_ms, bounds.STICKER_MAX_MS)
    if is_video(source):
        box = (bounds.STICKER_PX, bounds.STICKER_PX)
        images = (
            one.to_image(threads=1) for one in frames_of_video(source, start_ms, length_ms, bounds.STICKER_FPS, box)
        )
        frames = [(image, 1000 // bounds.STICKER_FPS) for image in images]
    elif source.stat().st_size > bounds.MAX_STICKER_BYTES:
        raise Fault("too_heavy")
    else:
        frames = _trimmed(list(_frames(open_picture(source), length_ms)))
    target = folder / "sticker.webp"
    width = height = 0
    for scale, quality in WAYS:
        width, height = _save(frames, target, scale, quality)
        if target.stat().st_size <= bounds.MAX_STICKER_WEBP_BYTES:
            break
    return {"width": width, "height": height, "animated": len(frames) > 1}


def _frames(picture: Image.Image, length_ms: int) -> Iterator[tuple[Image.Image, int]]:
    """Yield the frames of a picture with their milliseconds: as many as there are in ``length_ms``."""
    if picture.format not in MOVING_FORMATS or not getattr(picture, "is_animated", False):
        yield upright(picture, bounds.STICKER_PX).convert("RGBA"), 0
        return
    elapsed = owed = 0
    for place in range(MOST_FRAMES_READ):
        frame, said_ms = _frame_at(picture, place)
        if frame is None:
            if not elapsed:
                raise Fault("broken")
            return
        owed += said_ms if said_ms >= LEAST_FRAME_MS else USUAL_FRAME_MS
        # Quicker than anyone can see: its time goes to the next one.
        if owed >= 1000 // MOST_FPS:
            shown_ms = min(owed, length_ms - elapsed)
            frame.thumbnail((bounds.STICKER_PX,) * 2, Image.Resampling.BILINEAR)
            yield frame, shown_ms
            elapsed, owed = elapsed + shown_ms, 0
        if elapsed >= length_ms:
            return


def _frame_at(picture: Image.Image, place: int) -> tuple[Image.Image | None, int]:
    """Return a frame and the milliseconds it says it lasts; None where there are no more, or the rest is damaged."""
    try:
        picture.seek(place)
        # Canvases can grow on the way.
        if picture.width * picture.height > bounds.MAX_ANIMATION_PIXELS:
            raise Fault("too_large")
        return picture.convert("RGBA"), int(picture.info.get("duration") or 0)
    except (Fault, MemoryError):
        raise
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise Fault("too_large") from None
    except Exception:  # EOFError is the end; Pillow's decoders raise all sorts of things at damaged files
        return None, 0


def _trimmed(frames: Timed) -> Timed:
    """Cut off the borders that are empty in all frames. Raises ``Fault`` where there is nothing else."""
    boxes = []
    for image, _ms in frames:
        visible = image.getchannel("A").point(lambda alpha: 255 if alpha >= TRANSPARENT else 0)
        if box := visible.getbbox():
            boxes.append(box)
    if not boxes:
        raise Fault("empty")
    left, top, right, bottom = zip(*boxes, strict=True)
    union = (min(left), min(top), max(right), max(bottom))
    return [(image.crop(union), ms) for image, ms in frames]


def _save(frames: Timed, target: Path, scale: float, quality: int) -> tuple[int, int]:
    """Write ``frames``; return their width and height (pixels)."""
    images, durations = [image for image, _ms in frames], [ms for _image, ms in frames]
    if scale < 1:
        size = tuple(max(1, round(side * scale)) for side in images[0].size)
        images = [image.resize(size, Image.Resampling.BILINEAR) for image in images]
    options: dict[str, Any] = {"quality": quality, "method": METHOD}
    if len(images) > 1:
        options |= {"save_all": True, "append_images": images[1:], "duration": durations, "loop": 0}
        options |= {"method": MOVING_METHOD, "minimize_size": False}
    images[0].info.clear()
    images[0].save(target, **options)
    return images[0].size
