"""The stickers of the sheet: what is offered, found, sent; own ones, made, counted, removed."""

import datetime
import io
import uuid

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from accounts.policies import Refused
from messaging import actions
from messaging.models import Message, Recent, Sticker
from messaging.sheet import RECENTS_SHOWN, find_stickers, sticker_sections
from tests.messaging.belongings import make_sticker, make_video
from tests.messaging.people import block, born_years_ago, change, follow
from tests.messaging.talk import JSON, NOWHERE, converse, dialogue, say, send_form, send_json, signed_in
from tests.videos.clips import clip
from videos.media import Busy, StickerFile

AS_PART = {"HX-Request": "true"}
BUILT_IN = "party/rocket"


def picture(name="plane.png", size=(300, 200), box=(50, 40, 250, 160)):
    """Return a picture with empty borders, as a browser uploads it."""
    image = Image.new("RGBA", size, (0, 0, 0, 0))
    image.paste((209, 26, 75, 255), box)
    file = io.BytesIO()
    image.save(file, "PNG")
    return SimpleUploadedFile(name, file.getvalue(), "image/png")


def add(client, file=None, **fields):
    return client.post(
        "/stickers/new/", ({"file": file or picture()} if file is not False else {}) | fields, headers=JSON
    )


def stick(sender, other, ref):
    return say(sender, other, "", kind="sticker", wanted=actions.Wanted(sticker=ref))


def stored():
    """Return the names of all files of stickers; tests share the storage."""
    try:
        return set(default_storage.listdir("stickers")[1])
    except FileNotFoundError:
        return set()


@pytest.fixture
def quick(monkeypatch):
    """Don't start a process for each sticker; return what each was to be made of."""
    made = []

    def make(source, folder, *, start_s, length_s):
        made.append((source.read_bytes(), start_s, length_s))
        (folder / "sticker.webp").write_bytes(b"a sticker")
        return StickerFile(200, 120, False)

    monkeypatch.setattr("messaging.actions.stickers.make_sticker", make)
    return made


# --- What is offered ---------------------------------------------------------


def test_the_sheet_has_every_pack_and_what_was_used_last(mira, tom):
    own = make_sticker(mira)
    for ref in (BUILT_IN, str(own.pk), "feelings/red-heart"):
        stick(mira, tom, ref)
    sections = {section.key: [choice.ref for choice in section.choices] for section in sticker_sections(mira)}
    assert list(sections) == ["recent", "own", "feelings", "hands", "animals", "party"]
    assert sections["recent"] == ["feelings/red-heart", str(own.pk), BUILT_IN]
    assert sections["own"] == [str(own.pk)]
    assert BUILT_IN in sections["party"]
    assert {section.key: section.choices for section in sticker_sections(tom)}["recent"] == []


def test_what_was_used_last_is_short_and_leaves_out_what_is_gone(mira, tom):
    gone = make_sticker(mira)
    stick(mira, tom, str(gone.pk))
    actions.remove_sticker(mira, gone.pk)
    keys = [choice.ref for choice in sticker_sections(mira)[2].choices][: RECENTS_SHOWN + 3]
    for key in keys:
        stick(mira, tom, key)
    recent = sticker_sections(mira)[0]
    assert [choice.ref for choice in recent.choices] == keys[::-1][:RECENTS_SHOWN]


def test_others_stickers_are_not_offered(mira, tom):
    make_sticker(tom, alt="zebrafish")
    assert sticker_sections(mira)[1].choices == []
    assert find_stickers(mira, "zebrafish") == []


@pytest.mark.parametrize(
    ("words", "found"),
    [("rocket", BUILT_IN), ("ROCK", BUILT_IN), ("rakete", BUILT_IN), ("cœur", "feelings/red-heart")],
)
def test_stickers_are_found_by_their_words(words, found, mira):
    assert found in [choice.ref for choice in find_stickers(mira, words)]


def test_own_stickers_are_found_by_their_description_and_come_first(mira):
    own = make_sticker(mira, alt="Größter Heart-shaped rocket")
    for words in ("groß", "rocket heart", "heart"):
        assert find_stickers(mira, words)[0].ref == str(own.pk)
    assert str(own.pk) not in [choice.ref for choice in find_stickers(mira, "ocket")]
    assert find_stickers(mira, "  ") == []


