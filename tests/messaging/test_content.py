"""What messages carry besides words: who may send it, who gets its files, and what is left when it is taken back."""

import uuid

import pytest
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import MessagePrivacy
from accounts.policies import Refused
from messaging import actions
from messaging.models import Message, Photo, Recent, Sticker
from messaging.rendering import preview, render_message
from tests.messaging.belongings import CONTENT, make_gif, make_photo, make_sticker, make_video
from tests.messaging.people import befriend, block, change, follow
from tests.messaging.sockets import Tab, in_thread
from tests.messaging.talk import NOWHERE, converse, dialogue, say, send_form, send_json, signed_in
from videos.models import Gif

BUILT_IN = "party/rocket"


def wanted(**named):
    return {"body": "", "wanted": actions.Wanted(**named)}


def urls_of(message):
    """Return the addresses of a message's files."""
    if message.kind == "photo":
        return [photo.file_url(size) for photo in message.photos.all() for size in (640, 2048)]
    if message.kind == "gif":
        return [message.gif.file_url("webp"), message.gif.file_url("gif")]
    return [message.sticker.file_url()]


def say_own(kind, sender, other):
    """Send a message with something of the sender's own."""
    if kind == "video":
        return say(sender, other, kind=kind, **wanted(video=make_video(sender).pk))
    if kind == "photo":
        photos = tuple(make_photo(sender).pk for _ in range(2))
        return say(sender, other, kind=kind, body="Look", wanted=actions.Wanted(photos=photos))
    if kind == "gif":
        return say(sender, other, kind=kind, **wanted(gif=make_gif(sender).pk))
    return say(sender, other, kind=kind, **wanted(sticker=str(make_sticker(sender).pk)))


KINDS = ("photo", "gif", "sticker")


@pytest.mark.parametrize("kind", KINDS)
def test_a_participant_gets_the_files_and_an_outsider_does_not(kind, mira, tom, otto):
    message = say_own(kind, mira, tom)
    for url in urls_of(message):
        for person in (mira, tom):
            response = signed_in(person).get(url)
            assert response.status_code == 200
            assert b"".join(response.streaming_content) == CONTENT
            assert response["Cache-Control"] == "private, no-cache"
            assert response["X-Content-Type-Options"] == "nosniff"
        assert signed_in(otto).get(url).status_code == 404
        assert Client().get(url).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_an_unsent_message_takes_its_files_along(kind, mira, tom, django_capture_on_commit_callbacks):
    message = say_own(kind, mira, tom)
    urls = urls_of(message)
    with django_capture_on_commit_callbacks(execute=True):
        actions.unsend(mira, message.pk)
    for url in urls:
        assert signed_in(tom).get(url).status_code == 404
    message = Message.objects.with_parts().get(pk=message.pk)
    assert urls[0] not in render_message(message)
    assert preview(message) == "Unsent a message"


def test_the_photos_of_an_unsent_message_are_gone_from_the_storage(mira, tom, django_capture_on_commit_callbacks):
    message = say_own("photo", mira, tom)
    folders = [photo.folder for photo in message.photos.all()]
    assert default_storage.exists(f"{folders[0]}/640.webp")
    with django_capture_on_commit_callbacks(execute=True):
        actions.unsend(mira, message.pk)
    assert Photo.objects.count() == 0
    assert not any(default_storage.exists(f"{folder}/{size}.webp") for folder in folders for size in (640, 2048))


def test_a_gif_that_is_kept_or_was_sent_elsewhere_outlives_an_unsent_message(mira, tom):
    kept, loose, twice = make_gif(mira), make_gif(mira, kept_at=None), make_gif(mira, kept_at=None)
    for gif in (kept, loose, twice):
        actions.unsend(mira, say_twice_if(gif is twice, mira, tom, gif).pk)
    assert set(Gif.objects.all()) == {kept, twice}


def say_twice_if(again, sender, other, gif):
    messages = [say(sender, other, kind="gif", **wanted(gif=gif.pk)) for _ in range(1 + again)]
    return messages[0]


@pytest.mark.parametrize("kind", KINDS)
def test_who_deleted_it_gets_the_files_no_more_and_the_other_still_does(kind, mira, tom):
    message = say_own(kind, mira, tom)
    actions.delete_for_me(tom, message.pk)
    for url in urls_of(message):
        assert signed_in(tom).get(url).status_code == 404
        assert signed_in(mira).get(url).status_code == 200


