"""Pictures as people, cameras and attackers make them, each drawn here."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

from PIL import Image, ImageCms

MARK = b"<script>alert(document.domain)</script>"
SECRET = "N 48 12 30 E 16 22 20"


def saved(image: Image.Image, form: str, **options: object) -> bytes:
    """Return ``image`` as a file's bytes."""
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


def quarters(size: tuple[int, int] = (400, 300), mode: str = "RGB") -> Image.Image:
    """Return a picture whose corners tell which way is up: red, green, blue, yellow, clockwise from the top left."""
    image = Image.new("RGB", (2, 2))
    image.putdata([(220, 20, 20), (20, 200, 20), (230, 220, 20), (20, 20, 220)])
    return image.resize(size, Image.Resampling.NEAREST).convert(mode)


def camera() -> bytes:
    """Return a JPEG held sideways, that says where it was taken."""
    exif = Image.Exif()
    exif[0x0112] = 6  # turn it by 90 degrees clockwise to see it upright
    exif[0x010E] = SECRET
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 12.0, 30.0), 3: "E", 4: (16.0, 22.0, 20.0)})
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(quarters(), "JPEG", exif=exif, comment=SECRET.encode(), icc_profile=profile)


def png_of(width: int, height: int) -> bytes:
    """Return a PNG of so many black pixels: a few bytes for each row, once packed."""
    line = b"\0" * (1 + (width + 7) // 8)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(line) for _ in range(height)) + packer.flush()

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def gif_of(width: int, height: int, frames: int) -> bytes:
    """Return a GIF with a canvas of this size, whose frames are one pixel each."""
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"\x21\xf9\x04\x04\x02\x00\x00\x00" + b"\x2c" + struct.pack("<HHHHB", 0, 0, 1, 1, 0)
    return head + (frame + b"\x02\x02\x44\x01\x00") * frames + b"\x3b"


def polyglot() -> bytes:
    """Return a file that is a GIF to one reader and an archive with a page to another."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("index.html", MARK)
    return saved(quarters((64, 64)), "GIF", comment=MARK) + archive.getvalue() + MARK


def animation(frames: int = 8, form: str = "WEBP") -> bytes:
    """Return an animation with transparent borders."""
    pictures = []
    for number in range(frames):
        picture = Image.new("RGBA", (120, 100), (0, 0, 0, 0))
        picture.paste((250, 10 * number, 60, 255), (30, 20, 60 + number, 70))
        pictures.append(picture)
    return saved(pictures[0], form, save_all=True, append_images=pictures[1:], duration=100, loop=0)


def deep() -> bytes:
    """Return a PNG of 16 bits a pixel."""
    return saved(Image.new("I;16", (60, 40), 40_000), "PNG")


PICTURES: dict[str, Callable[[], bytes]] = {
    "camera.jpg": camera,
    "tiny.png": lambda: saved(Image.new("RGB", (1, 1), "red"), "PNG"),
    "huge.jpg": lambda: saved(quarters((8160, 6120)), "JPEG", quality=30),
    "progressive.jpg": lambda: saved(quarters((8000, 6000)), "JPEG", quality=30, progressive=True),
    "large.png": lambda: saved(quarters((5000, 4900), "RGBA"), "PNG", compress_level=1),
    "panorama.jpg": lambda: saved(quarters((9000, 300)), "JPEG"),
    "print.jpg": lambda: saved(quarters().convert("CMYK"), "JPEG"),
    "deep.png": deep,
    "palette.gif": lambda: saved(quarters().convert("P"), "GIF"),
    "modern.avif": lambda: saved(quarters(), "AVIF"),
    "png-named.jpg": lambda: saved(quarters(), "PNG"),
    "animation.webp": animation,
    "animation.gif": lambda: animation(form="GIF"),
    "polyglot.gif": polyglot,
    "many-frames.gif": lambda: gif_of(200, 200, 20_000),
    "gif-bomb.gif": lambda: gif_of(65_000, 65_000, 50),
    "png-bomb.png": lambda: png_of(30_000, 30_000),
    "truncated.jpg": lambda: camera()[:-2000],
    "cut-off.png": lambda: saved(quarters((900, 900)), "PNG")[:1500],
    "nothing.jpg": lambda: b"",
    "page.jpg": lambda: b"<!doctype html>" + MARK,
    "drawing.svg": lambda: b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
}
