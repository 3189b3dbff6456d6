"""Sharing a video: each recipient is decided for themselves, and what couldn't be sent is told, with why."""

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import MessagePrivacy
from messaging.models import Message
from tests.messaging.belongings import make_gif, make_video
from tests.messaging.people import befriend, block, change, follow, make_person
from tests.messaging.talk import JSON, dialogue, signed_in
from videos.models import Gif

PART = {"HX-Request": "true"}


@pytest.fixture
def video(otto):
    return make_video(otto)


def share(person, video, *to, **fields):
    """Share as the script does."""
    fields = {"client_id": str(uuid.uuid4()), "body": "Look", "to": to} | fields
    return signed_in(person).post(f"/videos/{video.pk}/share/", fields, headers=JSON)


def sheet(person, video, **query):
    return signed_in(person).get(f"/videos/{video.pk}/share/", query, headers=PART).content.decode()


def test_it_reaches_several_at_once_with_its_caption(video, mira, tom, otto):
    befriend(mira, otto)
    response = share(mira, video, "tom", "otto")
    assert (response.status_code, response.json()) == (201, {"sent": ["tom", "otto"], "refused": []})
    messages = Message.objects.all()
    assert {(message.kind, message.body, message.video) for message in messages} == {("video", "Look", video)}
    assert len({message.conversation_id for message in messages}) == 2


def test_who_cannot_be_reached_is_told_with_the_reason_and_the_others_get_it(video, mira, tom):
    make_person("nadia", message_privacy=MessagePrivacy.NOBODY)
    follow(mira, make_person("ugo", message_privacy=MessagePrivacy.EVERYONE))
    vera = make_person("vera")
    response = share(mira, video, "nadia", "tom", "ugo", "vera")
    answer = response.json()
    assert (response.status_code, answer["sent"]) == (201, ["tom"])
    refused = {one["username"]: (one["code"], one["detail"]) for one in answer["refused"]}
    assert refused == {
        "nadia": ("unavailable", "@nadia can't receive messages from you."),
        "ugo": ("request_text_only", "Only text until @ugo accepts."),
        "vera": ("not_following", "Follow @vera to write to them."),
    }
    assert not Message.objects.filter(conversation__participants__user=vera).exists()


def test_nobody_reached_is_no_success(video, mira):
    make_person("nadia", message_privacy=MessagePrivacy.NOBODY)
    response = share(mira, video, "nadia")
    assert (response.status_code, response.json()["sent"]) == (403, [])


def test_the_same_again_sends_nothing_twice(video, mira, tom):
    client_id = str(uuid.uuid4())
    for _ in range(2):
        assert share(mira, video, "tom", client_id=client_id).json()["sent"] == ["tom"]
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("to", "fields"),
    [
        ((), {}),
        (("mira",), {}),
        (("nobody_here",), {}),
        (("tom",), {"client_id": "x"}),
        (("tom",), {"body": "x" * 6001}),
    ],
)
def test_a_bad_form_says_what_is_missing(to, fields, video, mira, tom):
    response = share(mira, video, *to, **fields)
    assert response.status_code == 400
    assert response.json()["detail"]
    assert Message.objects.count() == 0


def test_without_a_script_the_page_says_what_became_of_it(video, mira, tom):
    make_person("nadia", message_privacy=MessagePrivacy.NOBODY)
    fields = {"client_id": str(uuid.uuid4()), "body": "Look", "to": ["tom", "nadia"]}
    page = signed_in(mira).post(f"/videos/{video.pk}/share/", fields).content.decode()
    assert "@nadia can&#x27;t receive messages from you." in page
    kept = signed_in(mira).post(f"/videos/{video.pk}/share/", fields | {"to": []})
    assert (kept.status_code, "Look" in kept.content.decode()) == (400, True)


def test_only_who_can_watch_it_can_share_it(video, mira, tom, otto):
    off = make_video(otto, allow_sharing=False)
    assert share(mira, off, "tom").json()["code"] == "sharing_off"
    block(otto, mira)
    assert share(mira, video, "tom").status_code == 404
    assert signed_in(mira).get(f"/videos/{video.pk}/share/").status_code == 404
    assert Client().get(f"/videos/{video.pk}/share/").status_code == 302
    assert Message.objects.count() == 0


def test_the_sheet_lists_the_latest_first_and_why_someone_cannot_be_reached(video, mira, tom, otto):
    befriend(mira, otto)
    follow(mira, make_person("ugo", message_privacy=MessagePrivacy.FRIENDS))
    dialogue(mira, otto)
    dialogue(mira, tom)
    html = sheet(mira, video)
    places = [html.index(f'value="{name}"') for name in ("tom", "otto", "ugo")]
    assert places == sorted(places)
    assert "@ugo accepts messages only from friends." in html
    assert f"http://testserver/videos/{video.pk}/" in html
    assert "ugo" not in sheet(mira, video, q="tom")


def test_the_sheet_costs_the_same_for_few_and_many(video, mira, tom, django_assert_num_queries):
    client, url = signed_in(mira), f"/videos/{video.pk}/share/"
    dialogue(mira, tom)
    client.get(url, headers=PART)
    with CaptureQueriesContext(connection) as few:
        client.get(url, headers=PART)
    for number in range(20):
        person = make_person(f"friend{number}")
        befriend(mira, person)
        if number % 2:
            dialogue(mira, person)
    with django_assert_num_queries(len(few)):
        client.get(url, headers=PART)


def test_a_gif_made_of_it_goes_in_its_place(video, mira, tom):
    gif = make_gif(mira, video=video, kept_at=None)
    assert share(mira, video, "tom", gif=str(gif.pk), body="dropped").json()["sent"] == ["tom"]
    message = Message.objects.get()
    assert (message.kind, message.gif, message.body) == ("gif", gif, "")


def test_a_gif_of_another_goes_nowhere(video, mira, tom):
    gif = make_gif(tom)
    assert share(mira, video, "tom", gif=str(gif.pk)).json()["refused"][0]["code"] == "no_content"


def test_making_a_gif_is_the_authors_to_allow(mira, otto):
    kept = make_video(otto, allow_download=False)
    assert signed_in(mira).post(f"/videos/{kept.pk}/gif/", {"start": 0, "length": 1}, headers=JSON).status_code == 403
    change(mira, is_active=True)
    assert not Gif.objects.exists()
