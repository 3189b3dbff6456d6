"""An upload becomes a video that can be watched, or says why it can't."""

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from tests.messaging.belongings import make_video
from tests.messaging.talk import JSON, get_json, signed_in
from tests.videos.clips import as_upload, clip
from videos.models import Video, VideoState

UPLOAD = "/videos/upload/"


def upload(client, content=None, **fields):
    """Upload as the script does."""
    fields = {"caption": "By the sea", "allow_download": "on", "allow_sharing": "on"} | fields
    return client.post(UPLOAD, {"file": as_upload(content or clip()), **fields}, headers=JSON)


@pytest.fixture
def client(mira):
    return signed_in(mira)


@pytest.fixture(autouse=True)
def _on_commit(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        yield


def uploaded(client, capture, *args, **kwargs):
    with capture(execute=True):
        response = upload(client, *args, **kwargs)
    assert response.status_code == 201, response.content
    return Video.objects.get(pk=response.json()["id"])


def test_an_upload_becomes_a_video(client, mira, django_capture_on_commit_callbacks):
    video = uploaded(client, django_capture_on_commit_callbacks)
    assert (video.state, video.author, video.caption) == (VideoState.READY, mira, "By the sea")
    assert (video.width, video.height, video.has_audio) == (64, 112, False)
    assert 900 <= video.duration_ms <= 1100
    _folders, files = default_storage.listdir(video.folder)
    assert sorted(files) == ["poster.webp", "preview.webp", "video.mp4"]  # and no source
    status = get_json(client, f"/videos/{video.pk}/status/").json()
    assert (status["state"], status["progress"], status["detail"]) == ("ready", 100, "")
    assert client.get(f"/videos/{video.pk}/status/").status_code == 302


def test_everyone_can_watch_it_in_parts(client, otto, django_capture_on_commit_callbacks):
    video = uploaded(client, django_capture_on_commit_callbacks)
    url = video.file_url("video.mp4")
    for person in (signed_in(otto), Client()):
        whole = person.get(url)
        assert (whole.status_code, whole["Content-Type"]) == (200, "video/mp4")
        part = person.get(url, headers={"range": "bytes=0-1"})
        assert (part.status_code, part["Content-Range"]) == (206, f"bytes 0-1/{video.byte_count}")
        assert len(b"".join(part.streaming_content)) == 2


@pytest.mark.parametrize(
    ("content", "code"), [(b"<html>no video", "not_video"), (b"", "empty"), (b"\0\0\0\x18ftypmp42 and rubbish", None)]
)
def test_what_is_no_video_says_so(content, code, client, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = client.post(UPLOAD, {"file": as_upload(content), "caption": "Kept"}, headers=JSON)
    if code:
        assert (response.status_code, response.json()["code"]) == (400, code)
        assert not Video.objects.exists()
        page = client.post(UPLOAD, {"file": as_upload(content), "caption": "Kept"})
        assert page.status_code == 400
        assert "Kept" in page.content.decode()
    else:
        video = Video.objects.get()
        assert (video.state, video.failure) == (VideoState.FAILED, "broken")
        assert "damaged" in client.get(f"/videos/{video.pk}/status/").content.decode()


def test_a_form_without_a_file_says_what_is_missing(client):
    response = client.post(UPLOAD, {"caption": "Kept"})
    assert response.status_code == 400
    assert "This field is required" in response.content.decode()


def test_a_failed_video_can_be_tried_again(client, otto, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        video = upload(client, b"\0\0\0\x18ftypmp42 and rubbish").json()
    url = f"/videos/{video['id']}/retry/"
    assert signed_in(otto).post(url, headers=JSON).status_code == 404
    with django_capture_on_commit_callbacks(execute=True):
        default_storage.delete(f"videos/{video['id']}/source")
        default_storage.save(f"videos/{video['id']}/source", as_upload(clip()))
        assert client.post(url, headers=JSON).status_code == 200
    assert Video.objects.get().state == VideoState.READY
    assert client.post(url, headers=JSON).json()["code"] == "not_failed"


def test_only_its_author_manages_it(client, mira, otto):
    video = make_video(mira)
    others = signed_in(otto)
    assert get_json(others, f"/videos/{video.pk}/status/").status_code == 404
    for name in ("edit", "delete", "retry"):
        assert others.post(f"/videos/{video.pk}/{name}/", {"confirmed": "1"}, headers=JSON).status_code == 404
    video.refresh_from_db()
    assert (video.caption, video.deleted_at) == ("By the sea", None)


def test_its_words_and_permissions_can_be_changed(client, mira):
    video = make_video(mira)
    response = client.post(f"/videos/{video.pk}/edit/", {"caption": " New words ", "allow_sharing": "on"})
    assert response.status_code == 302
    video.refresh_from_db()
    assert (video.caption, video.allow_sharing, video.allow_download) == ("New words", True, False)
    assert client.post(f"/videos/{video.pk}/edit/", {"caption": "x" * 301}).status_code == 400


def test_a_deleted_video_is_gone_for_everyone(client, mira, otto, django_capture_on_commit_callbacks):
    video = make_video(mira)
    assert client.post(f"/videos/{video.pk}/delete/").status_code == 200  # asks first
    assert default_storage.exists(f"{video.folder}/video.mp4")
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(f"/videos/{video.pk}/delete/", {"confirmed": "1"}).status_code == 302
    assert not default_storage.exists(f"{video.folder}/video.mp4")
    for person in (client, signed_in(otto), Client()):
        assert person.get(video.file_url("video.mp4")).status_code == 404
        poster = person.get(video.file_url("poster.webp"))
        assert (poster.status_code, poster["Content-Type"]) == (404, "image/svg+xml")  # a placeholder


def test_downloading_is_the_authors_to_allow(client, mira, otto):
    free, kept = make_video(mira, caption="By <the> sea"), make_video(mira, allow_download=False)
    response = signed_in(otto).get(f"/videos/{free.pk}/download/")
    assert response.status_code == 200
    assert response["Content-Disposition"] == 'attachment; filename="mira-by-the-sea.mp4"'
    assert signed_in(otto).get(f"/videos/{kept.pk}/download/").status_code == 404
    assert client.get(f"/videos/{kept.pk}/download/").status_code == 200


def test_a_like_counts_once(mira, otto):
    video, fan = make_video(mira), signed_in(otto)
    for _ in range(2):
        assert fan.post(f"/videos/{video.pk}/like/", headers=JSON).json() == {"liked": True, "like_count": 1}
    for _ in range(2):
        assert fan.post(f"/videos/{video.pk}/unlike/", headers=JSON).json() == {"liked": False, "like_count": 0}
    assert fan.post(f"/videos/{video.pk}/like/", {"next": "/"})["Location"] == "/"


def test_too_many_uploads_are_told_when_to_try_again(client, settings):
    settings.VIDEO_LIMITS = [(1, 3600)]
    assert upload(client).status_code == 201
    response = upload(client)
    assert (response.status_code, response.json()["code"]) == (429, "rate_limited")
    assert 0 < int(response["Retry-After"]) <= 3600
    page = client.post(UPLOAD, {"file": as_upload(clip()), "caption": "Kept"})
    assert "Try again in" in page.content.decode()
    assert "Kept" in page.content.decode()


def test_too_many_unfinished_ones_wait(client, mira):
    for _ in range(10):
        make_video(mira, state=VideoState.FAILED, published_at=None, failure="broken")
    response = upload(client)
    assert (response.status_code, response.json()["code"]) == (400, "too_many")
    assert "On their way" in client.get(UPLOAD).content.decode()
