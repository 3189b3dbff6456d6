"""A piece of a video becomes a GIF."""

import io

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from tests.messaging.belongings import make_video
from tests.messaging.talk import JSON, signed_in
from tests.videos.clips import as_upload, clip
from videos.models import Gif


@pytest.fixture
def video(otto):
    video = make_video(otto)
    default_storage.delete(f"{video.folder}/video.mp4")
    default_storage.save(f"{video.folder}/video.mp4", as_upload(clip(2.0)))
    return video


def make(person, video, **fields):
    fields = {"start": "0.5", "length": "1", "keep": "on"} | fields
    return signed_in(person).post(f"/videos/{video.pk}/gif/", fields, headers=JSON)


def test_it_is_there_as_webp_and_as_gif(video, mira):
    response = make(mira, video)
    assert response.status_code == 201
    made, gif = response.json(), Gif.objects.get()
    assert (gif.owner, gif.video, gif.frame_count, gif.kept_at is None) == (mira, video, 12, False)
    assert made["alt"] == "GIF of a video by @otto: By the sea"
    client = signed_in(mira)
    for url, form in ((made["url"], "WEBP"), (made["gif_url"], "GIF")):
        picture = Image.open(io.BytesIO(b"".join(client.get(url).streaming_content)))
        assert (picture.format, picture.size) == (form, (64, 112))
        assert 10 <= picture.n_frames <= 12  # two alike may be one, shown for longer


def test_it_is_kept_only_if_wanted_and_only_its_owners(video, mira, tom):
    url = make(mira, video, keep="").json()["url"]
    assert Gif.objects.get().kept_at is None
    assert signed_in(tom).get(url).status_code == 404


@pytest.mark.parametrize(
    "fields", [{"length": "7"}, {"length": "0"}, {"length": "x"}, {"start": "-1"}, {"start": "nan"}, {"length": ""}]
)
def test_a_piece_that_is_none_is_refused(fields, video, mira):
    response = make(mira, video, **fields)
    assert response.status_code == 400
    assert response.json()["detail"]
    assert not Gif.objects.exists()


def test_past_the_end_is_the_last_piece(video, mira):
    last = make(mira, video, start="1").json()
    past = make(mira, video, start="50").json()
    assert last["frame_count"] == past["frame_count"] == 12
    files = [b"".join(signed_in(mira).get(made["gif_url"]).streaming_content) for made in (last, past)]
    assert files[0] == files[1]


def test_who_cannot_watch_the_video_makes_no_gif(video, mira):
    type(video).objects.update(deleted_at=video.created_at)
    assert make(mira, video).status_code == 404


def test_too_many_are_told_when_to_try_again(video, mira, settings):
    settings.GIF_LIMITS = [(1, 600)]
    assert make(mira, video).status_code == 201
    response = make(mira, video)
    assert (response.status_code, response.json()["code"]) == (429, "rate_limited")