def test_a_script_gets_the_part_alone_and_a_browser_a_page(mira):
    client = signed_in(mira)
    part, page = client.get("/stickers/", headers=AS_PART), client.get("/stickers/")
    for response in (part, page):
        assert response.status_code == 200
        assert "HX-Request" in response["Vary"]
    assert "<html" not in part.text
    assert f'value="{BUILT_IN}"' in part.text
    assert 'alt="rocket"' in part.text
    assert "<html" in page.text
    assert f'value="{BUILT_IN}"' not in page.text  # there is no conversation to send it to


def test_every_picture_has_its_size_and_waits_until_it_is_seen(mira):
    make_sticker(mira)
    images = signed_in(mira).get("/stickers/", headers=AS_PART).text.split('<button class="sheet-choice"')[1:]
    assert len(images) > 60
    for image in images:
        assert 'loading="lazy"' in image
        assert 'width="' in image
        assert 'height="' in image


def test_nothing_is_found_in_words(mira):
    text = signed_in(mira).get("/stickers/?q=xyzzy\0", headers=AS_PART).text
    assert "No sticker has that word" in text
    assert "sheet-choice" not in text


@pytest.mark.parametrize("own", [3, 20])
def test_the_sheet_costs_the_same_for_few_and_many(own, mira, tom, django_assert_num_queries):
    for _ in range(own):
        stick(mira, tom, str(make_sticker(mira).pk))
    client = signed_in(mira)
    client.get("/stickers/", headers=AS_PART)
    with django_assert_num_queries(5):  # session, account, badge, own ones, what was used last
        client.get("/stickers/", headers=AS_PART)


# --- Without a script --------------------------------------------------------


def test_a_page_sends_to_its_conversation(mira, tom):
    conversation = dialogue(mira, tom)
    client = signed_in(mira)
    page = client.get(f"/stickers/?conversation={conversation.pk}").text
    assert f'action="/inbox/{conversation.pk}/messages/"' in page
    assert f'value="{BUILT_IN}"' in page
    assert send_form(client, conversation, "", kind="sticker", sticker=BUILT_IN).status_code == 302
    assert Message.objects.get(kind="sticker").sticker_key == BUILT_IN


def test_a_page_of_somebody_elses_conversation_is_not_there(mira, tom, otto):
    conversation = dialogue(mira, tom)
    assert signed_in(otto).get(f"/stickers/?conversation={conversation.pk}").status_code == 404


def test_a_page_says_where_only_text_can_be_sent(mira, otto):
    change(otto, message_privacy="everyone")
    follow(mira, otto)
    conversation = converse(mira, otto)
    page = signed_in(mira).get(f"/stickers/?conversation={conversation.pk}").text
    assert "Only text until @otto accepts." in page
    assert f'value="{BUILT_IN}"' not in page
    refused = send_json(signed_in(mira), conversation, "", kind="sticker", sticker=BUILT_IN)
    assert refused.json()["code"] == "request_text_only"


def test_a_form_adds_one_and_leads_back(mira, tom, quick):
    conversation, client = dialogue(mira, tom), signed_in(mira)
    assert f'value="{conversation.pk}"' in client.get(f"/stickers/new/?conversation={conversation.pk}").text
    response = client.post(
        "/stickers/new/", {"file": picture(), "alt": "A plane", "conversation": str(conversation.pk)}
    )
    assert (response.status_code, response["location"]) == (302, f"/stickers/?conversation={conversation.pk}")
    sticker = Sticker.objects.get(owner=mira)
    response = client.post(f"/stickers/{sticker.pk}/remove/")
    assert (response.status_code, response["location"]) == (302, "/stickers/")
    response = client.post("/stickers/new/", {"alt": "kept words"})
    assert response.status_code == 400
    assert "Choose a picture or a short video." in response.text
    assert "kept words" in response.text


# --- Own ones ----------------------------------------------------------------


