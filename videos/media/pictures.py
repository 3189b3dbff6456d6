"""Photos and stickers: decoded within bounds, turned upright, written anew without what they said about themselves."""

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps

from videos.media import bounds
from videos.media.gifs import frames_of_video
from videos.media.reading import Fault, is_video, open_picture

PHOTO_QUALITY = 80
STICKER_QUALITY = 82
METHOD = 3  # 0 is quick, 6 is small
TRANSPARENT = 8  # of 255: less than this is nothing to see


def make_photo(source: Path, folder: Path) -> dict[str, Any]:
    """Write ``2048.webp`` and ``640.webp``, each named for its longest side at most."""
    picture = _upright(open_picture(source), bounds.LARGE_PHOTO_PX)
    picture.save(folder / f"{bounds.LARGE_PHOTO_PX}.webp", quality=PHOTO_QUALITY, method=METHOD)
    small = picture.copy()
    small.thumbnail((bounds.SMALL_PHOTO_PX,) * 2, Image.Resampling.LANCZOS)
    small.save(folder / f"{bounds.SMALL_PHOTO_PX}.webp", quality=PHOTO_QUALITY, method=METHOD)
    red, green, blue = small.convert("RGB").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))  # type: ignore[misc]
    return {"width": picture.width, "height": picture.height, "color": f"#{red:02x}{green:02x}{blue:02x}"}


def make_sticker(source: Path, folder: Path, start_ms: int, length_ms: int) -> dict[str, Any]:
    """Write ``sticker.webp`` from a picture, an animation, or a piece of a video: without empty borders."""
    if source.stat().st_size == 0:
        raise Fault("empty")
    length_ms = min(length_ms, bounds.STICKER_MAX_MS)
    if is_video(source):
        box = (bounds.STICKER_PX, bounds.STICKER_PX)
        images = (frame.to_image() for frame in frames_of_video(source, start_ms, length_ms, bounds.STICKER_FPS, box))
        frames = [(image, 1000 // bounds.STICKER_FPS) for image in images]
    else:
        frames = list(_frames(open_picture(source), length_ms))
    frames = _trimmed(frames)
    first = frames[0][0]
    _save(frames, folder / "sticker.webp")
    return {"width": first.width, "height": first.height, "animated": len(frames) > 1}


def _upright(picture: Image.Image, longest: int) -> Image.Image:
    """Decode ``picture``, turned as its camera was held, in sRGB, with no side above ``longest`` pixels."""
    try:
        picture.draft("RGB", (longest, longest))
        profile = picture.info.get("icc_profile")
        orientation = picture.getexif().get(0x0112, 1)
        picture.load()
        picture = _plain(picture)
        picture.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=3.0)
    except (OSError, ValueError, SyntaxError, EOFError):
        raise Fault("broken") from None
    picture = _in_srgb(picture, profile)
    picture.getexif()[0x0112] = orientation
    upright = ImageOps.exif_transpose(picture)
    upright.info.clear()  # what stands there would be written into the file
    return upright


def _plain(picture: Image.Image) -> Image.Image:
    """Return ``picture`` in the mode WebP knows, with its transparency if it has any."""
    if picture.mode in {"RGB", "RGBA", "CMYK"}:
        return picture
    if picture.mode.startswith("I") or picture.mode == "F":  # 16 bits a pixel, and more
        picture = picture.point(lambda value: value / 256).convert("L")
    return picture.convert("RGBA" if picture.has_transparency_data else "RGB")


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if profile:
        try:
            theirs = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            mode = "RGBA" if picture.mode == "RGBA" else "RGB"
            converted = ImageCms.profileToProfile(picture, theirs, ImageCms.createProfile("sRGB"), outputMode=mode)
            if converted is not None:
                return converted
        except (ImageCms.PyCMSError, OSError, ValueError):
            pass  # a damaged profile: the colours as they are
    return picture if picture.mode == "RGBA" else picture.convert("RGB")


def _frames(picture: Image.Image, length_ms: int) -> Iterator[tuple[Image.Image, int]]:
    """Yield the frames of a picture with their milliseconds: as many as there are in ``length_ms``."""
    if not getattr(picture, "is_animated", False):
        yield _upright(picture, bounds.STICKER_PX).convert("RGBA"), 0
        return
    if picture.width * picture.height > bounds.MAX_ANIMATION_PIXELS:
        raise Fault("too_large")
    elapsed = owed = 0
    try:
        for place in range(length_ms // 10):
            picture.seek(place)
            owed += max(20, int(picture.info.get("duration", 100)) or 100)
            # Quicker than anyone can see: its time goes to the next one.
            if owed >= 1000 // 30:
                frame = picture.convert("RGBA")
                frame.thumbnail((bounds.STICKER_PX,) * 2, Image.Resampling.BILINEAR)
                yield frame, owed
                elapsed, owed = elapsed + owed, 0
            if elapsed >= length_ms:
                return
    except EOFError:
        return
    except (OSError, ValueError, SyntaxError):
        if not elapsed:
            raise Fault("broken") from None


def _trimmed(frames: list[tuple[Image.Image, int]]) -> list[tuple[Image.Image, int]]:
    """Cut off the borders that are empty in all frames."""
    if not frames:
        raise Fault("broken")
    boxes = []
    for image, _ms in frames:
        if image.mode != "RGBA":
            return frames
        if box := image.getchannel("A").point(lambda alpha: 255 if alpha >= TRANSPARENT else 0).getbbox():
            boxes.append(box)
    if not boxes:
        raise Fault("empty")
    left, top, right, bottom = zip(*boxes, strict=True)
    union = (min(left), min(top), max(right), max(bottom))
    return [(image.crop(union), ms) for image, ms in frames]


def _save(frames: list[tuple[Image.Image, int]], target: Path) -> None:
    images, durations = [image for image, _ms in frames], [ms for _image, ms in frames]
    options: dict[str, Any] = {"quality": STICKER_QUALITY, "method": METHOD}
    if len(images) > 1:
        options |= {"save_all": True, "append_images": images[1:], "duration": durations, "loop": 0}
        options |= {"method": 1, "minimize_size": False}
    images[0].save(target, **options)
