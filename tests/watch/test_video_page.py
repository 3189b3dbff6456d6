"""One video's own page: who gets it, what others show of a link to it, and what is there when it is not."""

import re
import uuid

import pytest
from django.test import Client
from django.utils import timezone

from accounts import actions
from tests.accounts.conftest import browser_of, says

pytestmark = pytest.mark.django_db
# Different at each request, whatever the page says.
TOKEN = re.compile(rb'(csrf-token" content="|csrfmiddlewaretoken" value="|X-CSRFToken": ")[^"]+')


def bytes_of(page) -> bytes:
    return TOKEN.sub(b"", page.content)


def html_of(page) -> str:
    return page.content.decode()


def test_anyone_may_watch(as_mia, mia, jonas, make_video):
    video = make_video(jonas, caption="Blue hour", like_count=7)
    for browser in (Client(), as_mia, browser_of(jonas)):
        page = browser.get(f"/videos/{video.pk}/")
        assert page.status_code == 200
        assert says(page, "Blue hour")
        assert says(page, f'src="/media/videos/{video.pk}/video.mp4"')
        assert "no-store" in page["Cache-Control"]


def test_who_is_not_signed_in_is_led_to_the_sign_in(jonas, make_video):
    page = Client().get(f"/videos/{make_video(jonas).pk}/")
    assert says(page, "/accounts/login/?next=/videos/")
    assert b"follow/" not in page.content
    assert b"/unlike/" not in page.content


def test_the_card_for_other_sites(jonas, make_video):
    video = make_video(jonas, caption='Tea & "cake"')
    page = Client().get(f"/videos/{video.pk}/", headers={"host": "testserver"})
    site = f"http://testserver/videos/{video.pk}/"
    media = f"http://testserver/media/videos/{video.pk}/"
    tags = dict(
        re.findall(r'<meta (?:property|name)="((?:og|twitter):[^"]+)" content="([^"]*)"', page.content.decode())
    )
    assert tags == {
        "og:site_name": "Paperplane",
        "og:type": "video.other",
        "og:url": site,
        "og:title": "Video by Jonas Weber",
        "og:description": "Tea &amp; &quot;cake&quot;",
        "og:image": f"{media}poster.webp",
        "og:image:type": "image/webp",
        "og:image:width": "540",
        "og:image:height": "960",
        "og:image:alt": "Tea &amp; &quot;cake&quot;",
        "og:video": f"{media}video.mp4",
        "og:video:type": "video/mp4",
        "og:video:width": "540",
        "og:video:height": "960",
        "twitter:card": "summary_large_image",
    }
    assert says(page, f'<link rel="canonical" href="{site}">')


def test_more_by_the_author_without_this_one(as_mia, jonas, outsider, make_video):
    video, other = make_video(jonas), make_video(jonas)
    make_video(jonas, deleted_at=timezone.now())
    make_video(outsider)
    assert as_mia.get(f"/videos/{video.pk}/").context["others"] == [other]


def test_its_author_is_sent_to_see_how_far_it_is(jonas, as_jonas, as_mia, make_video):
    for state in ("waiting", "processing", "failed"):
        video = make_video(jonas, state=state, published_at=None)
        answer = as_jonas.get(f"/videos/{video.pk}/")
        assert (answer.status_code, answer["location"]) == (302, f"/videos/{video.pk}/status/")
        assert as_mia.get(f"/videos/{video.pk}/").status_code == 404


def test_what_is_not_there_looks_the_same_whatever_the_reason(as_mia, mia, jonas, outsider, make_person, make_video):
    gone = make_person("gone")
    videos = [
        make_video(jonas, deleted_at=timezone.now()),
        make_video(jonas, state="processing", published_at=None),
        make_video(outsider),
        make_video(gone),
    ]
    blocked = make_person("blocked")
    videos.append(make_video(blocked))
    actions.block(outsider, mia)
    actions.block(mia, blocked)
    actions.deactivate(gone)
    pages = [as_mia.get(f"/videos/{video_id}/") for video_id in [uuid.uuid4(), *(video.pk for video in videos)]]
    assert {page.status_code for page in pages} == {404}
    assert len({bytes_of(page) for page in pages}) == 1
    assert len({tuple(sorted((dict(page.headers) | {"Expires": ""}).items())) for page in pages}) == 1
    assert says(pages[0], "This video isn’t here any more")
    assert b"/videos/0" not in pages[0].content


def test_a_block_hides_it_from_the_blocked_alone(as_mia, mia, jonas, make_video):
    video = make_video(jonas)
    actions.block(jonas, mia)
    assert as_mia.get(f"/videos/{video.pk}/").status_code == 404
    assert Client().get(f"/videos/{video.pk}/").status_code == 200


def test_its_author_can_edit_and_delete_nobody_else(jonas, as_jonas, as_mia, make_video):
    video = make_video(jonas)
    words = [f'href="/videos/{video.pk}/edit/"', f'action="/videos/{video.pk}/delete/"']
    assert all(says(as_jonas.get(f"/videos/{video.pk}/"), one) for one in words)
    assert not any(says(as_mia.get(f"/videos/{video.pk}/"), one) for one in words)
    assert b"follow/" not in as_jonas.get(f"/videos/{video.pk}/").content