def test_a_photo_before_it_is_sent_is_its_owners_alone(mira, tom):
    url = make_photo(mira).file_url(640)
    assert signed_in(mira).get(url).status_code == 200
    assert signed_in(tom).get(url).status_code == 404


@pytest.mark.parametrize("kind", KINDS)
def test_what_belongs_to_another_cannot_be_sent(kind, mira, tom):
    theirs = {
        "photo": lambda: {"photos": (make_photo(tom).pk,)},
        "gif": lambda: {"gif": make_gif(tom).pk},
        "sticker": lambda: {"sticker": str(make_sticker(tom).pk)},
    }[kind]()
    with pytest.raises(Refused) as refused:
        say(mira, tom, kind=kind, **wanted(**theirs))
    assert refused.value.refusal.code == "no_content"
    assert Message.objects.count() == 0


NONSENSE = [
    {"kind": "sticker"},
    {"kind": "sticker", "sticker": "party/nothing"},
    {"kind": "sticker", "sticker": "../secret"},
    {"kind": "sticker", "sticker": str(NOWHERE)},
    {"kind": "gif"},
    {"kind": "gif", "gif": str(NOWHERE)},
    {"kind": "gif", "gif": "x"},
    {"kind": "photo"},
    {"kind": "photo", "photo": []},
    {"kind": "photo", "photo": [str(NOWHERE)]},
    {"kind": "photo", "photo": ["x"]},
    {"kind": "photo", "photo": [str(NOWHERE)] * 2},
    {"kind": "photo", "photo": [str(uuid.uuid4()) for _ in range(10)]},
    {"kind": "video", "video": str(NOWHERE)},
    {"kind": "text", "body": "x", "gif": str(NOWHERE)},
]


@pytest.mark.parametrize("fields", NONSENSE)
def test_what_is_not_there_is_refused_in_words(fields, mira, tom):
    conversation = converse(mira, tom)
    response = send_json(signed_in(mira), conversation, **{"body": ""} | fields)
    assert (response.status_code, response.json()["code"]) == (400, "no_content")
    assert response.json()["detail"]
    assert Message.objects.count() == 0


@pytest.mark.parametrize("kind", ["sticker", "gif"])
def test_stickers_and_gifs_go_without_words(kind, mira, tom):
    fields = {"sticker": BUILT_IN} if kind == "sticker" else {"gif": str(make_gif(mira).pk)}
    response = send_json(signed_in(mira), converse(mira, tom), "words", kind=kind, **fields)
    assert (response.status_code, response.json()["code"]) == (400, "bad_body")


def test_a_photo_goes_into_one_message(mira, tom, otto):
    photo = make_photo(mira)
    say(mira, tom, kind="photo", **wanted(photos=(photo.pk,)))
    with pytest.raises(Refused) as refused:
        say(mira, tom, kind="photo", **wanted(photos=(photo.pk,)))
    assert refused.value.refusal.code == "no_content"


def test_photos_keep_the_order_they_were_chosen_in(mira, tom):
    photos = [make_photo(mira) for _ in range(9)]
    chosen = tuple(photo.pk for photo in reversed(photos))
    message = say(mira, tom, kind="photo", **wanted(photos=chosen))
    assert tuple(message.photos.values_list("pk", flat=True)) == chosen


def test_the_same_client_id_again_is_the_same_message(mira, tom):
    client, conversation = signed_in(mira), converse(mira, tom)
    photos = [str(make_photo(mira).pk) for _ in range(2)]
    fields = {"client_id": str(uuid.uuid4()), "kind": "photo", "body": ""}
    first = send_json(client, conversation, photo=photos, **fields)
    again = send_json(client, conversation, photo=photos, **fields)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json()["message"] == first.json()["message"]
    other = send_json(client, conversation, photo=photos[:1], **fields)
    assert (other.status_code, other.json()["code"]) == (409, "client_id_reused")


@pytest.mark.parametrize("kind", [*KINDS, "video"])
def test_only_text_before_a_request_is_accepted(kind, mira, otto):
    change(otto, message_privacy=MessagePrivacy.EVERYONE)
    follow(mira, otto)
    with pytest.raises(Refused) as refused:
        say_own(kind, mira, otto)
    assert refused.value.refusal.code == "request_text_only"
    assert say(mira, otto, "hello").seq == 1


def test_what_was_used_last_comes_first(mira, tom):
    for key in (BUILT_IN, "party/balloon", BUILT_IN):
        say(mira, tom, kind="sticker", **wanted(sticker=key))
    used = Recent.objects.filter(user=mira).order_by("-used_at").values_list("ref", flat=True)
    assert list(used) == [BUILT_IN, "party/balloon"]


