import io
import struct
import zlib

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts import actions, avatars
from accounts.models import AVATAR_SIZES
from tests.accounts.conftest import says

pytestmark = pytest.mark.django_db

RED, BLUE, GREEN = (200, 20, 20), (20, 20, 200), (20, 200, 20)
ORIENTATION = 0x0112


def encoded(image: Image.Image, kind: str, **options) -> bytes:
    content = io.BytesIO()
    image.save(content, kind, **options)
    return content.getvalue()


def rendered(content: bytes) -> dict[int, Image.Image]:
    files = avatars.render(io.BytesIO(content), len(content))
    return {size: Image.open(io.BytesIO(file.read())) for size, file in files.items()}


def is_near(pixel, colour) -> bool:
    return all(abs(one - other) < 25 for one, other in zip(pixel[:3], colour, strict=True))


def bands(width: int, height: int) -> Image.Image:
    """Draw thirds side by side: red, green, blue."""
    image = Image.new("RGB", (width, height), GREEN)
    image.paste(RED, (0, 0, width // 3, height))
    image.paste(BLUE, (width - width // 3, 0, width, height))
    return image


def png_that_claims(width: int, height: int) -> bytes:
    """Return a tiny PNG whose header promises far more."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_every_size_is_a_square_webp(kind):
    images = rendered(encoded(bands(300, 200), kind))
    assert {size: image.size for size, image in images.items()} == {size: (size, size) for size in AVATAR_SIZES}
    assert {image.format for image in images.values()} == {"WEBP"}


def test_the_middle_is_kept():
    image = rendered(encoded(bands(300, 100), "PNG"))[64]
    assert all(is_near(image.getpixel((x, 32)), GREEN) for x in (3, 32, 60))


def test_it_stands_upright():
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # the camera was turned: what is left in the file belongs on top
    image = rendered(encoded(bands(120, 120), "JPEG", exif=exif))[64].convert("RGB")
    assert is_near(image.getpixel((32, 4)), RED)
    assert is_near(image.getpixel((32, 60)), BLUE)


def test_metadata_is_left_behind():
    exif = Image.Exif()
    exif[0x010E] = "where I live"
    content = encoded(bands(90, 90), "JPEG", exif=exif, comment=b"where I live", icc_profile=b"profile" * 20)
    for file in avatars.render(io.BytesIO(content), len(content)).values():
        data = file.read()
        assert b"where I live" not in data
        assert not {b"EXIF", b"ICCP", b"XMP "} & {data[i : i + 4] for i in range(len(data) - 3)}


def test_print_colours_become_screen_colours():
    image = rendered(encoded(Image.new("CMYK", (80, 80), (0, 255, 255, 0)), "JPEG"))[64]
    assert image.mode == "RGB"
    assert image.getpixel((30, 30))[0] > 150 > image.getpixel((30, 30))[1]


def test_transparency_stays():
    image = Image.new("P", (80, 80), 0)
    image.putpalette([255, 0, 0, 0, 0, 255])
    image.paste(1, (20, 20, 60, 60))
    out = rendered(encoded(image, "GIF", transparency=0))[64]
    assert out.mode == "RGBA"
    assert out.getpixel((2, 2))[3] == 0
    assert out.getpixel((32, 32))[3] == 255


@pytest.mark.parametrize("kind", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_kept(kind):
    frames = [Image.new("RGB", (40, 40), colour) for colour in (RED, BLUE, GREEN)]
    content = encoded(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
    image = rendered(content)[64]
    assert getattr(image, "n_frames", 1) == 1
    assert is_near(image.convert("RGB").getpixel((30, 30)), RED)


def test_one_pixel_will_do():
    assert rendered(encoded(Image.new("L", (1, 1), 128), "PNG"))[256].size == (256, 256)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "JPEG, PNG, WebP or GIF"),
        (b"hello", "JPEG, PNG, WebP or GIF"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "JPEG, PNG, WebP or GIF"),
        (encoded(bands(30, 30), "BMP"), "JPEG, PNG, WebP or GIF"),
        (encoded(bands(30, 30), "TIFF"), "JPEG, PNG, WebP or GIF"),
        (encoded(bands(300, 300), "JPEG")[:900], "damaged"),
        (encoded(bands(300, 300), "PNG")[:120], "damaged"),
        (png_that_claims(5001, 5000), "too many pixels"),
        (png_that_claims(60000, 60000), "too many pixels"),
        (png_that_claims(100, 100), "damaged"),
        (b"\x00" * (avatars.MAX_AVATAR_BYTES + 1), "5 MB"),
    ],
    ids=["empty", "text", "svg", "bmp", "tiff", "cut jpeg", "cut png", "25.005 Mpx", "bomb", "no pixels", "too long"],
)
def test_what_is_no_usable_picture_says_why(content, words):
    with pytest.raises(avatars.UnusablePicture, match=words):
        avatars.render(io.BytesIO(content), len(content))


def upload(client, content: bytes, name: str = "me.jpg"):
    return client.post("/settings/profile/avatar/", {"avatar": SimpleUploadedFile(name, content)})


def test_upload_and_serve(as_mia, client, mia):
    assert upload(as_mia, encoded(bands(200, 200), "JPEG")).url == "/settings/profile/"
    mia.refresh_from_db()
    response = client.get(mia.avatar_url(40))
    assert response.status_code == 200
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in response["Cache-Control"]
    assert "Cookie" not in response.get("Vary", "")
    assert Image.open(io.BytesIO(response.content)).size == (128, 128)
    assert says(client.get("/@mia/"), mia.avatar_url(128))


def test_a_refused_upload_shows_the_page_with_the_reason(as_mia, mia):
    page = upload(as_mia, b"not a picture")
    assert page.status_code == 200
    assert says(page, "Choose a JPEG, PNG, WebP or GIF picture.")
    assert says(page, "Mia Lindqvist")
    assert as_mia.post("/settings/profile/avatar/").context["avatar_form"].errors
    mia.refresh_from_db()
    assert mia.avatar == ""


@pytest.mark.django_db(transaction=True)
def test_old_files_go_when_new_ones_come(as_mia, mia):
    upload(as_mia, encoded(bands(90, 90), "PNG"))
    mia.refresh_from_db()
    first = mia.avatar
    assert all(default_storage.exists(avatars.path_of(first, size)) for size in AVATAR_SIZES)
    upload(as_mia, encoded(bands(60, 60), "PNG"))
    assert not any(default_storage.exists(avatars.path_of(first, size)) for size in AVATAR_SIZES)
    mia.refresh_from_db()
    second = mia.avatar
    as_mia.post("/settings/profile/avatar/remove/")
    mia.refresh_from_db()
    assert mia.avatar == ""
    assert not any(default_storage.exists(avatars.path_of(second, size)) for size in AVATAR_SIZES)


def names() -> set[str]:
    """Return the names of all files of avatars; the folder comes with the first of them."""
    try:
        return set(default_storage.listdir("avatars")[1])
    except FileNotFoundError:
        return set()


@pytest.mark.django_db(transaction=True)
def test_a_failed_change_leaves_no_files(mia, monkeypatch):
    files = avatars.render(io.BytesIO(encoded(bands(60, 60), "PNG")), 100)
    before = names()

    def fail(*args):
        raise OSError("disk full")

    monkeypatch.setattr(actions, "_replace_avatar", fail)
    with pytest.raises(OSError, match="disk"):
        actions.set_avatar(mia, files)
    assert names() == before


@pytest.mark.parametrize(
    "name", ["../secret-key", "..%2f..%2fvar%2fsecret-key", "a-64.webp", "a" * 22 + "-65.webp", "a" * 22 + "-64.png"]
)
def test_nothing_else_is_served(client, name):
    assert client.get(f"/media/avatars/{name}").status_code == 404


def test_a_file_that_is_gone_is_404(client):
    assert client.get("/media/avatars/" + "a" * 22 + "-64.webp").status_code == 404
    assert client.post("/media/avatars/" + "a" * 22 + "-64.webp").status_code == 405
