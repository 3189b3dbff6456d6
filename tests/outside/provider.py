"""A GIF provider on the loopback, with pictures and videos that are real."""

import io
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from PIL import Image

from tests.outside.stand_in import StandIn, answer, path_of, serving
from tests.outside.test_gifs import in_json, item


def moving_picture() -> bytes:
    """Return an animated WebP."""
    file = io.BytesIO()
    frames = [Image.new("RGB", (200, 113), (200, 30 + 60 * number, 90)) for number in range(3)]
    frames[0].save(file, "WEBP", save_all=True, append_images=frames[1:], duration=100, loop=0)
    return file.getvalue()


@contextmanager
def gif_provider(film: bytes, picture: bytes) -> Iterator[StandIn]:
    """Answer below ``/v1`` as GIPHY does: it finds ``cat1`` and ``cat2`` for all words, and has no ``none``."""

    def says(server: StandIn, peer: socket.socket, head: str) -> None:
        path = urlsplit(path_of(head)).path
        if path.endswith(".webp"):
            peer.sendall(answer(picture, content_type="image/webp"))
        elif path.endswith(".mp4"):
            peer.sendall(answer(film, content_type="video/mp4"))
        elif path in ("/v1/search", "/v1/trending"):
            peer.sendall(in_json([item(server.url), item(server.url, "cat2")]))
        elif path == "/v1/none":
            peer.sendall(answer(b"", status="404 Not Found"))
        else:
            peer.sendall(in_json(item(server.url, path.rpartition("/")[2])))

    with serving(says) as server:
        yield server
