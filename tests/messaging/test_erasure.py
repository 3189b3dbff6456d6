"""The end of an account: closed at once, 30 days to take it back, then nothing says any more who it was."""

import datetime
import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.files.storage import default_storage
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import actions as account_actions
from accounts import copies, erasure
from accounts.models import Block, DataCopy, Follow, User
from messaging import actions
from messaging.models import MessageKind, Participant, Recent
from tests.messaging.belongings import make_gif, make_photo, make_sticker, make_video, store
from tests.messaging.people import befriend, block, change
from tests.messaging.sockets import Tab, in_thread
from tests.messaging.talk import dialogue, get_json, say, signed_in
from tests.messaging.test_export import bring, exported
from videos import tasks
from videos.models import Gif, Video, VideoLike

pytestmark = pytest.mark.django_db(transaction=True)

PAGE, PASSWORD = "/settings/data/delete/", "bird-song-12"
DAY = datetime.timedelta(days=1)
TELLTALE = ("mira.sol", "Mira Sol", "mira@example.org", "A" * 22, "I fold planes", "the caption of Mira")


@pytest.fixture
def person(tom):
    """Tom's friend, whose every trace can be told from other words."""
    person = change(User.objects.get(username="mira"), username="mira.sol")
    return change(person, email="mira@example.org", bio="I fold planes", avatar="A" * 22)


def sign_in(client, login="mira.sol"):
    return client.post("/accounts/login/", {"login": login, "password": PASSWORD})


def time_passes(user, days=31):
    User.objects.filter(pk=user.pk).update(erase_at=timezone.now() - datetime.timedelta(days=days - 30))


def rows_that_say(word):
    """Return where in the database ``word`` stands, in whatever column."""
    found = []
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            cursor.execute(f'SELECT * FROM "{model._meta.db_table}"')  # noqa: S608
            for row in cursor.fetchall():
                if any(word.lower() in str(cell).lower() for cell in row):
                    found.append((model.__name__, row))
    return found


def test_the_password_closes_it_at_once(person, tom):
    client, elsewhere = signed_in(person), signed_in(person)
    elsewhere.get("/inbox/")
    for wrong in ({}, {"password": "wrong"}, {"username": "mira.sol"}):
        page = client.post(PAGE, wrong)
        assert page.status_code == 200
        assert page.context["form"].errors
    person.refresh_from_db()
    assert person.is_active
    response = client.post(PAGE, {"password": PASSWORD}, follow=True)
    assert "Your account is closed" in response.content.decode()
    person.refresh_from_db()
    assert (person.is_active, person.erase_at - person.deletion_requested_at) == (False, 30 * DAY)
    for browser in (client, elsewhere):
        assert browser.get("/settings/").status_code == 302
    assert not UserSession.objects.filter(user=person).exists()
    assert signed_in(tom).get("/@mira.sol/").status_code == 404
    assert "mira.sol" not in signed_in(tom).get("/people/?q=mira").content.decode()
    assert rows_that_say("Mira Sol")  # nothing is erased yet


def test_guessing_the_password_is_slowed_down(person, settings):
    settings.DELETION_LIMITS = [(3, 600)]
    client = signed_in(person)
    for _ in range(3):
        client.post(PAGE, {"password": "wrong"})
    assert "Try again in" in client.post(PAGE, {"password": PASSWORD}).content.decode()
    person.refresh_from_db()
    assert person.is_active


def test_who_has_no_password_types_the_username(person):
    person.set_unusable_password()
    person.save()
    client = signed_in(person)
    assert "password" not in client.get(PAGE).context["form"].fields
    assert client.post(PAGE, {"username": "tom"}).context["form"].errors
    client.post(PAGE, {"username": "@Mira.Sol"})
    person.refresh_from_db()
    assert not person.is_active


async def test_its_sockets_close(person, tom):
    client = await in_thread(signed_in, person)
    async with Tab(person) as tab, Tab(tom) as theirs:
        await in_thread(client.post, PAGE, {"password": PASSWORD})
        assert await tab.hear() == {"type": "session.ended"}
        assert await tab.closed() == 4401
        assert await theirs.heard() == []


