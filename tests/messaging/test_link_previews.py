"""Cards under links: the page is asked by the server, once, where that is switched on; the card follows the message."""

import datetime
import socket
import uuid

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from messaging import actions, tasks
from messaging.actions import previews
from messaging.models import Conversation, LinkPreview, Message
from messaging.outside.guard import Guard
from messaging.rendering import render_message
from tests.messaging.belongings import make_preview, store
from tests.messaging.people import befriend, change, follow
from tests.messaging.sockets import Tab, in_thread, of_type
from tests.messaging.talk import changes, converse, say, side_of, signed_in
from tests.outside.stand_in import answer, path_of, serving
from tests.outside.test_preview import HEAD, picture

CARD = 'class="link-card'
PAGE = HEAD + b'<meta property="og:image" content="/picture">'


@pytest.fixture
def elsewhere(settings, monkeypatch):
    """Serve pages beside the site that may be asked; ``/none`` isn't there, ``/plain`` has no picture."""
    image = answer(picture(), content_type="image/jpeg")
    says = {"/picture": image, "/none": answer(b"", status="404 Not Found"), "/plain": answer(HEAD)}
    with serving(lambda server, peer, head: peer.sendall(says.get(path_of(head), answer(PAGE)))) as server:
        settings.ALLOWED_HOSTS = ["testserver"]  # not the loopback, whose links are the site's own otherwise
        monkeypatch.setattr(previews, "GUARD", server.guard)
        yield server


@pytest.fixture
def cards(elsewhere, settings):
    """Have cards, too."""
    settings.LINK_PREVIEWS = True
    return elsewhere


@pytest.fixture
def after_commit(django_capture_on_commit_callbacks):
    """Do something with all that its commit sets off."""

    def do(function, *args, **kwargs):
        with django_capture_on_commit_callbacks(execute=True):
            return function(*args, **kwargs)

    return do


@pytest.fixture
def send(after_commit):
    """Send a message, with all that its commit sets off."""
    return lambda *args, **kwargs: Message.objects.get(pk=after_commit(say, *args, **kwargs).pk)


def asked(server):
    """Return the pages that were asked; pictures aside."""
    return [path for path in map(path_of, server.heard) if path != "/picture"]


def html_of(message):
    return render_message(Message.objects.with_parts().get(pk=message.pk))


def ago(**past):
    return timezone.now() - datetime.timedelta(**past)


def set_back(preview, **fields):
    LinkPreview.objects.filter(pk=preview.pk).update(**fields)
    preview.refresh_from_db()


# --- Whether the page is asked -----------------------------------------------


def test_off_by_default(elsewhere, mira, tom, send, after_commit):
    message = send(mira, tom, f"see {elsewhere.url}/page")
    assert message.preview is None
    assert not LinkPreview.objects.exists()
    waiting = make_preview(f"{elsewhere.url}/page", state="waiting", fetched_at=None)
    assert actions.unfinished_previews() == []
    after_commit(tasks.fetch_preview, str(waiting.pk))
    assert elsewhere.connections == 0


@pytest.mark.django_db(transaction=True)
async def test_the_message_comes_at_once_and_its_card_after(cards, mira, tom):
    conversation = await in_thread(converse, mira, tom)
    async with Tab(mira) as tab, Tab(tom) as theirs:
        ack = await tab.send(conversation, f"see {cards.url}/page")
        created, changed = of_type(await theirs.heard(), "message.created", "message.changed")
        assert of_type(await tab.heard(), "message.changed") == [changed]
    assert (created["type"], created["version"], CARD in created["html"]) == ("message.created", 1, False)
    assert (changed["type"], changed["version"], CARD in changed["html"]) == ("message.changed", 2, True)
    assert (ack["version"], changed["id"]) == (1, created["id"])
    # Who wasn't there catches up on it.
    later = await in_thread(lambda: changes(signed_in(tom), conversation, "1.0"))
    assert (later["state"], CARD in str(later)) == ("2.0", True)
    # It is no new message: nothing is unread once more.
    side = await in_thread(side_of, tom, conversation)
    assert (side.unread_count, side.conversation.last_seq) == (1, 1)
    assert asked(cards) == ["/page"]


def test_what_the_page_says_is_kept_and_the_page_learns_nothing(cards, mira, tom, send):
    preview = send(mira, tom, f"see {cards.url}/page#part").preview
    assert (preview.url, preview.state) == (f"{cards.url}/page", "ready")
    assert (preview.title, preview.description, preview.site_name) == ("Title", "Words", "Site")
    assert (preview.width, preview.height) == (640, 320)
    assert default_storage.exists(preview.file_name)
    for head in cards.heard:
        for secret in ("Cookie", "Referer", "Authorization", "mira"):
            assert secret not in head


