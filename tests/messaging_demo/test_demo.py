"""The demo: what it makes holds all the promises that live messages hold, and shows every state."""

import datetime
from collections import Counter
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from accounts.policies import MIN_AGE_TO_MESSAGE, RESERVED_USERNAMES, age_on
from messaging.demo.people import PEOPLE
from messaging.demo.script import read
from messaging.demo.stories import LONG_HISTORY
from messaging.demo.writing import PASSWORD
from messaging.forms import MAX_BODY_CHARACTERS, says_something
from messaging.models import Conversation, Folder, Message, Participant
from messaging.policies import write_refusal
from messaging.rendering import preview
from messaging.standing import standing_between
from messaging.text import is_large_emoji, segments
from messaging.timeline import entries
from videos.media import GifFiles, Picture, VideoFiles

pytestmark = pytest.mark.django_db
NOW = datetime.datetime(2031, 3, 9, 0, 20, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def _development(settings, tmp_path, monkeypatch):
    settings.DEBUG = True
    settings.MEDIA_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
    # Drawn in a moment.
    monkeypatch.setattr("messaging.demo.canvas.SIDE", 64)
    monkeypatch.setattr("messaging.demo.clips.encoded", lambda clip: b"a film")
    made = {
        "video": VideoFiles(720, 1280, 4000, has_audio=True, byte_count=6),
        "gif": GifFiles(360, 640, 24),
        "photo": Picture(768, 768, "#aabbcc"),
    }
    for kind, result in made.items():
        monkeypatch.setattr(f"messaging.demo.showing.make_{kind}", _standing_in(result))


def _standing_in(result):
    """Return what makes nothing but a file, and says it is ``result``."""

    def make(source, folder, *args, **kwargs):
        (folder / "made").write_bytes(source.read_bytes())
        return result

    return make


def demo(*arguments: str) -> str:
    out = StringIO()
    call_command("demo", *arguments, stdout=out, no_color=True)
    return out.getvalue()


def account(username: str) -> User:
    return User.objects.get(username=username)


def check(conversation: Conversation) -> None:
    """Fail unless ``conversation`` is as the actions would have left it."""
    messages = list(conversation.messages.select_related("reply_to").prefetch_related("likes").order_by("seq"))
    sides = {side.user_id: side for side in conversation.participants.select_related("user")}
    assert len(sides) == 2
    assert conversation.pair_key == ":".join(map(str, sorted(sides)))
    assert [message.seq for message in messages] == list(range(1, conversation.last_seq + 1))
    versions = [message.version for message in messages]
    assert all(message.version >= message.seq for message in messages)
    assert len(set(versions)) == len(versions)
    assert max(versions) == conversation.version
    times = [message.created_at for message in messages]
    assert times == sorted(set(times))
    assert times[-1] == conversation.last_activity <= timezone.now()
    assert [message.pk for message in messages] == sorted(message.pk for message in messages)
    for message in messages:
        check_message(message, sides)
    for side in sides.values():
        check_side(side, messages)


def check_message(message: Message, sides: dict[int, Participant]) -> None:
    assert message.sender_id in sides
    assert {like.user_id for like in message.likes.all()} <= set(sides)
    if message.is_gone:
        assert not message.body
        assert not message.likes.all()
    else:
        assert says_something(message.body) or message.kind != "text"
        assert len(message.body) <= MAX_BODY_CHARACTERS
        assert message.body == message.body.strip()
    if message.reply_to_id:
        assert message.reply_to.conversation_id == message.conversation_id
        assert message.reply_to.seq < message.seq


def check_side(side: Participant, messages: list[Message]) -> None:
    own = [message for message in messages if message.sender_id == side.user_id]
    assert side.last_activity == messages[-1].created_at
    assert side.unread_count == side.count_unread()
    assert side.last_read_seq <= len(messages)
    assert side.accepted_at == (own[0].created_at if own else None)
    if own:
        assert side.last_read_seq >= own[-1].seq
    if side.folder == Folder.REQUESTS:
        assert side.accepted_at is None
    numbers = list(
        side.user.message_deletions.filter(conversation=side.conversation_id).values_list("number", flat=True)
    )
    assert sorted(numbers) == list(range(1, side.deletions + 1))


def test_every_conversation_keeps_the_promises():
    demo()
    conversations = list(Conversation.objects.all())
    assert len(conversations) > 12
    for conversation in conversations:
        check(conversation)


def test_accounts_are_as_people_could_have_made_them(client):
    demo()
    assert User.objects.count() == len(PEOPLE)
    for user in User.objects.all():
        user.full_clean()
        assert user.username not in RESERVED_USERNAMES
        assert user.name != user.username
        assert user.date_joined < timezone.now()
    ages = {user.username: age_on(user.birth_date, timezone.localdate()) for user in User.objects.all()}
    assert ages == {person.username: person.age for person in PEOPLE}
    assert ages["finn"] < MIN_AGE_TO_MESSAGE <= ages["ines.q"] < 18
    for user in (account(person.username) for person in PEOPLE[:2]):
        assert client.login(username=user.username, password=PASSWORD)


def avatar_files():
    return [f"avatars/{name}" for name in default_storage.listdir("avatars")[1]]


def test_pictures_are_distinct_and_two_people_have_none():
    demo()
    assert User.objects.filter(avatar="").count() == 2
    pictures = [default_storage.open(name).read() for name in avatar_files()]
    assert len(pictures) == 3 * (len(PEOPLE) - 2)
    assert len(set(pictures)) == len(pictures)


def test_the_first_inbox_shows_every_state():
    demo()
    mira = account("mira")
    sides = {
        next(one.user.username for one in side.conversation.sides if one.user_id != mira.pk): side
        for side in Participant.objects.of(mira).with_row()
    }
    assert Counter(side.folder for side in sides.values()) == {"inbox": 10, "archive": 1, "requests": 1}
    assert [name for name, side in sides.items() if side.pinned] == ["amara.n"]
    assert [name for name, side in sides.items() if side.muted] == ["kofi"]
    assert [name for name, side in sides.items() if side.draft] == ["aoi_k"]
    assert {name for name, side in sides.items() if side.unread_count} == {"tomas", "layla.k", "kofi", "priya.r"}
    refusals = {name: write_refusal(standing_between(mira, account(name))) for name in [*sides, "finn"]}
    assert {name: refusal.code for name, refusal in refusals.items() if refusal} == {
        "elif.d": "request_pending",
        "viktor": "you_blocked",
        "chloe.m": "not_following",
        "mateus": "not_accepted",
        "ines.q": "unavailable",
        "finn": "unavailable",
    }
    assert sides["amara.n"].conversation.last_seq == LONG_HISTORY
    assert sides["amara.n"].deletions == 1


def test_messages_show_every_state():
    demo()
    messages = list(Message.objects.visible_to(account("mira")).with_parts())
    assert any(message.unsent_at for message in messages)
    assert any(message.reply_to_id for message in messages)
    assert {len(message.likes.all()) for message in messages} == {0, 1, 2}
    assert any(is_large_emoji(message.body) for message in messages)
    assert any(segment.url for message in messages for segment in segments(message.body))
    assert any(len(message.body) > 800 and "\n\n" in message.body for message in messages)
    assert any(len(word) > 80 for message in messages for word in message.body.split() if "/" not in word)
    assert any("\u0600" <= message.body[:1] <= "\u06ff" for message in messages)
    assert all(preview(message) for message in messages)


def test_the_long_history_is_a_lively_one():
    demo()
    conversation = Conversation.objects.get(last_seq=LONG_HISTORY)
    messages = list(conversation.messages.with_parts().order_by("seq"))
    days = {message.created_at.date() for message in messages}
    assert 100 < len(days) < 300
    shares = Counter(message.sender_id for message in messages)
    assert min(shares.values()) > LONG_HISTORY // 3
    assert len({message.body for message in messages}) > 300
    runs = Counter(entry.run for entry in entries(messages[-200:], account("mira"), 0, 0) if entry.type == "message")
    assert all(runs[run] for run in ("single", "first", "middle", "last"))


def test_a_second_run_changes_nothing():
    assert "Made 16 demo accounts" in demo()
    before = list(Message.objects.values_list("pk", "version"))
    avatars = list(User.objects.values_list("username", "avatar", "password"))
    assert "nothing was changed" in demo()
    assert list(Message.objects.values_list("pk", "version")) == before
    assert list(User.objects.values_list("username", "avatar", "password")) == avatars


def test_a_reset_makes_the_demo_anew_and_leaves_others_alone(django_capture_on_commit_callbacks):
    stranger = User.objects.create_user("ada", "ada@example.org")
    demo()
    old = set(User.objects.exclude(pk=stranger.pk).values_list("pk", flat=True))
    with django_capture_on_commit_callbacks(execute=True):
        assert "Deleted 16 demo accounts" in demo("--reset")
    assert User.objects.filter(pk=stranger.pk).exists()
    assert not User.objects.filter(pk__in=old).exists()
    assert User.objects.count() == len(PEOPLE) + 1
    assert not Conversation.objects.filter(participants=None).exists()
    assert len(avatar_files()) == 3 * (len(PEOPLE) - 2)


def test_a_name_that_is_taken_stops_it():
    User.objects.create_user("mira", "mira@example.org")
    with pytest.raises(CommandError, match="mira"):
        demo()
    assert User.objects.count() == 1


def test_it_runs_only_in_development(settings):
    settings.DEBUG = False
    with pytest.raises(CommandError, match="DEBUG"):
        demo()
    assert not User.objects.exists()


def test_it_tells_how_to_sign_in():
    told = demo("--url", "http://127.0.0.1:8123/")
    for part in ("http://127.0.0.1:8123\n", "mira", "tomas", PASSWORD):
        assert part in told


def test_a_script_never_speaks_from_the_future_nor_out_of_order():
    lines = read("# 1d 23:50\n> one\n< two\n+90\n> three\n# 30m\n< four\n> five", NOW)
    assert [line.words for line in lines] == ["one", "two", "three", "four", "five"]
    times = [line.at for line in lines]
    assert times == sorted(set(times))
    assert times[-1] == NOW - datetime.timedelta(minutes=30)


@pytest.mark.parametrize("text", ["> no beginning", "# 3d\n> no hour", "# 4m\nnobody's words"])
def test_a_broken_script_is_refused(text):
    with pytest.raises(ValueError, match="Not a"):
        read(text, NOW)


def test_marks_and_long_lines_are_read():
    (first, second) = read("# 4m\n> [like name=a] one\\n\\ntwo\n  and three\n< [re=a unsent] four", NOW)
    assert first.words == "one\n\ntwo and three"
    assert (first.name, first.likes) == ("a", (False,))
    assert (second.answers, second.unsent, second.by_first) == ("a", True, False)
