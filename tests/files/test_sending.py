"""What a file of the storage is answered with, the same from the disk and from a bucket."""

import pytest
from django.http import Http404
from django.test import RequestFactory

from tests.files.conftest import CONTENT, NAME
from videos.files import send_file, store_file

SIZE = len(CONTENT)
WHOLE, GONE = (0, SIZE), None
# What the header asks for, and the first byte sent with the one after the last; None: 416.
RANGES = [
    ("bytes=0-0", (0, 1)),
    ("bytes=0-1", (0, 2)),  # Safari's first question about a video
    ("bytes=0-99", (0, 100)),
    ("bytes=500-", (500, SIZE)),
    ("bytes=0-", (0, SIZE)),
    ("bytes=-500", (SIZE - 500, SIZE)),
    ("bytes=-1", (SIZE - 1, SIZE)),
    ("bytes=-99999", (0, SIZE)),
    (f"bytes={SIZE - 1}-", (SIZE - 1, SIZE)),
    (f"bytes=1000-{SIZE}", (1000, SIZE)),
    ("bytes=1000-999999999999999999", (1000, SIZE)),
    ("BYTES=0-9", (0, 10)),
    ("bytes= 0-9 ", (0, 10)),
    (f"bytes={SIZE}-", GONE),
    (f"bytes={SIZE}-{SIZE + 5}", GONE),
    ("bytes=5000-6000", GONE),
    ("bytes=-0", GONE),
]
NO_RANGES = [
    *("bytes=", "bytes=-", "bytes", "bytes=a-b", "bytes=1", "bytes=--1", "bytes=1-2-3", "bytes=0x1-2", "=0-1", "0-1"),
    *("items=0-5", "bytes=5-3", "bytes=0-1,5-9", "bytes=0-1, -1", "bytes=,", "bytes=+1-2", "bytes=1.0-2", "bytes=1-2;"),
    *("bytes=0 - 9", "bytes=1-2\x0b", "bytes=٣-٤", "bytes=0-9999999999999999999", "bytes=" + "9" * 5000 + "-"),
]


def get(name=NAME, method="GET", headers=None, **options):
    request = RequestFactory().generic(method, "/", headers=headers or {})
    return send_file(request, name, "video/mp4", **options)


def body(response):
    return b"".join(response)


def test_the_whole_file(stored):
    response = get()
    assert response.status_code == 200
    assert body(response) == CONTENT
    assert response["Content-Length"] == str(SIZE)
    assert response["Content-Type"] == "video/mp4"
    assert response["Accept-Ranges"] == "bytes"
    assert response["Cache-Control"] == "private, no-cache"
    assert response["Content-Disposition"] == "inline"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert response["ETag"].startswith('"')
    assert not response.has_header("Content-Range")


@pytest.mark.parametrize(("asked", "span"), RANGES)
def test_one_range(stored, asked, span):
    response = get(headers={"Range": asked})
    if span is None:
        assert (response.status_code, response["Content-Range"]) == (416, f"bytes */{SIZE}")
        assert body(response) == b""
        return
    start, end = span
    assert (response.status_code, response["Content-Range"]) == (206, f"bytes {start}-{end - 1}/{SIZE}")
    assert response["Content-Length"] == str(end - start)
    assert body(response) == CONTENT[start:end]


@pytest.mark.parametrize("asked", NO_RANGES)
def test_what_is_not_one_range_is_ignored(stored, asked):
    response = get(headers={"Range": asked})
    assert (response.status_code, response["Content-Length"]) == (200, str(SIZE))
    assert not response.has_header("Content-Range")
    assert body(response) == CONTENT


def test_nothing_of_an_empty_file(storage, tmp_path):
    (tmp_path / "empty").touch()
    store_file(tmp_path / "empty", NAME)
    assert (get().status_code, get()["Content-Length"], body(get())) == (200, "0", b"")
    for asked in ("bytes=0-", "bytes=-5", "bytes=0-0"):
        response = get(headers={"Range": asked})
        assert (response.status_code, response["Content-Range"]) == (416, "bytes */0")


@pytest.mark.parametrize("headers", [{}, {"Range": "bytes=0-1"}, {"Range": "bytes=9999-"}])
def test_head_says_what_get_would_send(stored, headers):
    response = get(method="HEAD", headers=headers)
    assert (response.status_code, body(response)) == (200, b"")
    whole = get()
    assert dict(response.items()) == dict(whole.items())
    assert len(body(whole)) == SIZE