def test_one_is_made_of_a_picture_without_its_empty_borders(mira, tom, otto):
    response = add(signed_in(mira), alt=" A  paper\nplane ")
    assert response.status_code == 201
    sticker = Sticker.objects.get()
    assert response.json() == {
        "id": str(sticker.pk),
        "url": f"/media/stickers/{sticker.pk}.webp",
        "width": 200,
        "height": 120,
        "alt": "A paper plane",
        "animated": False,
    }
    content = b"".join(signed_in(mira).get(sticker.file_url()).streaming_content)
    with Image.open(io.BytesIO(content)) as image:
        assert (image.format, image.size) == ("WEBP", (200, 120))
    # Nobody else's until it is sent, and then nobody's beside.
    assert signed_in(tom).get(sticker.file_url()).status_code == 404
    message = stick(mira, tom, str(sticker.pk))
    assert signed_in(tom).get(sticker.file_url()).status_code == 200
    assert signed_in(otto).get(sticker.file_url()).status_code == Client().get(sticker.file_url()).status_code == 404
    actions.unsend(mira, message.pk)
    assert signed_in(tom).get(sticker.file_url()).status_code == 404
    assert signed_in(mira).get(sticker.file_url()).status_code == 200


def test_one_is_made_of_a_short_video(mira):
    response = add(signed_in(mira), SimpleUploadedFile("clip.mp4", clip(2.0), "video/mp4"), start="0.5", length="1")
    assert (response.status_code, response.json()["animated"]) == (201, True)


def test_one_is_made_of_a_video_one_can_watch(mira, tom, quick):
    video = make_video(tom)
    response = add(signed_in(mira), False, video=str(video.pk), start="1.5", length="2")
    assert response.status_code == 201
    assert quick == [(b"the bytes of a file", 1.5, 2.0)]


def test_a_video_that_is_not_to_be_copied_is_no_sticker(mira, tom, otto, quick):
    kept, blocked = make_video(tom, allow_download=False), make_video(otto)
    block(otto, mira)
    response = add(signed_in(mira), False, video=str(kept.pk))
    assert (response.status_code, response.json()["code"]) == (403, "download_off")
    for video_id in (blocked.pk, NOWHERE):
        assert add(signed_in(mira), False, video=str(video_id)).status_code == 404
        assert signed_in(mira).get(f"/stickers/new/?video={video_id}").status_code == 404
    assert quick == []
    assert Sticker.objects.count() == 0


def test_what_is_no_picture_is_refused_in_words(mira):
    before = stored()
    for file, code in (
        (SimpleUploadedFile("a.png", b"words", "image/png"), "not_picture"),
        (SimpleUploadedFile("a.png", b"", "image/png"), "empty"),
        (SimpleUploadedFile("a.png", bytes(3 * 1024 * 1024 + 1), "image/png"), "too_heavy"),
        (picture(box=(0, 0, 0, 0)), "empty"),
        (False, "required"),
    ):
        response = add(signed_in(mira), file)
        assert response["content-type"] == "application/problem+json"
        assert (response.status_code, response.json()["code"]) == (413 if code == "too_heavy" else 400, code)
        assert response.json()["detail"]
    assert Sticker.objects.count() == 0
    assert stored() == before


@pytest.mark.parametrize(
    "fields", [{"start": "-1"}, {"start": "nan"}, {"length": "0"}, {"length": "60"}, {"alt": "x" * 201}, {"video": "x"}]
)
def test_nonsense_beside_the_file_is_refused(fields, mira, quick):
    response = add(signed_in(mira), **fields)
    assert response.status_code == 400
    assert quick == []


def test_the_set_is_full_at_some_time(mira, quick, settings):
    settings.MAX_OWN_STICKERS = 2
    client = signed_in(mira)
    assert [add(client).status_code for _ in range(2)] == [201, 201]
    refused = add(client)
    assert (refused.status_code, refused.json()["code"]) == (400, "too_many")
    assert "holds 2 stickers" in refused.json()["detail"]
    assert len(quick) == 2
    assert "sticker-add" not in client.get("/stickers/", headers=AS_PART).text
    assert "holds 2 stickers" in client.get("/stickers/new/").text
    actions.remove_sticker(mira, Sticker.objects.first().pk)
    assert add(client).status_code == 201


