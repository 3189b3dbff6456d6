"""Read receipts, typing and presence: only where both allow it, and never before a request is answered."""

import itertools

import pytest
from django.utils import timezone

from accounts.models import MessagePrivacy
from messaging import actions
from tests.messaging.people import block, change, unfollow
from tests.messaging.sockets import Tab, in_thread, of_type
from tests.messaging.talk import changes, converse, dialogue, get_json, say, signed_in

SWITCHES = list(itertools.product([True, False], repeat=2))


@pytest.fixture
def conversation(mira, tom):
    return dialogue(mira, tom)


def request_of(mira, tom):
    """Let Mira ask Tom, who follows nobody and takes requests."""
    unfollow(tom, mira)
    change(tom, message_privacy=MessagePrivacy.EVERYONE)
    return say(mira, tom, "may I?").conversation


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("mine", "theirs"), SWITCHES)
async def test_reading_is_shown_where_both_show_it(mine, theirs, mira, tom, otto, conversation):
    await in_thread(change, mira, read_receipts=mine)
    await in_thread(change, tom, read_receipts=theirs)
    async with Tab(mira) as reader, Tab(mira) as own, Tab(tom) as writer, Tab(otto) as outsider:
        await reader.say("conversation.read", conversation=conversation.pk, seq=2)
        expected = {"type": "conversation.read", "conversation": str(conversation.pk), "user": str(mira.pk), "seq": 2}
        for tab in (reader, own):
            assert of_type(await tab.settled(), "conversation.read") == [expected | {"unread": 0, "badge": 0}]
        assert await writer.heard() == ([expected] if mine and theirs else [])
        assert await outsider.heard() == []
        await reader.say("conversation.read", conversation=conversation.pk, seq=1)  # not forward: nothing to tell
        await reader.settled()
        assert await writer.heard() == []
    answer = await in_thread(lambda: changes(signed_in(tom), conversation))
    assert answer.get("read") == (2 if mine and theirs else None)
    page = await in_thread(lambda: signed_in(tom).get(f"/inbox/{conversation.pk}/").content.decode())
    assert f'data-their-read-seq="{2 if mine and theirs else 0}"' in page


@pytest.mark.django_db(transaction=True)
async def test_reading_a_request_is_never_shown(mira, tom):
    conversation = await in_thread(request_of, mira, tom)
    async with Tab(tom) as reader, Tab(mira) as writer:
        await reader.say("conversation.read", conversation=conversation.pk, seq=1)
        assert of_type(await reader.settled(), "conversation.read") != []
        assert await writer.heard() == []
        client = await in_thread(signed_in, mira)
        assert "read" not in await in_thread(changes, client, conversation)
        # Nor after the setting changed, without an answer.
        for privacy in MessagePrivacy:
            await in_thread(change, tom, message_privacy=privacy)
            assert "read" not in await in_thread(changes, client, conversation)
        await in_thread(actions.accept, tom, conversation.pk)
        assert (await in_thread(changes, client, conversation))["read"] == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("mine", "theirs"), SWITCHES)
async def test_typing_is_shown_where_both_show_activity(mine, theirs, mira, tom, otto, conversation):
    await in_thread(change, mira, show_activity=mine)
    await in_thread(change, tom, show_activity=theirs)
    async with Tab(mira) as tab, Tab(tom) as other, Tab(otto) as outsider:
        await tab.say("conversation.typing", conversation=conversation.pk)
        assert await tab.settled() == []
        expected = {"type": "conversation.typing", "conversation": str(conversation.pk), "user": str(mira.pk)}
        assert await other.heard() == ([expected] if mine and theirs else [])
        assert (await outsider.ask("conversation.typing", conversation=conversation.pk))["code"] == "not_found"
        assert await outsider.heard() == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("typist", ["sender", "recipient"])
