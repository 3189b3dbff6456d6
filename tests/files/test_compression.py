"""Text is compressed, and what is compressed already, or a part, goes out as it is."""

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory

from dm_site.compression import GZipMiddleware
from tests.files.conftest import CONTENT
from videos.files import send_file

pytestmark = pytest.mark.once

TEXT = b"the same words again and again, " * 40


def through(response, accepts="gzip, deflate, br"):
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepts})
    return GZipMiddleware(lambda request: response)(request)


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "application/json", "application/problem+json"])
def test_text_is_compressed(content_type):
    response = through(HttpResponse(TEXT, content_type=content_type, headers={"ETag": '"a"'}))
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content) == TEXT
    assert response["Content-Length"] == str(len(response.content))
    assert response["ETag"] == 'W/"a"'
    assert response["Vary"] == "Accept-Encoding"


def test_only_for_who_can_read_it():
    response = through(HttpResponse(TEXT), accepts="identity")
    assert response.content == TEXT
    assert not response.has_header("Content-Encoding")


@pytest.mark.parametrize("asked", ["", "bytes=0-511"])
def test_files_go_out_as_they_are(stored, asked):
    request = RequestFactory().get("/", headers={"Range": asked})
    response = through(send_file(request, stored, "video/mp4"))
    content = CONTENT[:512] if asked else CONTENT
    assert not response.has_header("Content-Encoding")
    assert response["Content-Length"] == str(len(content))
    assert response["ETag"].startswith('"')
    assert b"".join(response) == content


@pytest.mark.parametrize(
    ("status", "headers"),
    [(206, {"Content-Range": f"bytes 0-{len(TEXT) - 1}/9999"}), (200, {"Content-Encoding": "br"})],
)
def test_a_part_and_what_is_compressed_stay_so_even_of_text(status, headers):
    response = through(HttpResponse(TEXT, status=status, content_type="text/plain", headers=headers))
    assert response.content == TEXT
    assert response.get("Content-Encoding") == headers.get("Content-Encoding")


def test_streamed_text_is_compressed_without_a_length():
    response = through(StreamingHttpResponse([TEXT], content_type="text/plain", headers={"Content-Length": "9"}))
    assert gzip.decompress(b"".join(response)) == TEXT
    assert not response.has_header("Content-Length")


def test_text_that_is_streamed_piece_by_piece_goes_out_as_it_is():
    async def pieces():
        yield TEXT
        yield TEXT

    response = through(StreamingHttpResponse(pieces(), content_type="text/plain"))
    assert not response.has_header("Content-Encoding")