def test_a_stranger_makes_the_server_ask_nothing(cards, mira, otto, send):
    change(mira, message_privacy="everyone")
    follow(otto, mira)
    make_preview(f"{cards.url}/known")
    assert send(otto, mira, f"{cards.url}/page").preview is None
    assert send(otto, mira, f"{cards.url}/known").preview is None  # nor does it tell what others wrote
    assert cards.connections == 0
    send(mira, otto, "who are you?")
    assert CARD in html_of(send(otto, mira, f"{cards.url}/page"))


def test_the_sites_own_pages_are_not_asked(cards, settings, mira, tom, send):
    settings.ALLOWED_HOSTS = ["testserver", "127.0.0.1"]
    assert send(mira, tom, f"see {cards.url}/page").preview is None
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.CSRF_TRUSTED_ORIGINS = [cards.url]
    assert send(mira, tom, f"see {cards.url}/page").preview is None
    assert cards.connections == 0
    settings.CSRF_TRUSTED_ORIGINS = []
    assert send(mira, tom, f"see {cards.url}/page").preview


@pytest.mark.parametrize(
    ("hosts", "origins", "own"),
    [
        (["chat.example"], [], True),
        ([".example"], [], True),
        ([], ["https://chat.example"], True),
        ([], ["https://*.example"], True),
        (["hat.example", "other.example"], ["https://*.other.example"], False),
        (["*"], [], False),  # says nothing of where the site is
    ],
)
def test_what_counts_as_the_sites_own(hosts, origins, own, settings):
    settings.LINK_PREVIEWS, settings.ALLOWED_HOSTS, settings.CSRF_TRUSTED_ORIGINS = True, hosts, origins
    assert previews.link_in("see https://Chat.example/inbox/") == (None if own else "https://chat.example/inbox/")


