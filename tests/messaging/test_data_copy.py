"""A copy of the whole account: asked for, prepared, downloaded by its owner alone, and removed."""

import datetime
import io
import json
import zipfile

import pytest
from allauth.account.models import EmailAddress
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import copies, export
from accounts.models import DataCopy
from accounts.policies import Refused
from messaging import actions
from messaging.actions import orphans
from tests.messaging.belongings import CONTENT, make_gif, make_photo, make_sticker, make_video, store
from tests.messaging.people import block, change, follow
from tests.messaging.talk import JSON, dialogue, fill, get_json, say, signed_in
from videos import tasks

PAGE = "/settings/data/"


def prepared(user):
    """Have a copy prepared, and return its row."""
    copy = copies.request(user)
    copies.prepare(copy.pk)
    copy.refresh_from_db()
    return copy


def download(client, copy):
    return client.get(f"{PAGE}copies/{copy.pk}.zip")


def unpacked(user, copy):
    """Return the files of a copy by their names."""
    archive = zipfile.ZipFile(io.BytesIO(b"".join(download(signed_in(user), copy).streaming_content)))
    assert archive.testzip() is None
    return {name: archive.read(name) for name in archive.namelist()}


def test_everything_of_mine_is_in_it(mira, tom, otto):
    follow(otto, mira)
    block(mira, otto)
    change(mira, email="mira@example.org", avatar="A" * 22, bio="I fold")
    EmailAddress.objects.create(user=mira, email="mira@example.org", verified=True)
    store(f"avatars/{'A' * 22}-256.webp")
    client = signed_in(mira, headers={"user-agent": "A browser"})
    client.get("/inbox/")
    conversation = dialogue(mira, tom)
    hidden = say(tom, mira, "what I deleted")
    actions.delete_for_me(mira, hidden.pk)
    actions.save_draft(mira, conversation.pk, "not sent yet")
    photo, sticker, gif, video = make_photo(mira), make_sticker(mira), make_gif(mira), make_video(mira)
    theirs = make_photo(tom), make_sticker(tom), make_gif(tom), make_video(tom)
    files = unpacked(mira, prepared(mira))
    stem = f"conversations/tom-{conversation.pk}"
    assert files.keys() == {
        *("account.json", "README.txt", "avatar.webp", f"{stem}.json", f"{stem}.html", f"photos/{photo.pk}.webp"),
        *(f"stickers/{sticker.pk}.webp", f"gifs/{gif.pk}.webp", f"videos/{video.pk}.mp4"),
    }
    assert files["avatar.webp"] == files[f"photos/{photo.pk}.webp"] == files[f"videos/{video.pk}.mp4"] == CONTENT
    account = json.loads(files["account.json"])
    assert (account["format"], account["version"], account["username"]) == ("paperplane.account", 1, "mira")
    own = account["account"]
    assert own["profile"]["email"] == "mira@example.org"
    assert own["profile"]["about"] == "I fold"
    assert own["settings"]["message_privacy"] == "friends"
    assert [one["username"] for one in own["following"]] == ["tom"]
    assert [one["username"] for one in own["followers"]] == ["tom"]  # as on their own page
    assert [one["username"] for one in own["blocked"]] == ["otto"]
    assert own["email_addresses"] == [{"email": "mira@example.org", "confirmed": True}]
    assert [one["browser"] for one in own["sessions"]] == ["A browser"]
    assert account["messages"]["conversations"][0]["with"] == ["tom"]
    assert account["messages"]["conversations"][0]["draft"] == "not sent yet"
    assert account["videos"]["uploaded"][0]["caption"] == "By the sea"
    assert account["missing_files"] == []
    whole = b"".join(files.values()).decode()
    assert client.session.session_key not in whole
    assert mira.password not in whole
    assert "what I deleted" not in whole
    assert not any(str(one.pk) in whole for one in theirs)
    assert [message["text"] for message in json.loads(files[f"{stem}.json"])["messages"]] == ["hello tom", "hello mira"]


def test_a_file_that_is_missing_is_named(mira):
    video = make_video(mira)
    default_storage.delete(f"{video.folder}/video.mp4")
    files = unpacked(mira, prepared(mira))
    assert files.keys() == {"account.json", "README.txt"}
    assert json.loads(files["account.json"])["missing_files"] == [f"videos/{video.pk}.mp4"]


def test_it_is_its_owners_alone(mira, tom, otto):
    copy = prepared(mira)
    for client in (signed_in(tom), signed_in(otto), Client()):
        assert download(client, copy).status_code == 404
    response = download(signed_in(mira), copy)
    assert response["content-disposition"].startswith('attachment; filename="paperplane-mira-')
    assert response["x-content-type-options"] == "nosniff"
    assert response["content-type"] == "application/zip"
    assert "private" in response["cache-control"]
    assert signed_in(tom).get(f"{PAGE}status/").json()["state"] == "none"
    assert str(copy.pk) not in signed_in(tom).get(PAGE).content.decode()


