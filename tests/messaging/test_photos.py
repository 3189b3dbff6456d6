"""Photos on their way: uploaded, described, sent, thrown away; who may, how many, and what stays behind."""

import datetime
import io
import uuid
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from PIL import Image

from accounts.models import MessagePrivacy
from messaging import actions
from messaging.models import Message, Photo
from tests.messaging.belongings import make_photo
from tests.messaging.people import block, born_years_ago, change, follow
from tests.messaging.talk import JSON, NOWHERE, converse, dialogue, get_json, post_json, send_form, send_json, signed_in
from videos.media import Busy, Picture

SIZES = (640, 2048)


def picture(name="pier.jpg", size=(300, 200), color="teal", **options):
    """Return a picture as a browser uploads it."""
    file = io.BytesIO()
    Image.new("RGB", size, color).save(file, "PNG" if name.endswith("png") else "JPEG", **options)
    return SimpleUploadedFile(name, file.getvalue(), "image/jpeg")


def upload(client, file=None, **fields):
    return client.post("/photos/", {"photo": file or picture()} | fields, headers=JSON)


def stored(photo_id):
    return [size for size in SIZES if default_storage.exists(f"photos/{photo_id}/{size}.webp")]


@pytest.fixture
def quick(monkeypatch):
    """Don't start a process for each photo; return the sources that were to be made photos."""
    sources = []

    def make(source: Path, folder: Path) -> Picture:
        sources.append(source.read_bytes())
        for size in SIZES:
            (folder / f"{size}.webp").write_bytes(b"a photo")
        return Picture(1200, 900, "#aabbcc")

    monkeypatch.setattr("messaging.actions.photos.make_photo", make)
    return sources


def test_a_photo_is_uploaded_described_sent_and_seen(mira, tom, otto):
    client, conversation = signed_in(mira), dialogue(mira, tom)
    response = upload(client, picture(size=(3000, 1500), exif=secret_place()), alt=" The  old\npier ")
    assert response.status_code == 201
    photo = response.json()
    assert photo == {
        "id": photo["id"],
        "width": 2048,
        "height": 1024,
        "url": f"/media/photos/{photo['id']}/640.webp",
        "alt": "The old pier",
    }
    sent = send_json(client, conversation, "Look", kind="photo", photo=[photo["id"]])
    assert sent.status_code == 201
    for size in SIZES:
        url = photo["url"].replace("640", str(size))
        content = b"".join(signed_in(tom).get(url).streaming_content)
        with Image.open(io.BytesIO(content)) as seen:
            assert (seen.format, max(seen.size)) == ("WEBP", size)
            assert not seen.getexif()
        assert b"Secret Street" not in content
        assert signed_in(otto).get(url).status_code == Client().get(url).status_code == 404
    html = get_json(signed_in(tom), f"/inbox/{conversation.pk}/messages/").json()["messages"][-1]["html"]
    assert 'alt="The old pier"' in html
    assert 'width="2048" height="1024"' in html
    assert f"/media/photos/{photo['id']}/2048.webp" in html


def secret_place():
    exif = Image.Exif()
    exif[0x010E] = "Secret Street 1"
    return exif


def test_the_upload_itself_is_kept_nowhere(quick, mira):
    file = picture()
    photo_id = upload(signed_in(mira), file).json()["id"]
    assert quick == [file.file.getvalue()]
    assert sorted(default_storage.listdir(f"photos/{photo_id}")[1]) == ["2048.webp", "640.webp"]


BAD_FILES = [
    (SimpleUploadedFile("a.jpg", b"no picture at all"), 400, "not_picture"),
    (SimpleUploadedFile("a.jpg", b""), 400, "empty"),
    (SimpleUploadedFile("a.jpg", picture().read()[:400]), 400, "broken"),
    (SimpleUploadedFile("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"), 400, "not_picture"),
]


@pytest.mark.parametrize(("file", "status", "code"), BAD_FILES)
def test_what_is_no_photo_is_refused_in_words(file, status, code, mira):
    file.seek(0)
    response = upload(signed_in(mira), file)
    assert (response.status_code, response.json()["code"]) == (status, code)
    assert response["content-type"] == "application/problem+json"
    assert response.json()["detail"].endswith(".")
    assert Photo.objects.count() == 0


def test_a_file_that_is_too_large_is_not_even_opened(quick, mira, monkeypatch):
    monkeypatch.setattr("messaging.forms.MAX_PHOTO_BYTES", 100)
    response = upload(signed_in(mira))
    assert (response.status_code, response.json()["code"]) == (413, "too_heavy")
    assert quick == []