def test_one_that_was_made_meanwhile_counts(mira, monkeypatch, settings, quick):
    settings.MAX_OWN_STICKERS = 1
    before = stored()
    store = actions.stickers.store_file

    def store_late(path, name):
        make_sticker(mira)
        store(path, name)

    monkeypatch.setattr("messaging.actions.stickers.store_file", store_late)
    assert add(signed_in(mira)).json()["code"] == "too_many"
    sticker = Sticker.objects.get()
    assert stored() - before == {f"{sticker.pk}.webp"}


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"messaging_suspended_until": datetime.datetime(2999, 1, 1, tzinfo=datetime.UTC)}, "suspended"),
        ({"birth_date": born_years_ago(15)}, "underage"),
    ],
)
def test_who_cannot_send_cannot_add(fields, code, mira, quick):
    change(mira, **fields)
    response = add(signed_in(mira))
    assert (response.status_code, response.json()["code"]) == (403, code)
    assert quick == []


def test_how_many_one_makes_is_limited(mira, quick, settings):
    settings.STICKER_LIMITS = [(1, 60)]
    client = signed_in(mira)
    assert add(client).status_code == 201
    refused = add(client)
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert int(refused["Retry-After"]) > 0


def test_a_busy_server_says_so(mira, monkeypatch):
    def make(*args, **kwargs):
        raise Busy

    monkeypatch.setattr("messaging.actions.stickers.make_sticker", make)
    assert add(signed_in(mira)).status_code == 503


def test_a_removed_one_stays_where_it_was_sent(mira, tom, django_capture_on_commit_callbacks):
    sent, unsent = make_sticker(mira), make_sticker(mira)
    stick(mira, tom, str(sent.pk))
    with django_capture_on_commit_callbacks(execute=True):
        for sticker in (sent, unsent):
            response = signed_in(mira).post(f"/stickers/{sticker.pk}/remove/", headers=JSON)
            assert response.status_code == 204
    assert list(Sticker.objects.all()) == [sent]
    assert default_storage.exists(sent.file_name)
    assert not default_storage.exists(unsent.file_name)
    assert signed_in(tom).get(sent.file_url()).status_code == 200
    assert sticker_sections(mira)[1].choices == []
    assert Recent.objects.count() == 0
    with pytest.raises(Refused):
        stick(mira, tom, str(sent.pk))
    assert signed_in(mira).post(f"/stickers/{sent.pk}/remove/", headers=JSON).status_code == 404


def test_somebody_elses_cannot_be_removed(mira, tom):
    theirs = make_sticker(tom)
    stick(tom, mira, str(theirs.pk))
    assert signed_in(mira).post(f"/stickers/{theirs.pk}/remove/", headers=JSON).status_code == 404
    assert Sticker.objects.get().removed_at is None


def test_what_no_message_shows_any_more_is_thrown_away(mira, tom, django_capture_on_commit_callbacks):
    gone, shown, own = (make_sticker(mira) for _ in range(3))
    messages = [stick(mira, tom, str(sticker.pk)) for sticker in (gone, shown)]
    for sticker in (gone, shown):
        actions.remove_sticker(mira, sticker.pk)
    actions.unsend(mira, messages[0].pk)
    assert actions.discard_unused_stickers() == 0  # not at once
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.discard_unused_stickers(datetime.timedelta(0)) == 1
    assert set(Sticker.objects.all()) == {shown, own}
    assert not default_storage.exists(gone.file_name)
    assert default_storage.exists(shown.file_name)


def test_the_same_client_id_with_another_sticker_is_another_message(mira, tom):
    client, conversation, client_id = signed_in(mira), converse(mira, tom), str(uuid.uuid4())
    fields = {"client_id": client_id, "kind": "sticker"}
    assert send_json(client, conversation, "", sticker=BUILT_IN, **fields).status_code == 201
    assert send_json(client, conversation, "", sticker=BUILT_IN, **fields).status_code == 200
    other = send_json(client, conversation, "", sticker="feelings/red-heart", **fields)
    assert (other.status_code, other.json()["code"]) == (409, "client_id_reused")