async def test_typing_in_a_request_is_never_shown(typist, mira, tom):
    conversation = await in_thread(request_of, mira, tom)
    await in_thread(lambda: tom.follows_made.get_or_create(followed=mira) and unfollow(tom, mira))
    typing, listening = (mira, tom) if typist == "sender" else (tom, mira)
    if typist == "recipient":
        await in_thread(change, mira, message_privacy=MessagePrivacy.EVERYONE)
    async with Tab(typing) as tab, Tab(listening) as other:
        await tab.say("conversation.typing", conversation=conversation.pk)
        assert await tab.settled() == []
        heard = await other.heard()
        # Who asks has let the other in by writing; who was asked gives nothing away.
        assert [frame["user"] for frame in heard] == ([str(mira.pk)] if typist == "sender" else [])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("blocker_types", [True, False])
async def test_nothing_passes_a_block(blocker_types, mira, tom, conversation):
    await in_thread(block, tom, mira)
    typing, listening = (tom, mira) if blocker_types else (mira, tom)
    async with Tab(typing) as tab, Tab(listening) as other:
        await tab.say("conversation.typing", conversation=conversation.pk)
        await tab.say("conversation.read", conversation=conversation.pk, seq=2)
        await tab.settled()
        assert await other.heard() == []
    assert "read" not in await in_thread(lambda: changes(signed_in(listening), conversation))


def activity_of(viewer, conversation) -> tuple[bool, bool]:
    """Return whether ``viewer`` sees the other's presence on the page and in the list."""
    client = signed_in(viewer)
    page = client.get(f"/inbox/{conversation.pk}/").content.decode()
    head = page[page.index('<span class="activity">') :]
    rows = client.get("/inbox/").content.decode()
    return "Active" in head[: head.index("</span>")], "active-dot" in rows


@pytest.mark.parametrize(("mine", "theirs"), SWITCHES)
def test_presence_is_shown_where_both_show_it(mine, theirs, mira, tom, conversation):
    change(tom, show_activity=theirs, last_active_at=timezone.now())
    change(mira, show_activity=mine)
    assert activity_of(mira, conversation) == (mine and theirs,) * 2


def test_who_is_not_active_has_no_dot(mira, tom, conversation):
    assert activity_of(mira, conversation) == (False, False)


@pytest.mark.parametrize("privacy", MessagePrivacy)
def test_asking_shows_nothing_of_whom_one_asked(privacy, mira, tom):
    conversation = request_of(mira, tom)
    change(tom, last_active_at=timezone.now(), message_privacy=privacy)
    assert activity_of(mira, conversation) == (False, False)
    change(mira, last_active_at=timezone.now())
    assert activity_of(tom, conversation) == (False, False)


@pytest.mark.parametrize("blocker", ["mira", "tom"])
def test_a_block_hides_presence_from_both(blocker, mira, tom, conversation):
    change(tom, last_active_at=timezone.now())
    assert activity_of(mira, conversation) == (True, True)
    block(*((mira, tom) if blocker == "mira" else (tom, mira)))
    assert activity_of(mira, conversation) == (False, False)


def test_an_outsider_gets_neither(otto, mira, tom, conversation):
    assert get_json(signed_in(otto), f"/inbox/{conversation.pk}/changes/?since=0.0").status_code == 404
    assert converse(mira, tom).participants.filter(user=otto).count() == 0


@pytest.mark.django_db(transaction=True)
async def test_an_answer_to_a_request_tells_that_it_was_read_and_that_one_may_write(mira, tom):
    conversation = await in_thread(request_of, mira, tom)
    async with Tab(mira) as asker:
        await in_thread(say, tom, mira, "of course")
        frames = await asker.heard()
        (read,) = of_type(frames, "conversation.read")
        assert (read["user"], read["seq"]) == (str(tom.pk), 2)
        (changed,) = of_type(frames, "policy.changed")
        assert changed == {"type": "policy.changed", "conversation": str(conversation.pk)}