def test_no_file_is_no_photo(mira):
    response = signed_in(mira).post("/photos/", {"photo": "a text"}, headers=JSON)
    assert (response.status_code, response.json()["code"]) == (400, "required")


def test_when_too_much_is_going_on_one_is_told_when_to_come_back(mira, monkeypatch):
    def make(source, folder):
        raise Busy

    monkeypatch.setattr("messaging.actions.photos.make_photo", make)
    response = upload(signed_in(mira))
    assert (response.status_code, response.json()["code"]) == (503, "busy")
    assert response["Retry-After"] == str(response.json()["retry_after"]) == "5"
    assert Photo.objects.count() == 0


def test_who_may_not_write_to_anyone_may_not_upload(quick, mira, tom):
    client = signed_in(mira)
    change(mira, birth_date=born_years_ago(15))
    assert (upload(client).status_code, upload(client).json()["code"]) == (403, "underage")
    change(mira, birth_date=born_years_ago(30))
    block(tom, mira)  # which she can't tell from this
    assert upload(client).status_code == 201
    change(mira, messaging_suspended_until=timezone.now() + datetime.timedelta(days=1))
    assert (upload(client).status_code, upload(client).json()["code"]) == (403, "suspended")
    assert len(quick) == 1


def test_uploads_are_counted(quick, mira, tom, settings):
    settings.PHOTO_LIMITS = [(2, 600), (400, 86400)]
    assert [upload(signed_in(mira)).status_code for _ in range(3)] == [201, 201, 429]
    response = upload(signed_in(mira))
    assert response.json()["code"] == "rate_limited"
    assert 0 < int(response["Retry-After"]) <= 600
    assert upload(signed_in(tom)).status_code == 201


def test_only_so_many_wait_to_be_sent(quick, mira, tom, settings):
    settings.MAX_UNSENT_PHOTOS = 2
    client = signed_in(mira)
    first = upload(client).json()["id"]
    upload(client)
    assert (upload(client).status_code, upload(client).json()["code"]) == (400, "too_many")
    send_json(client, converse(mira, tom), "", kind="photo", photo=[first])
    assert upload(client).status_code == 201


def test_a_photo_can_be_described_until_it_is_sent(mira, tom):
    client, photo = signed_in(mira), make_photo(mira)
    url = f"/photos/{photo.pk}/alt/"
    assert post_json(client, url, alt="  A pier ").json()["alt"] == "A pier"
    assert post_json(client, url, alt="x" * 201).json()["code"] == "bad_alt"
    assert post_json(client, url, alt="\ud800").status_code == 400
    assert post_json(signed_in(tom), url, alt="Mine").status_code == 404
    photo.refresh_from_db()
    assert photo.alt == "A pier"
    send_json(client, converse(mira, tom), "", kind="photo", photo=[str(photo.pk)])
    assert post_json(client, url, alt="Later").status_code == 404
    photo.refresh_from_db()
    assert photo.alt == "A pier"


def test_a_photo_can_be_thrown_away_until_it_is_sent(mira, tom, django_capture_on_commit_callbacks):
    photo, sent = make_photo(mira), make_photo(mira)
    client = signed_in(mira)
    send_json(client, converse(mira, tom), "", kind="photo", photo=[str(sent.pk)])
    with django_capture_on_commit_callbacks(execute=True):
        assert post_json(signed_in(tom), f"/photos/{photo.pk}/delete/").status_code == 404
        assert post_json(client, f"/photos/{sent.pk}/delete/").status_code == 404
        assert post_json(client, f"/photos/{NOWHERE}/delete/").status_code == 404
    assert stored(photo.pk) == stored(sent.pk) == [*SIZES]
    with django_capture_on_commit_callbacks(execute=True):
        assert post_json(client, f"/photos/{photo.pk}/delete/").status_code == 204
    assert stored(photo.pk) == []
    assert client.get(photo.file_url(640)).status_code == 404
    assert list(Photo.objects.all()) == [sent]


def test_what_is_never_sent_is_thrown_away_after_a_day(mira, tom, django_capture_on_commit_callbacks):
    old = timezone.now() - datetime.timedelta(hours=25)
    forgotten, sent, fresh = make_photo(mira, created_at=old), make_photo(mira, created_at=old), make_photo(mira)
    send_json(signed_in(mira), converse(mira, tom), "", kind="photo", photo=[str(sent.pk)])
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.discard_forgotten() == 1
    assert set(Photo.objects.all()) == {sent, fresh}
    assert stored(forgotten.pk) == []
    assert stored(sent.pk) == stored(fresh.pk) == [*SIZES]


