"""What the home page has to watch, in which order, and what never turns up there."""

import re
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import actions
from tests.accounts.conftest import says
from videos import feed
from videos.models import VideoLike

pytestmark = pytest.mark.django_db
FRAGMENT = {"HX-Request": "true"}


def shown(page) -> list:
    return [clip.video for clip in page.context["clips"]]


def next_of(page) -> str:
    """Return where a page leads on to, as its link says."""
    return re.findall(rb'href="([^"]*)" rel="next"', page.content)[0].decode().replace("&amp;", "&")


def test_newest_first_of_everyone_but_oneself(as_mia, mia, jonas, outsider, make_video):
    newer, older = make_video(jonas), make_video(outsider)
    make_video(mia)
    assert shown(as_mia.get("/")) == [newer, older]


def test_following_is_of_the_people_one_follows(as_mia, mia, jonas, outsider, make_video):
    theirs = make_video(jonas)
    make_video(outsider)
    actions.follow(mia, jonas)
    actions.follow(outsider, mia)
    page = as_mia.get("/?feed=following")
    assert shown(page) == [theirs]
    assert says(page, 'href="/?feed=following" aria-current="page"')


def test_with_nobody_followed_there_are_people_to_follow(as_mia, jonas, make_video):
    make_video(jonas)
    page = as_mia.get("/?feed=following")
    assert [person.username for person in page.context["people"]] == ["jonas"]
    assert says(page, "Nothing from the people you follow yet")
    assert says(page, 'href="/inbox/"')


@pytest.mark.parametrize("which", ["/", "/?feed=following"])
def test_what_never_turns_up(which, as_mia, mia, jonas, make_person, make_video):
    blocking, blocked, gone = make_person("blocking"), make_person("blocked"), make_person("gone")
    for person in (jonas, blocking, blocked, gone):
        actions.follow(mia, person)
    for person in (blocking, blocked, gone):
        make_video(person)
    fine = make_video(jonas)
    make_video(jonas, deleted_at=timezone.now())
    for state in ("waiting", "processing", "failed"):
        make_video(jonas, state=state, published_at=None)
    assert len(shown(as_mia.get(which))) == 4
    actions.block(blocking, mia)
    actions.block(mia, blocked)
    actions.deactivate(gone)
    assert shown(as_mia.get(which)) == [fine]


def test_pages_follow_each_other_without_gap_or_repeat(as_mia, jonas, make_video):
    moment = timezone.now() - timedelta(days=1)
    # Some at the same moment: the id decides then.
    made = [make_video(jonas, published_at=moment - timedelta(minutes=number // 3)) for number in range(12)]
    seen, page = [], as_mia.get("/")
    while True:
        seen.append(shown(page))
        make_video(jonas, published_at=timezone.now())  # what comes meanwhile shifts nothing
        if page.context["next_key"] is None:
            break
        page = as_mia.get(next_of(page), headers=FRAGMENT)
    assert [video for part in seen for video in part] == sorted(
        made, key=lambda video: (video.published_at, video.pk), reverse=True
    )
    assert [len(part) for part in seen] == [5, 5, 2]


def test_a_fragment_is_the_clips_alone(as_mia, jonas, make_video):
    video = make_video(jonas)
    page = as_mia.get("/", headers=FRAGMENT)
    assert page.content.strip().startswith(b"<li")
    assert str(video.pk) in page.content.decode()
    assert b"<html" not in page.content


def test_the_end_says_so(as_mia, jonas, make_video):
    make_video(jonas)
    assert says(as_mia.get("/"), "That’s all for now")
    beyond = feed.Key(timezone.now() - timedelta(days=9), uuid.uuid4())
    page = as_mia.get(f"/?after={beyond}")
    assert shown(page) == []
    assert says(page, "That’s all for now")


@pytest.mark.parametrize("key", ["", "x", ".", "1", "12.x", f"{10**30}.{'0' * 32}", f"-1.{'0' * 31}", "٣.x"])
def test_a_key_that_is_none_begins_at_the_beginning(key, as_mia, jonas, make_video):
    video = make_video(jonas)
    assert shown(as_mia.get("/", {"after": key})) == [video]


def test_a_key_is_read_as_it_was_written(make_video, jonas):
    video = make_video(jonas)
    key = feed.Key(video.published_at, video.pk)
    assert feed.Key.read(str(key)) == key


def test_a_clip_knows_the_like_and_the_follow(as_mia, mia, jonas, outsider, make_video):
    liked, other = make_video(jonas, like_count=1240), make_video(outsider)
    VideoLike.objects.create(video=liked, user=mia)
    VideoLike.objects.create(video=other, user=jonas)
    actions.follow(mia, jonas)
    page = as_mia.get("/")
    first, second = shown(page)
    assert (first.is_liked, first.is_author_followed) == (True, True)
    assert (second.is_liked, second.is_author_followed) == (False, False)
    assert says(page, f'action="/videos/{liked.pk}/unlike/"')
    assert says(page, f'action="/videos/{other.pk}/like/"')
    assert says(page, "1.2K")
    assert not says(page, 'action="/@jonas/follow/"')
    assert says(page, 'action="/@outsider/follow/"')


def test_sharing_and_downloading_only_where_they_are_allowed(as_mia, jonas, make_video):
    video = make_video(jonas)
    words = [f'data-share="/videos/{video.pk}/share/"', f'href="/videos/{video.pk}/download/"']
    assert all(says(as_mia.get("/"), one) for one in words)
    type(video).objects.update(allow_sharing=False, allow_download=False)
    assert not any(says(as_mia.get("/"), one) for one in words)


def test_it_plays_without_a_script(as_mia, jonas, make_video):
    for _ in range(feed.CLIPS_A_PAGE + 1):
        video = make_video(jonas, caption="<b>Tea</b>")
    page = as_mia.get("/")
    assert page.content.count(b"<video") == feed.CLIPS_A_PAGE
    assert page.content.count(b" controls") == page.content.count(b'preload="none"') == feed.CLIPS_A_PAGE
    assert says(page, f'poster="{shown(page)[0].file_url("poster.webp")}"')
    assert next_of(page).startswith("/?after=")
    assert b"<b>Tea" not in page.content
    assert video.pk not in [one.pk for one in shown(page)]