def test_one_at_a_time_and_one_a_day(mira, django_capture_on_commit_callbacks):
    client = signed_in(mira)
    assert client.post(PAGE).status_code == 302
    assert "being prepared already" in client.post(PAGE, follow=True).content.decode()
    assert client.post(PAGE, headers=JSON).json()["code"] == "in_progress"
    copy = DataCopy.objects.get()
    copies.prepare(copy.pk)
    assert client.post(PAGE, headers=JSON).json()["code"] == "too_soon"
    page = client.get(PAGE).content.decode()
    assert "Prepare a" not in page
    assert "You can ask for a new one from" in page
    DataCopy.objects.update(created_at=timezone.now() - datetime.timedelta(days=1, seconds=1))
    assert "Prepare a new copy" in client.get(PAGE).content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        client.post(PAGE)
    assert sorted(DataCopy.objects.values_list("state", flat=True)) == ["ready", "ready"]


def test_the_page_shows_how_far_it_is(mira, monkeypatch):
    monkeypatch.setattr(copies, "RENEW_AFTER_S", 0)
    client, seen = signed_in(mira), []
    for _ in range(3):
        make_video(mira)
    copy = copies.request(mira)
    assert "Waiting for its turn" in client.get(PAGE).content.decode()
    original = copies._Progress.__call__

    def look(self, percent):
        original(self, percent)
        seen.append((get_json(client, f"{PAGE}status/").json(), client.get(PAGE).content.decode()))

    monkeypatch.setattr(copies._Progress, "__call__", look)
    copies.prepare(copy.pk)
    percents = [status["progress"] for status, _page in seen]
    assert percents == sorted(percents)
    assert 0 < percents[0] < percents[-1] < 100
    assert {status["state"] for status, _page in seen} == {"working"}
    assert all(f'value="{status["progress"]}"' in page for status, page in seen)
    assert get_json(client, f"{PAGE}status/").json()["state"] == "ready"
    assert "Download (" in client.get(PAGE).content.decode()


def test_what_was_interrupted_is_done_again_once(mira, monkeypatch):
    copy = copies.request(mira)
    first = copies._claim(copy.pk)
    copies.prepare(copy.pk)  # somebody is at it
    copy.refresh_from_db()
    assert (copy.state, copy.attempts) == ("working", 1)
    DataCopy.objects.update(claimed_until=timezone.now() - datetime.timedelta(seconds=1))
    copies.prepare(copy.pk)
    copy.refresh_from_db()
    assert (copy.state, copy.attempts) == ("ready", 2)
    copies._prepare(first)  # who was thought dead comes back, and leaves nothing
    copy.refresh_from_db()
    assert copy.file == f"{copy.pk}-2.zip"
    assert not default_storage.exists(f"exports/{copy.pk}-1.zip")
    assert default_storage.exists(copy.file_name)


def test_the_sweep_takes_it_up(mira, django_capture_on_commit_callbacks):
    copy = copies.request(mira)  # its task was lost with the queue
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep()
    copy.refresh_from_db()
    assert copy.state == "ready"


def test_what_fails_is_tried_again_and_then_said(mira, monkeypatch):
    def fails(*args):
        raise OSError("The disk is full.")

    monkeypatch.setattr(copies, "write_archive", fails)
    copy = copies.request(mira)
    for _ in range(4):
        copies.prepare(copy.pk)
    copy.refresh_from_db()
    assert (copy.state, copy.attempts) == ("failed", 3)
    assert "couldn’t be prepared" in signed_in(mira).get(PAGE).content.decode()
    copies.request(mira)  # at once: one that failed doesn't count


def test_it_goes_after_a_week(mira):
    copy = prepared(mira)
    assert copies.discard_expired() == 0
    DataCopy.objects.update(expires_at=timezone.now() - datetime.timedelta(seconds=1))
    assert download(signed_in(mira), copy).status_code == 404  # before it is removed
    assert "Download" not in signed_in(mira).get(PAGE).content.decode()
    tasks.clean()
    assert not default_storage.exists(copy.file_name)
    assert copies.discard_expired() == 0


def test_a_copy_without_a_row_is_found(mira):
    copy = prepared(mira)
    store(f"exports/{copy.pk}-7.zip")
    (place,) = (place for place in orphans.PLACES if place.folder == "exports")
    later = timezone.now() + datetime.timedelta(days=2)
    assert [name for name in orphans.find(place, later) if str(copy.pk) in name] == [f"exports/{copy.pk}-7.zip"]


def test_rows_are_read_in_batches(mira, tom, monkeypatch):
    costs = []
    for count in (3, 27):
        for _ in range(count):
            make_gif(mira)
        fill(mira, tom, count)
        with CaptureQueriesContext(connection) as captured:
            export.write_archive(mira, io.BytesIO())
        costs.append(len(captured))
    assert costs[0] == costs[1]
    monkeypatch.setattr(export, "BATCH", 7)
    names = zipfile_names(mira)
    assert len([name for name in names if name.startswith("gifs/")]) == 30


def zipfile_names(user):
    target = io.BytesIO()
    export.write_archive(user, target)
    return zipfile.ZipFile(target).namelist()


def test_the_page_costs_the_same(mira, django_assert_max_num_queries):
    client = signed_in(mira)
    prepared(mira)
    client.get(PAGE)
    with django_assert_max_num_queries(6):
        client.get(PAGE)


def test_two_at_once_are_refused_by_the_table_too(mira):
    copies.request(mira)
    with pytest.raises(Refused):
        copies.request(mira)