# --- Without a script ---


def photo_message():
    return Message.objects.filter(kind="photo").get()


def test_files_sent_by_a_form_become_one_message(quick, mira, tom):
    conversation = converse(mira, tom)
    files = [picture("one.jpg"), picture("two.jpg")]
    response = send_form(signed_in(mira), conversation, "From the pier", photo=files)
    assert response.status_code == 302
    message = photo_message()
    assert (message.body, message.photos.count()) == ("From the pier", 2)
    assert quick == [file.file.getvalue() for file in files]


def test_a_form_without_files_is_a_text(mira, tom):
    """As browsers send it: a part for the field of files, without a name and empty."""
    fields = {"client_id": str(uuid.uuid4()), "kind": "text", "body": "words", "reply_to": ""}
    parts = [f'name="{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    parts.append('name="photo"; filename=""\r\nContent-Type: application/octet-stream\r\n\r\n\r\n')
    body = "".join(f"--edge\r\nContent-Disposition: form-data; {part}" for part in parts) + "--edge--\r\n"
    url = f"/inbox/{converse(mira, tom).pk}/messages/"
    assert signed_in(mira).post(url, body, content_type="multipart/form-data; boundary=edge").status_code == 302
    assert (Message.objects.get().kind, Message.objects.get().body) == ("text", "words")


def test_the_same_form_again_is_the_same_message(quick, mira, tom):
    client, conversation, client_id = signed_in(mira), converse(mira, tom), str(uuid.uuid4())
    for _ in range(2):
        response = send_form(client, conversation, "", photo=[picture()], client_id=client_id)
        assert response.status_code == 302
    assert Message.objects.count() == Photo.objects.count() == len(quick) == 1
    response = send_form(client, conversation, "", photo=[picture(), picture()], client_id=client_id)
    assert response.status_code == 409
    assert Photo.objects.count() == 1


def test_a_bad_file_of_a_form_keeps_the_text_and_leaves_nothing_behind(
    mira, tom, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = str(tmp_path)
    files = [picture(), SimpleUploadedFile("<b>.jpg", b"nothing", "image/jpeg")]
    with django_capture_on_commit_callbacks(execute=True):
        response = send_form(signed_in(mira), converse(mira, tom), "Still here", photo=files)
    page = response.content.decode()
    assert response.status_code == 400
    assert "Still here</textarea>" in page
    assert "&lt;b&gt;.jpg: This isn" in page
    assert Message.objects.count() == Photo.objects.count() == 0
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_nine_photos_go_into_a_message_and_ten_do_not(quick, mira, tom):
    client, conversation = signed_in(mira), converse(mira, tom)
    response = send_form(client, conversation, "Too many", photo=[picture() for _ in range(10)])
    assert response.status_code == 400
    assert "up to 9 photos" in response.content.decode()
    assert quick == []
    assert send_form(client, conversation, "", photo=[picture() for _ in range(9)]).status_code == 302
    assert photo_message().photos.count() == 9
    ten = [str(make_photo(mira).pk) for _ in range(10)]
    assert send_json(client, conversation, "", kind="photo", photo=ten).json()["code"] == "no_content"
    assert send_json(client, conversation, "", kind="photo", photo=ten[:9]).status_code == 201


def test_an_outsider_cannot_send_files_into_a_conversation(quick, mira, tom, otto):
    response = send_form(signed_in(otto), converse(mira, tom), "", photo=[picture()])
    assert response.status_code == 404
    assert quick == []


def test_only_text_before_a_request_is_accepted(quick, mira, otto):
    change(otto, message_privacy=MessagePrivacy.EVERYONE)
    follow(mira, otto)
    client, conversation = signed_in(mira), converse(mira, otto)
    sentence = "Only text until @otto accepts."
    page = client.get(f"/inbox/{conversation.pk}/").content.decode()
    assert f'data-only-text="{sentence}"' in page
    response = send_form(client, conversation, "Look", photo=[picture()])
    assert response.status_code == 403
    assert sentence in response.content.decode()
    assert quick == []
    dialogue(mira, otto)
    for url in ("", "composer/"):
        page = client.get(f"/inbox/{conversation.pk}/{url}").content.decode()
        assert 'data-only-text=""' in page
        assert sentence not in page