def test_signing_in_leads_to_the_way_back(person, client):
    erasure.request_deletion(person)
    assert client.post("/accounts/login/", {"login": "mira.sol", "password": "wrong"}).status_code == 200
    page = sign_in(client).url
    assert re.fullmatch(r"/settings/data/undo/[^/]+/", page)
    assert not client.get("/").context["user"].is_authenticated
    assert "Take back the deletion" in client.get(page).content.decode()
    person.refresh_from_db()
    assert not person.is_active  # looking changes nothing
    assert client.post(page).url == "/accounts/login/"
    person.refresh_from_db()
    assert (person.is_active, person.deletion_requested_at, person.erase_at) == (True, None, None)
    assert client.post(page).status_code == client.get(page).status_code == 404  # once
    assert sign_in(client).url == "/"
    assert tasks.clean() is None
    person.refresh_from_db()
    assert person.display_name == "Mira Sol"


def test_the_link_lasts_minutes_and_is_nobody_elses(person, tom, otto, client, monkeypatch):
    erasure.request_deletion(person)
    page = sign_in(client).url
    assert Client().get(f"{page[:-5]}xxxx/").status_code == 404
    assert Client().get("/settings/data/undo/x/").status_code == 404
    monkeypatch.setattr(erasure, "TOKEN_LASTS", datetime.timedelta(seconds=-1))
    assert client.get(page).status_code == client.post(page).status_code == 404


def test_what_the_staff_closed_stays_closed(person, tom, client):
    account_actions.deactivate(person)
    assert sign_in(client).url == "/accounts/inactive/"
    erasure.request_deletion(person)  # as the command may
    assert sign_in(client).url == "/accounts/inactive/"
    erasure.request_deletion(tom)
    page = sign_in(client, "tom").url
    account_actions.deactivate(tom)  # by the staff, after all
    assert client.post(page).status_code == 404
    assert sign_in(client, "tom").url == "/accounts/inactive/"
    account_actions.reactivate(tom)
    tom.refresh_from_db()
    assert (tom.is_active, tom.erase_at) == (True, None)
    time_passes(person)
    assert (erasure.erase_due(), erasure.erase_due()) == (1, 0)


def test_after_thirty_days_there_is_no_way_back(person, client):
    erasure.request_deletion(person)
    page = sign_in(client).url
    assert erasure.erase_due() == 0
    time_passes(person)
    assert client.post(page).status_code == 404
    tasks.clean()
    person.refresh_from_db()
    assert person.erased_at
    assert sign_in(client).status_code == 200  # the account isn't known any more
    assert sign_in(client, person.username).status_code == 200
    account_actions.reactivate(person)
    person.refresh_from_db()
    assert not person.is_active


@pytest.fixture
def full(person, tom, otto):
    """Give the person everything an account can have."""
    store(f"avatars/{'A' * 22}-64.webp")
    EmailAddress.objects.create(user=person, email="mira@example.org", verified=True)
    Authenticator.objects.create(user=person, type="totp", data={})
    block(person, otto)
    signed_in(person).get("/inbox/")
    conversation = say(person, tom, "words that stay").conversation
    say(tom, person, "an answer")
    photo = make_photo(person, message=bring(person, conversation, MessageKind.PHOTO), conversation=conversation)
    make_photo(person)
    make_sticker(person, alt="mine alone")
    kept = make_gif(person)
    video = make_video(person, caption="the caption of Mira")
    make_gif(tom, video=video, alt="GIF of a video by @mira.sol: the caption of Mira")
    VideoLike.objects.create(video=make_video(tom, like_count=1), user=person)
    Recent.objects.create(user=person, kind="gif", ref=str(kept.pk))
    actions.save_draft(person, conversation.pk, "not sent yet")
    LogEntry.objects.create(
        user=otto,
        content_type=ContentType.objects.get_for_model(User),
        object_id=str(person.pk),
        object_repr="@mira.sol",
        action_flag=CHANGE,
    )
    copies.prepare(copies.request(person).pk)
    return {"conversation": conversation, "photo": photo, "video": video}


