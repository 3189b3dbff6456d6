"""Small real videos for tests, drawn and encoded here."""

import io

import av
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image


def clip(seconds: float = 1.0, size: tuple[int, int] = (64, 112), fps: int = 12) -> bytes:
    """Return an MP4 whose colour changes with time."""
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as output:
        stream = output.add_stream("libx264", rate=fps)
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.options = {"preset": "ultrafast"}
        count = round(seconds * fps)
        for number in range(count):
            image = Image.new("RGB", size, (200, 255 * number // count, 90))
            output.mux(stream.encode(av.VideoFrame.from_image(image)))
        output.mux(stream.encode(None))
    return file.getvalue()


def as_upload(content: bytes, name: str = "clip.mp4") -> SimpleUploadedFile:
    """Return ``content`` as a form's file."""
    return SimpleUploadedFile(name, content, content_type="video/mp4")
