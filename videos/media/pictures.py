"""Photos: decoded within bounds, turned upright, written anew without what they said about themselves."""

import io
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps

from videos.media import bounds
from videos.media.reading import Fault, open_picture

PHOTO_QUALITY = 80
METHOD = 3  # 0 is quick, 6 is small
ORIENTATION = 0x0112


def make_photo(source: Path, folder: Path) -> dict[str, Any]:
    """Write ``2048.webp`` and ``640.webp``, each named for its longest side at most."""
    picture = upright(open_picture(source), bounds.LARGE_PHOTO_PX)
    picture.save(folder / f"{bounds.LARGE_PHOTO_PX}.webp", quality=PHOTO_QUALITY, method=METHOD)
    small = picture.copy()
    small.thumbnail((bounds.SMALL_PHOTO_PX,) * 2, Image.Resampling.LANCZOS)
    small.save(folder / f"{bounds.SMALL_PHOTO_PX}.webp", quality=PHOTO_QUALITY, method=METHOD)
    return {"width": picture.width, "height": picture.height, "color": _average(small)}


def upright(picture: Image.Image, longest: int) -> Image.Image:
    """Decode ``picture``, turned as its camera was held, in sRGB, with no side above ``longest`` pixels.

    Raises ``Fault``.
    """
    try:
        picture.draft("RGB", (longest, longest))
        picture.load()
        profile, orientation = picture.info.get("icc_profile"), _orientation_of(picture)
        picture = _plain(picture)
        picture.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=3.0)
    except MemoryError:
        raise
    except Exception as error:  # Pillow's decoders raise all sorts of things at damaged files
        raise Fault("too_large" if "memory" in str(error).lower() else "broken") from None
    picture = _in_srgb(picture, profile)
    picture.info.clear()  # what stands there would be written into the file
    picture.getexif().clear()
    picture.getexif()[ORIENTATION] = orientation
    turned = ImageOps.exif_transpose(picture)
    turned.info.clear()
    return turned


def _orientation_of(picture: Image.Image) -> int:
    try:
        orientation = picture.getexif().get(ORIENTATION, 1)
    except Exception:  # damaged words about a picture don't make the picture bad
        return 1
    return orientation if orientation in range(1, 9) else 1


def _plain(picture: Image.Image) -> Image.Image:
    """Return ``picture`` in a mode that can be scaled well, with its transparency if it has any."""
    if picture.mode in {"RGB", "RGBA", "CMYK"} and "transparency" not in picture.info:
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
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass  # a damaged profile: the colours as they are
    return picture if picture.mode == "RGBA" else picture.convert("RGB")


def _average(picture: Image.Image) -> str:
    """Return the average colour of what can be seen, as ``#rrggbb``."""
    # As numbers weighed by how opaque they are: what is behind a transparent pixel doesn't count.
    red, green, blue = picture.resize((1, 1), Image.Resampling.BOX).convert("RGBA").getpixel((0, 0))[:3]  # type: ignore[index]
    return f"#{red:02x}{green:02x}{blue:02x}"
