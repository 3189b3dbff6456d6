"""Videos at the desk: found, looked at, reworded, and taken away with everything that belongs to them."""

import pytest
from django.contrib.admin.models import LogEntry
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from messaging import actions
from tests.messaging.belongings import make_gif, make_video
from tests.messaging.people import make_person
from tests.messaging.talk import say, signed_in
from videos.models import Gif, Video, VideoLike

LIST = "/admin/videos/video/"
FEW, MANY = 3, 30


@pytest.fixture
def desk(db):
    return signed_in(make_person("chief", is_staff=True, is_superuser=True))


@pytest.fixture
def video(otto):
    return make_video(otto)


def page(video, name="change"):
    return f"{LIST}{video.pk}/{name}/"


def listed(desk, **query):
    """Return the captions the list shows."""
    response = desk.get(LIST, query)
    assert response.status_code == 200
    return {video.caption for video in response.context["cl"].result_list}


def choose(desk, *videos, **fields):
    """Delete videos that were ticked in the list."""
    fields = {"action": "delete_selected", "_selected_action": [video.pk for video in videos]} | fields
    return desk.post(LIST, fields, follow=True)


def test_a_row_says_whose_it_is_how_far_and_how_long(desk, video):
    html = desk.get(LIST).content.decode()
    for words in ("otto", "By the sea", "Ready", "0:04", f'href="{video.get_absolute_url()}"'):
        assert words in html


def test_what_cannot_be_watched_has_no_link(desk, otto):
    waiting = make_video(otto, state="waiting", published_at=None, duration_ms=0)
    for url in (LIST, page(waiting)):
        html = desk.get(url).content.decode()
        assert "Waiting" in html
        assert waiting.get_absolute_url() not in html
        assert "0:01" not in html


def test_videos_are_found_by_author_caption_and_state(desk, otto, mira):
    make_video(otto, caption="Harbour at noon")
    make_video(mira, caption="Rooftops")
    make_video(mira, caption="Broken", state="failed", failure="broken", published_at=None)
    assert listed(desk) == {"Harbour at noon", "Rooftops", "Broken"}
    assert listed(desk, q="mira") == {"Rooftops", "Broken"}
    assert listed(desk, q="harbour") == {"Harbour at noon"}
    assert listed(desk, state="failed") == {"Broken"}


def test_the_newest_comes_first(desk, otto):
    for caption in "abc":
        make_video(otto, caption=caption)
    assert [video.caption for video in desk.get(LIST).context["cl"].result_list] == ["c", "b", "a"]


def test_what_people_wrote_is_text(desk, otto):
    video = make_video(otto, caption="<script>alert(1)</script>")
    for url in (LIST, page(video), page(video, "delete")):
        html = desk.get(url).content.decode()
        assert "&lt;script&gt;alert" in html
        assert "<script>alert" not in html


def test_words_and_permissions_can_be_changed_and_nothing_else(desk, video, mira):
    told = {"author": mira.pk, "state": "failed", "like_count": 99, "byte_count": 1, "duration_ms": 1, "width": 1}
    fields = {"caption": "At the sea", "allow_sharing": "on"} | told
    assert desk.post(page(video), fields).status_code == 302
    changed = Video.objects.get()
    assert (changed.caption, changed.allow_sharing, changed.allow_download) == ("At the sea", True, False)
    untouched = ("author_id", "state", "like_count", "byte_count", "duration_ms", "width")
    assert all(getattr(changed, name) == getattr(video, name) for name in untouched)


def test_a_change_leaves_alone_what_processing_writes_meanwhile(desk, otto, monkeypatch):
    video = make_video(otto, state="processing", published_at=None)
    valid = Video.full_clean

    def ready_meanwhile(self, *args, **kwargs):
        Video.objects.filter(pk=video.pk).update(state="ready", progress=100)
        return valid(self, *args, **kwargs)

    monkeypatch.setattr(Video, "full_clean", ready_meanwhile)
    desk.post(page(video), {"caption": "New", "allow_sharing": "on", "allow_download": "on"})
    video.refresh_from_db()
    assert (video.caption, video.state, video.progress) == ("New", "ready", 100)


def test_nobody_adds_one_here(desk):
    assert desk.get(f"{LIST}add/").status_code == 403
    assert f"{LIST}add/" not in desk.get(LIST).content.decode()


def shared(video, sender, other):
    """Share a video in a message."""
    return say(sender, other, kind="video", body="", wanted=actions.Wanted(video=video.pk))


@pytest.mark.parametrize("way", ["button", "ticked"])
def test_deleting_takes_the_files_and_leaves_a_placeholder(
    way, desk, video, mira, tom, django_capture_on_commit_callbacks
):
    message, gif = shared(video, mira, tom), make_gif(mira, video=video)
    VideoLike.objects.create(video=video, user=tom)
    other = make_video(mira)
    assert signed_in(tom).get(video.file_url("video.mp4")).status_code == 200
    with django_capture_on_commit_callbacks(execute=True):
        if way == "button":
            assert desk.post(page(video, "delete"), {"post": "yes"}).status_code == 302
        else:
            assert choose(desk, video, post="yes").status_code == 200
    message.refresh_from_db()
    video.refresh_from_db()
    assert message.video == video  # so that the place says what was there
    assert video.deleted_at is not None
    assert signed_in(tom).get(video.get_absolute_url()).status_code == 404
    html = signed_in(tom).get(f"/inbox/{message.conversation_id}/").content.decode()
    assert "This video isn’t here any more." in html
    for name in ("video.mp4", "poster.webp", "preview.webp"):
        assert not default_storage.exists(f"{video.folder}/{name}")
    assert default_storage.exists(f"{other.folder}/video.mp4")
    assert Gif.objects.get() == gif
    assert list(desk.get(LIST).context["cl"].result_list) == [other]
    assert LogEntry.objects.filter(object_id=str(video.pk)).exists()


def test_one_is_asked_before_and_nothing_is_gone_yet(desk, video, tom):
    VideoLike.objects.create(video=video, user=tom)
    for response in (desk.get(page(video, "delete")), choose(desk, video)):
        html = response.content.decode()
        assert "By the sea" in html
        assert "Like" not in html  # the likes stay: they aren't among what goes
    assert Video.objects.get().deleted_at is None


def test_what_is_deleted_already_is_not_here(desk, video):
    Video.objects.update(deleted_at=video.created_at)
    assert listed(desk) == set()
    assert desk.get(page(video)).status_code == 302
    assert desk.get(page(video, "delete")).status_code == 302


@pytest.mark.parametrize("url", [LIST, "change", "delete"])
def test_not_for_everyone(url, video, mira, otto):
    staff = make_person("clerk", is_staff=True)
    url = url if url == LIST else page(video, url)
    for person, statuses in ((mira, {302}), (otto, {302}), (staff, {403})):
        assert signed_in(person).get(url).status_code in statuses


def test_the_list_costs_the_same_for_few_and_many(desk, django_assert_num_queries):
    def add(count):
        for _ in range(count):
            number = Video.objects.count()
            make_video(make_person(f"author{number}"), caption=f"Number {number}")

    add(FEW)
    desk.get(LIST)
    with CaptureQueriesContext(connection) as few:
        assert len(listed(desk)) == FEW
    add(MANY - FEW)
    with django_assert_num_queries(len(few)):
        assert len(listed(desk)) == MANY


def test_it_is_in_the_index_of_the_desk(desk):
    assert reverse("admin:videos_video_changelist") in desk.get("/admin/").content.decode()
