"""Profile pictures: what comes in is checked before it is decoded, and made anew before it is kept."""

import io
import re
import secrets
import warnings
from typing import BinaryIO, TypeAlias

from django.core.files.base import ContentFile
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from accounts.models import AVATAR_SIZES

MAX_AVATAR_BYTES = 5 * 1024 * 1024
MAX_AVATAR_PIXELS = 25_000_000
FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
QUALITY = 85  # of 100, WebP

FILE_NAME = re.compile(rf"[A-Za-z0-9_-]{{22}}-(?:{'|'.join(map(str, AVATAR_SIZES))})\.webp")

# The file for each of ``AVATAR_SIZES`` (pixels).
Rendition: TypeAlias = dict[int, ContentFile]


class UnusablePicture(ValueError):
    """A file can't become a profile picture; its text says why, to the person."""


def new_token() -> str:
    """Return a name for one picture's files that nobody can guess."""
    return secrets.token_urlsafe(16)


def path_of(token: str, size: int) -> str:
    """Return where the storage keeps the picture ``token`` at ``size`` pixels."""
    return f"avatars/{token}-{size}.webp"


def render(source: BinaryIO, byte_count: int) -> Rendition:
    """Return the picture in ``source`` as square WebP files of ``AVATAR_SIZES``, without its metadata.

    The middle is kept, upright as the camera held it; of an animation, the first frame. Raises
    ``UnusablePicture``, before decoding where the file is too large, of another kind, or unfolds to
    more than ``MAX_AVATAR_PIXELS``.
    """
    if byte_count > MAX_AVATAR_BYTES:
        raise UnusablePicture(_("Choose a picture of at most 5 MB."))
    picture = _decode(source)
    return {size: _encode(ImageOps.fit(picture, (size, size), Image.Resampling.LANCZOS)) for size in AVATAR_SIZES}


def _decode(source: BinaryIO) -> Image.Image:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            picture = Image.open(source, formats=FORMATS)  # reads the header only
            if picture.width * picture.height > MAX_AVATAR_PIXELS:
                raise UnusablePicture(_("This picture has too many pixels; choose one of at most 25 megapixels."))
            picture.seek(0)
            picture.load()
            upright = ImageOps.exif_transpose(picture)
            return upright.convert("RGBA" if upright.has_transparency_data else "RGB")
    except UnusablePicture:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise UnusablePicture(_("This picture has too many pixels; choose one of at most 25 megapixels.")) from error
    except Image.UnidentifiedImageError as error:
        raise UnusablePicture(_("Choose a JPEG, PNG, WebP or GIF picture.")) from error
    # Pillow's decoders raise all sorts of things at damaged files.
    except Exception as error:
        raise UnusablePicture(_("This picture is damaged and can't be read.")) from error


def _encode(image: Image.Image) -> ContentFile:
    content = io.BytesIO()
    image.save(content, "WEBP", quality=QUALITY, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return ContentFile(content.getvalue())