def test_what_the_browser_has_is_not_sent_again(stored):
    etag = get(method="HEAD")["ETag"]
    for known in (etag, f'"other", {etag}', f"W/{etag}", "*"):
        response = get(headers={"If-None-Match": known, "Range": "bytes=0-1"})
        assert (response.status_code, body(response), response["ETag"]) == (304, b"", etag)
        assert response["Cache-Control"] == "private, no-cache"
        assert not response.has_header("Content-Type")
    for unknown in ('"other"', "", "nonsense"):
        assert get(headers={"If-None-Match": unknown}).status_code == 200


def test_a_range_of_another_version_is_the_whole_file(stored):
    etag = get(method="HEAD")["ETag"]
    assert get(headers={"Range": "bytes=0-1", "If-Range": etag}).status_code == 206
    for other in ('"other"', f"W/{etag}", "Wed, 21 Oct 2026 07:28:00 GMT", ""):
        response = get(headers={"Range": "bytes=0-1", "If-Range": other})
        assert (response.status_code, body(response)) == (200, CONTENT)


def test_other_content_has_another_tag(stored, tmp_path):
    before = get(method="HEAD")["ETag"]
    (tmp_path / "other").write_bytes(CONTENT[::-1])
    store_file(tmp_path / "other", NAME)
    assert get(method="HEAD")["ETag"] != before
    assert get(headers={"If-None-Match": before}).status_code == 200


@pytest.mark.parametrize(
    ("name", "disposition"),
    [
        ("mira-by-the-sea.mp4", 'attachment; filename="mira-by-the-sea.mp4"'),
        ("Åse & Bjørn.mp4", "attachment; filename*=utf-8''%C3%85se__Bj%C3%B8rn.mp4"),
        ('a"b\\c/d.mp4', 'attachment; filename="abcd.mp4"'),
        ("x\r\nSet-Cookie: a=b.mp4", 'attachment; filename="xSet-Cookie_ab.mp4"'),
        ("..\\..\\x.mp4", 'attachment; filename="....x.mp4"'),
    ],
)
def test_a_download_is_saved_under_a_safe_name(stored, name, disposition):
    response = get(download_as=name)
    assert response["Content-Disposition"] == disposition
    assert body(response) == CONTENT


@pytest.mark.parametrize(
    "name",
    [
        *(
            "videos/none/video.mp4",
            "videos",
            "videos/",
            "",
            ".",
            "/",
            "/etc/passwd",
            "../source",
            "videos/../../source",
        ),
        *("videos/..", "..\\source", "x\0y"),
    ],
)
def test_what_is_no_file_of_the_storage_is_not_found(stored, name):
    with pytest.raises(Http404):
        get(name)


def test_the_proxy_sends_what_is_on_the_disk(on_disk, source, settings):
    settings.X_ACCEL_REDIRECT = "/protected-media/"
    store_file(source, "videos/a b%/ü.mp4")
    response = get("videos/a b%/ü.mp4", headers={"Range": "bytes=0-1"}, download_as="x.mp4")
    assert (response.status_code, body(response)) == (200, b"")  # the proxy makes the range
    assert response["X-Accel-Redirect"] == "/protected-media/videos/a%20b%25/%C3%BC.mp4"
    assert not response.has_header("Accept-Ranges")  # nginx would say it twice
    assert response["Content-Type"] == "video/mp4"
    assert response["Content-Disposition"] == 'attachment; filename="x.mp4"'
    assert response["Cache-Control"] == "private, no-cache"
    with pytest.raises(Http404):
        get("videos/none.mp4")


def test_the_proxy_cannot_send_what_is_in_a_bucket(in_bucket, source, settings):
    settings.X_ACCEL_REDIRECT = "/protected-media/"
    store_file(source, NAME)
    response = get()
    assert not response.has_header("X-Accel-Redirect")
    assert body(response) == CONTENT


def test_a_range_of_a_bucket_is_fetched_alone(in_bucket, source):
    """Nobody who looks at the end of a video makes the server fetch all of it."""
    from django.core.files.storage import default_storage

    store_file(source, NAME)
    asked = []
    client = default_storage.bucket.meta.client
    client.meta.events.register("before-send.s3.GetObject", lambda request, **rest: asked.append(request.headers))
    assert body(get(headers={"Range": "bytes=10-19"})) == CONTENT[10:20]
    assert [headers["Range"] for headers in asked] == [b"bytes=10-19"]