def test_nothing_says_any_more_who_it_was(full, person, tom, otto):
    copy = DataCopy.objects.get()
    assert all(rows_that_say(word) for word in TELLTALE)
    erasure.erase_now(person)
    for word in TELLTALE:
        assert rows_that_say(word) == []
    person.refresh_from_db()
    assert re.fullmatch(r"deleted\.[0-9a-f]{12}", person.username)
    assert (person.display_name, person.email, person.birth_date, person.avatar) == ("Deleted account", "", None, "")
    assert not person.has_usable_password()
    for rows in (
        EmailAddress.objects.all(),
        Authenticator.objects.all(),
        DataCopy.objects.all(),
        Recent.objects.all(),
        UserSession.objects.filter(user=person),
        Follow.objects.filter(follower=person) | Follow.objects.filter(followed=person),
        Block.objects.filter(blocker=person),
        VideoLike.objects.filter(user=person),
        Gif.objects.filter(owner=person),
        Video.objects.manageable_by(person),
    ):
        assert not rows.exists()
    for name in (copy.file_name, f"avatars/{'A' * 22}-64.webp", f"{full['video'].folder}/video.mp4"):
        assert not default_storage.exists(name)
    assert Video.objects.get(author=tom).like_count == 0
    side = Participant.objects.get(user=person, conversation=full["conversation"])
    assert (side.folder, side.draft) == ("nowhere", "")


def test_the_other_side_still_reads_the_dialogue(full, person, tom):
    client, conversation = signed_in(tom), full["conversation"]
    before = exported(tom, conversation)["messages"]
    erasure.erase_now(person)
    after = exported(tom, conversation)
    same = ("id", "seq", "sent_at", "kind", "text", "caption")
    kept, had = ([[one.get(key) for key in same] for one in messages] for messages in (after["messages"], before))
    assert kept == had
    assert "Deleted account" in [one["name"] for one in after["participants"]]
    pages = [
        client.get(f"/inbox/{conversation.pk}/").content.decode(),
        client.get("/inbox/").content.decode(),
        get_json(client, f"/inbox/{conversation.pk}/changes/?since=0.0").content.decode(),
        get_json(client, f"/inbox/{conversation.pk}/messages/").content.decode(),
        str(after),
        client.get("/people/?q=mira").content.decode(),
        client.get("/@tom/").content.decode(),
    ]
    assert "words that stay" in pages[0]
    assert "Deleted account" in pages[0]
    assert "Deleted account" in pages[1]
    for page in pages:
        assert not [word for word in TELLTALE if word in page]
    assert client.get(f"/media/photos/{full['photo'].pk}/640.webp").status_code == 200
    assert client.get("/@mira.sol/").status_code == 404


def test_an_interrupted_erasure_goes_on(full, person, monkeypatch):
    erasure.request_deletion(person)
    time_passes(person)
    original = actions.discard_photo

    def fails(*args):
        raise OSError("The disk is away.")

    monkeypatch.setattr(actions, "discard_photo", fails)
    assert erasure.erase_due() == 0
    person.refresh_from_db()
    assert person.erased_at is None
    name = person.username
    assert name.startswith("deleted.")  # the person went first
    monkeypatch.setattr(actions, "discard_photo", original)
    assert (erasure.erase_due(), erasure.erase_due()) == (1, 0)
    person.refresh_from_db()
    assert person.username == name
    for word in TELLTALE:
        assert rows_that_say(word) == []


def test_one_that_fails_does_not_stop_the_others(person, tom, monkeypatch):
    for user in (person, tom):
        erasure.request_deletion(user)
        time_passes(user)
    original = account_actions.remove_avatar
    monkeypatch.setattr(account_actions, "remove_avatar", lambda user: original(user) if user.pk == tom.pk else 1 / 0)
    assert erasure.erase_due() == 1


def test_the_outsider_keeps_everything(full, person, tom, otto):
    befriend(otto, tom)
    conversation = dialogue(otto, tom)
    erasure.erase_now(person)
    otto.refresh_from_db()
    assert (otto.username, otto.is_active) == ("otto", True)
    assert [one["text"] for one in exported(otto, conversation)["messages"]] == ["hello tom", "hello otto"]
    assert Follow.objects.filter(follower=otto, followed=tom).exists()


def test_nobody_signs_up_as_a_deleted_account(client, db):
    fields = {"username": "deleted.0123", "email": "x@example.org", "birth_date": "1990-01-01"}
    page = client.post("/accounts/signup/", fields | {"password1": "stone-river-77", "password2": "stone-river-77"})
    assert "username" in page.context["form"].errors