@pytest.mark.parametrize("private", [True, False])
def test_a_private_address_is_not_asked(private, cards, monkeypatch, mira, tom, send):
    real = socket.getaddrinfo

    def resolve(host, *args, **kwargs):
        return real("127.0.0.1" if host == "page.example" else host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(previews, "GUARD", Guard(allow_private=not private, ports=frozenset({cards.port})))
    message = send(mira, tom, f"see http://page.example:{cards.port}/plain")
    assert message.preview.state == ("failed" if private else "ready")
    assert (CARD in html_of(message)) is not private
    assert cards.connections == (0 if private else 1)


def test_as_the_site_runs_a_written_private_address_is_no_link_to_ask(cards, monkeypatch, mira, tom, send):
    monkeypatch.undo()
    assert send(mira, tom, f"see {cards.url}/page http://10.0.0.1/ http://localhost/").preview is None
    assert not LinkPreview.objects.exists()


# --- How often ---------------------------------------------------------------


def test_the_same_link_is_asked_once(cards, mira, tom, otto, send):
    befriend(mira, otto)
    first = send(mira, tom, f"see {cards.url}/page")
    second = send(otto, mira, f"{cards.url.upper().replace('HTTP', 'http')}/page#there")
    assert first.preview == second.preview
    assert (first.version, second.version) == (2, 1)  # the second had its card as it came
    assert CARD in html_of(second)
    assert asked(cards) == ["/page"]


def test_who_comes_while_it_is_asked_gets_the_card_too(cards, mira, tom, otto, send):
    befriend(mira, otto)
    waiting = make_preview(f"{cards.url}/page", state="waiting")
    early, late = send(mira, tom, f"{cards.url}/page"), send(otto, mira, f"{cards.url}/page")
    assert cards.connections == 0
    set_back(waiting, fetched_at=ago(minutes=2))
    actions.fetch_preview(waiting.pk)
    for message in (early, late):
        message.refresh_from_db()
        assert (message.version, CARD in html_of(message)) == (2, True)
    # One whose commit came too late for that is shown it by its own task.
    Message.objects.filter(pk=late.pk).update(version=1)
    Conversation.objects.filter(pk=late.conversation_id).update(version=1)
    actions.fetch_preview(waiting.pk, late.conversation_id)
    early.refresh_from_db()
    late.refresh_from_db()
    assert (early.version, late.version) == (2, 2)
    assert asked(cards) == ["/page"]


def test_a_card_is_good_for_seven_days(cards, mira, tom, send):
    preview = send(mira, tom, f"{cards.url}/page").preview
    set_back(preview, fetched_at=ago(days=6, hours=23))
    assert CARD in html_of(send(mira, tom, f"{cards.url}/page"))
    assert asked(cards) == ["/page"]
    set_back(preview, fetched_at=ago(days=7, hours=1))
    unchanged = send(mira, tom, f"{cards.url}/page")
    assert asked(cards) == ["/page"] * 2
    assert unchanged.version == unchanged.sent_version  # it says what it said: nobody has to be told
    set_back(preview, fetched_at=ago(days=7, hours=1), title="Old title")
    changed = send(mira, tom, f"{cards.url}/page")
    assert changed.version > changed.sent_version
    assert "Old title" not in html_of(changed)


def test_a_card_outlives_its_page(cards, mira, tom, send):
    preview = make_preview(f"{cards.url}/none", fetched_at=ago(days=8))
    message = send(mira, tom, f"{cards.url}/none")
    assert asked(cards) == ["/none"]
    assert CARD in html_of(message)
    preview.refresh_from_db()
    assert (preview.state, preview.fetched_at > ago(minutes=1)) == ("ready", True)


def test_what_failed_is_not_asked_for_an_hour(cards, mira, tom, send, after_commit):
    message = send(mira, tom, f"{cards.url}/none")
    assert (message.preview.state, message.version) == ("failed", 1)
    assert CARD not in html_of(message)
    set_back(message.preview, fetched_at=ago(minutes=59))
    send(mira, tom, f"{cards.url}/none")
    after_commit(tasks.sweep_previews)
    assert asked(cards) == ["/none"]
    set_back(message.preview, fetched_at=ago(minutes=61))
    after_commit(tasks.sweep_previews)  # only somebody's new message asks again
    assert asked(cards) == ["/none"]
    send(mira, tom, f"{cards.url}/none")
    assert asked(cards) == ["/none"] * 2


def test_how_many_pages_somebody_has_asked_is_limited(cards, settings, mira, tom, send):
    settings.LINK_PREVIEW_LIMITS = [(2, 86_400)]
    got = [send(mira, tom, f"{cards.url}/{path}").preview for path in ("a", "b", "c", "a")]
    assert [preview and preview.url.rpartition("/")[2] for preview in got] == ["a", "b", None, "a"]
    assert send(tom, mira, f"{cards.url}/c").preview  # others' count is their own
    assert asked(cards) == ["/a", "/b", "/c"]


def test_one_link_to_several_people_counts_once(cards, settings, mira, tom, otto, after_commit):
    befriend(mira, otto)
    settings.LINK_PREVIEW_LIMITS = [(1, 86_400)]
    where = [converse(mira, other).pk for other in (tom, otto)]
    drafts = [actions.Draft(mira, conversation, uuid.uuid4(), f"{cards.url}/page") for conversation in where]
    after_commit(actions.send_messages, drafts)
    assert all(CARD in html_of(message) for message in Message.objects.all())
    assert Message.objects.count() == 2
    assert asked(cards) == ["/page"]


# --- What is interrupted, and what is thrown away ----------------------------


@pytest.mark.parametrize(
    ("fetched", "created", "state"),
    [
        ({"minutes": 2}, {"minutes": 3}, "ready"),  # its worker was killed
        (None, {"minutes": 3}, "ready"),  # the queue was lost
        ({"seconds": 20}, {"minutes": 3}, "waiting"),  # somebody is at it
        ({"seconds": 20}, {"minutes": 16}, "waiting"),
        ({"minutes": 2}, {"minutes": 16}, "failed"),  # whoever asks it doesn't come back
    ],
)
def test_the_sweep_takes_up_what_was_left_once(fetched, created, state, cards, mira, tom, send, after_commit):
    fetched_at = fetched and ago(**fetched)
    preview = make_preview(f"{cards.url}/page", state="waiting", created_at=ago(**created))
    message = send(mira, tom, f"{cards.url}/page")
    set_back(preview, fetched_at=fetched_at)
    for _ in range(2):
        after_commit(tasks.sweep_previews)
    preview.refresh_from_db()
    assert preview.state == state
    assert asked(cards) == (["/page"] if state == "ready" else [])
    assert (CARD in html_of(message)) is (state == "ready")


def test_only_one_of_two_claims_it(cards, db):
    preview = make_preview(f"{cards.url}/page", state="waiting", fetched_at=None)
    one, other = LinkPreview.objects.get(), LinkPreview.objects.get()
    assert [previews._claim(one), previews._claim(other), previews._claim(preview)] == [True, False, False]


def test_who_comes_back_late_overwrites_nothing(cards, monkeypatch, mira, tom, send):
    real = previews.make_preview

    def late(*args):
        LinkPreview.objects.update(fetched_at=timezone.now(), title="Newer", state="ready")
        return real(*args)

    monkeypatch.setattr(previews, "make_preview", late)
    message = send(mira, tom, f"{cards.url}/page")
    assert (message.preview.title, message.version) == ("Newer", 1)


@pytest.mark.parametrize("gone", ["unsent", "removed"])
def test_a_message_that_is_gone_is_not_shown_anew(gone, cards, mira, tom):
    message = say(mira, tom, f"{cards.url}/page")
    if gone == "unsent":
        actions.unsend(mira, message.pk)
    else:
        Message.objects.update(removed_at=timezone.now())
    before = Conversation.objects.get().version
    actions.fetch_preview(message.preview.pk)
    assert asked(cards) == ["/page"]
    assert Conversation.objects.get().version == before


def test_unsending_takes_the_card_away(cards, mira, tom, otto, send, after_commit):
    message = send(mira, tom, f"{cards.url}/page")
    picture_of = message.preview.file_url()
    assert [signed_in(user).get(picture_of).status_code for user in (mira, tom, otto)] == [200, 200, 404]
    assert Client().get(picture_of).status_code == 404
    assert CARD in signed_in(tom).get(f"/inbox/{message.conversation_id}/").text
    after_commit(actions.unsend, mira, message.pk)
    message.refresh_from_db()
    assert message.preview is None
    assert CARD not in html_of(message)
    assert CARD not in signed_in(tom).get(f"/inbox/{message.conversation_id}/").text
    assert [signed_in(user).get(picture_of).status_code for user in (mira, tom, otto)] == [404, 404, 404]


def test_who_deleted_the_message_has_its_picture_no_more(cards, mira, tom, send):
    message = send(mira, tom, f"{cards.url}/page")
    actions.delete_for_me(tom, message.pk)
    picture_of = message.preview.file_url()
    assert [signed_in(user).get(picture_of).status_code for user in (mira, tom)] == [200, 404]


def test_what_no_message_has_is_thrown_away_after_thirty_days(mira, tom, after_commit, settings):
    settings.LINK_PREVIEWS = True
    old = {"created_at": ago(days=60), "fetched_at": ago(days=31), "width": 640}
    fates = {
        "https://one.example/": (old, "gone"),
        "https://late.example/": (old | {"state": "failed", "width": 0}, "gone"),  # an attempt too late left its file
        "https://never.example/": (old | {"state": "waiting", "fetched_at": None}, "gone"),
        "https://used.example/": (old, "kept"),
        "https://again.example/": (old | {"fetched_at": ago(days=29)}, "kept"),
        "https://new.example/": (old | {"created_at": ago(days=29), "fetched_at": None}, "kept"),
    }
    made = {url: make_preview(url, **fields) for url, (fields, _fate) in fates.items()}
    for preview in made.values():
        store(preview.file_name)
    Message.objects.filter(pk=say(mira, tom, "words").pk).update(preview=made["https://used.example/"])
    after_commit(tasks.clean)
    for url, (_fields, fate) in fates.items():
        here = (LinkPreview.objects.filter(url=url).exists(), default_storage.exists(made[url].file_name))
        assert here == ((fate == "kept"),) * 2, url


def test_what_is_sent_again_at_that_moment_stays(monkeypatch, mira, tom, after_commit):
    preview = make_preview(created_at=ago(days=60), fetched_at=ago(days=31))
    message, locked = say(mira, tom, "words"), previews._locked

    def locked_after_somebody(rows):
        found = list(locked(rows))
        Message.objects.filter(pk=message.pk).update(preview=preview)
        return found

    monkeypatch.setattr(previews, "_locked", locked_after_somebody)
    assert after_commit(actions.discard_unused_previews) == 0
    assert LinkPreview.objects.exists()


def test_one_that_is_thrown_away_at_that_moment_is_done_without(cards, monkeypatch, mira, tom, send):
    make_preview(f"{cards.url}/page", created_at=ago(days=60), fetched_at=ago(days=31))
    monkeypatch.setattr(previews, "_locked", lambda rows: LinkPreview.objects.none())
    assert send(mira, tom, f"{cards.url}/page").preview is None
