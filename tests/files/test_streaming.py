"""Files leave the server in pieces, and nothing stays open behind somebody who went away."""

import asyncio
import threading

import pytest
from django.test import AsyncRequestFactory, RequestFactory

from tests.files.conftest import CONTENT, NAME
from videos import files, stored
from videos.files import send_file


class Watched(stored.Stored):
    """A file of three pieces that tells what was read and whether it is open; it can be made to hang."""

    size, mark = 9, "watched"

    def __init__(self):
        self.read, self.is_open = 0, False
        self.hangs, self.reached = threading.Event(), threading.Event()
        self.hangs.set()

    def chunks(self, span, size):
        self.is_open = True
        try:
            for piece in (b"one", b"two", b"six"):
                self.reached.set()
                self.hangs.wait(10)
                self.read += 1
                yield piece
        finally:
            self.is_open = False


@pytest.fixture
def watched(monkeypatch):
    file = Watched()
    monkeypatch.setattr(stored, "find", lambda name: file)
    return file


def asgi_answer():
    return send_file(AsyncRequestFactory().get("/"), NAME, "video/mp4")


async def test_it_is_read_piece_by_piece(watched):
    pieces = aiter(asgi_answer())
    assert not watched.is_open  # whoever leaves before the first byte leaves nothing behind
    assert await anext(pieces) == b"one"
    assert (watched.is_open, watched.read) == (True, 1)
    assert [piece async for piece in pieces] == [b"two", b"six"]
    assert not watched.is_open


async def test_it_is_closed_when_nobody_wants_the_rest(watched):
    content = files.in_thread(watched.chunks(range(9), 3))
    assert await anext(content) == b"one"
    await content.aclose()
    assert (watched.is_open, watched.read) == (False, 1)


async def test_it_is_closed_when_the_client_leaves_during_a_read(watched):
    watched.hangs.clear()
    pieces = aiter(asgi_answer())
    reading = asyncio.create_task(anext(pieces))
    assert await asyncio.to_thread(watched.reached.wait, 10)
    reading.cancel()
    threading.Timer(0.05, watched.hangs.set).start()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert (watched.is_open, watched.read) == (False, 1)


@pytest.mark.django_db  # an answer that ends looks after the database connections of its thread
def test_wsgi_closes_it_too(watched):
    response = send_file(RequestFactory().get("/"), NAME, "video/mp4")
    assert next(iter(response)) == b"one"
    assert watched.is_open
    response.close()
    assert not watched.is_open


async def test_both_storages_stream(stored):
    request = AsyncRequestFactory().get("/", headers={"Range": "bytes=100-299"})
    response = await asyncio.to_thread(send_file, request, stored, "video/mp4")
    assert response.is_async
    assert b"".join([piece async for piece in response]) == CONTENT[100:300]