def test_a_removed_sticker_cannot_be_sent_and_stays_where_it_was_sent(mira, tom):
    message = say_own("sticker", mira, tom)
    Sticker.objects.update(removed_at=message.created_at)
    with pytest.raises(Refused):
        say(mira, tom, kind="sticker", **wanted(sticker=str(message.sticker_id)))
    assert signed_in(tom).get(urls_of(message)[0]).status_code == 200


def test_a_shared_video_with_a_caption(mira, tom, otto):
    video = make_video(otto)
    message = say(mira, tom, "Watch this", kind="video", wanted=actions.Wanted(video=video.pk))
    html = render_message(Message.objects.with_parts().get(pk=message.pk))
    assert f'href="/videos/{video.pk}/"' in html
    assert "Watch this" in html
    assert preview(message) == "Shared a video · Watch this"


def test_a_video_that_is_gone_is_a_placeholder(mira, tom, otto):
    video = make_video(otto)
    message = say(mira, tom, kind="video", **wanted(video=video.pk))
    for fields in ({"deleted_at": message.created_at}, {"deleted_at": None, "state": "failed"}):
        type(video).objects.update(**fields)
        html = render_message(Message.objects.with_parts().get(pk=message.pk))
        assert "isn’t here any more" in html
        assert str(video.pk) not in html


def test_a_video_cannot_be_shared_where_its_author_forbids_it_or_is_blocked(mira, tom, otto):
    forbidden, blocked = make_video(tom, allow_sharing=False), make_video(otto)
    block(otto, mira)
    for video, code in ((forbidden, "sharing_off"), (blocked, "no_content")):
        with pytest.raises(Refused) as refused:
            say(mira, tom, kind="video", **wanted(video=video.pk))
        assert refused.value.refusal.code == code
    assert say(tom, mira, kind="video", **wanted(video=forbidden.pk)).seq == 1  # one's own


def test_a_form_without_scripts_sends_a_sticker(mira, tom):
    conversation = dialogue(mira, tom)
    response = send_form(signed_in(mira), conversation, "", kind="sticker", sticker=BUILT_IN)
    assert response.status_code == 302
    assert Message.objects.get(kind="sticker").sticker_key == BUILT_IN


@pytest.mark.django_db(transaction=True)
async def test_photos_over_the_socket_are_drawn_for_the_other_at_once(mira, tom):
    conversation = await in_thread(converse, mira, tom)
    photos = [await in_thread(make_photo, mira, alt=f"Number {n}") for n in range(3)]
    async with Tab(mira) as mine, Tab(tom) as theirs:
        fields = {"conversation": str(conversation.pk), "client_id": str(uuid.uuid4()), "kind": "photo", "body": ""}
        await mine.say("message.send", photo=[str(photo.pk) for photo in photos], **fields)
        (*_, ack) = await mine.until("ack")
        (*_, created) = await theirs.until("message.created", id=ack["message"]["id"])
        (*_, row) = await theirs.until("inbox.row")
    assert [created["html"].index(photo.file_url(640)) for photo in photos] == sorted(
        created["html"].index(photo.file_url(640)) for photo in photos
    )
    assert 'alt="Number 2"' in created["html"]
    assert "Sent photos" in row["html"]


def test_what_a_message_shows_is_loaded_with_it(mira, tom):
    """In three queries, however many there are; as relations that were read before, in their order."""
    befriend(mira, tom)
    photos = [make_photo(mira) for _number in range(2)]
    first = say(mira, tom, "", kind="photo", wanted=actions.Wanted(photos=tuple(photo.pk for photo in photos)))
    say(tom, mira, "lovely", reply_to=first.pk)
    actions.like(tom, first.pk)
    with CaptureQueriesContext(connection) as queries:
        shown, answer = Message.objects.filter(conversation=first.conversation_id).with_parts().order_by("seq")
        assert [photo.pk for photo in shown.photos.all()] == [photo.pk for photo in photos]
        assert [photo.pk for photo in answer.reply_to.photos.all()] == [photo.pk for photo in photos]
        assert [like.user_id for like in shown.liked()] == [tom.pk]
        assert (list(answer.photos.all()), list(answer.liked())) == ([], [])
    assert len(queries) == 5  # the messages; their senders, the answered one, likes, photos
    assert Message.objects.with_parts().filter(seq=99).first() is None
    assert Message.objects.with_parts().exclude(pk=first.pk).get().reply_to.photos.all()
