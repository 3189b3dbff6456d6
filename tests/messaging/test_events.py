"""Events: told after the commit, to those they concern, and enough to stay in step with the database."""

import random
import uuid

import pytest
from django.db import transaction

from messaging import actions
from messaging.models import Deletion, Message
from tests.messaging.page_model import Page, fresh
from tests.messaging.people import befriend
from tests.messaging.sockets import Tab, in_thread, of_type
from tests.messaging.talk import converse, dialogue, fill, say, side_of, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


async def test_nothing_is_told_of_what_was_rolled_back(mira, tom):
    def send_and_fail() -> None:
        with transaction.atomic():
            say(mira, tom, "never")
            raise ZeroDivisionError

    await in_thread(converse, mira, tom)
    async with Tab(mira) as tab, Tab(tom) as theirs:
        with pytest.raises(ZeroDivisionError):
            await in_thread(send_and_fail)
        assert await theirs.heard() == await tab.heard() == []
        await in_thread(say, mira, tom, "now")
        assert "now" in of_type(await theirs.heard(), "message.created")[0]["html"]
    assert await in_thread(Message.objects.count) == 1


async def test_an_acknowledged_message_can_be_read_by_anyone_else_at_once(mira, tom):
    conversation = await in_thread(converse, mira, tom)
    async with Tab(mira) as tab:
        ack = await tab.send(conversation, "committed")
        message = await in_thread(Message.objects.get, pk=ack["message"]["id"])
        assert (message.body, message.seq, message.version) == ("committed", 1, ack["version"])


async def test_a_created_frame_has_what_the_contract_says(mira, tom):
    conversation = await in_thread(converse, mira, tom)
    client_id = str(uuid.uuid4())
    async with Tab(mira) as tab, Tab(mira) as own, Tab(tom) as theirs:
        ack = await tab.send(conversation, "hello", client_id=client_id)
        frames = [of_type(await one.heard(), "message.created") for one in (own, theirs)]
        (created,) = frames[0]
        assert frames[1] == frames[0]  # the same for everyone, html and all
        assert created | {"html": ""} == {
            "type": "message.created",
            "conversation": str(conversation.pk),
            "version": 1,
            "id": ack["message"]["id"],
            "client_id": client_id,
            "seq": 1,
            "sender": str(mira.pk),
            "html": "",
        }
        assert f'data-client-id="{client_id}"' in created["html"]


async def test_the_row_and_the_badge_follow(mira, tom, otto):
    await in_thread(befriend, tom, otto)
    async with Tab(tom) as tab:
        assert tab.ready == {"type": "ready", "user": str(tom.pk), "unread": 0}
        for sender, unread, badge in ((mira, 1, 1), (mira, 2, 1), (otto, 1, 2)):
            await in_thread(say, sender, tom, "news <b>")
            (row,) = of_type(await tab.heard(), "inbox.row")
            assert (row["unread"], row["badge"], row["folder"]) == (unread, badge, "inbox")
            assert row["notice"]["name"] == sender.name
            assert row["notice"]["text"] == "news <b>"
            assert "news &lt;b&gt;" in row["html"]
    async with Tab(tom) as again:
        assert again.ready["unread"] == 2


async def test_deleting_for_oneself_reaches_the_own_tabs_alone(mira, tom, otto):
    conversation = await in_thread(dialogue, mira, tom)
    message = await in_thread(conversation.messages.get, seq=1)
    async with Tab(mira) as tab, Tab(mira) as own, Tab(tom) as theirs, Tab(otto) as outsider:
        await tab.say("message.delete", message=message.pk)
        expected = {"type": "message.deleted", "conversation": str(conversation.pk), "id": str(message.pk)}
        for one in (tab, own):
            assert of_type(await one.settled(), "message.deleted", "refused") == [expected]
        assert await theirs.heard() == await outsider.heard() == []
        # The guard: both were listening.
        await tab.send(conversation, "to tom")
        assert of_type(await theirs.heard(), "message.created") != []
        assert await outsider.heard() == []


async def test_a_like_reaches_both_and_no_outsider(mira, tom, otto):
    conversation = await in_thread(dialogue, mira, tom)
    message = await in_thread(conversation.messages.get, seq=1)
    async with Tab(mira) as tab, Tab(tom) as theirs, Tab(otto) as outsider:
        await theirs.say("message.like", message=message.pk, liked=True)
        (changed,) = of_type(await theirs.settled(), "message.changed")
        assert of_type(await tab.heard(), "message.changed") == [changed]
        assert changed["version"] == 3
        assert f'data-liked-by="{tom.pk}"' in changed["html"]
        await theirs.say("message.like", message=message.pk, liked=True)  # liked already: nothing happened
        assert of_type(await theirs.settled(), "message.changed", "refused") == []
        refusal = await outsider.ask("message.like", message=message.pk, liked=True)
        assert (refusal["code"], refusal["ref"]) == ("not_found", str(message.pk))
        assert await outsider.heard() == []


def do_something(dice: random.Random, people, conversation) -> None:
    """Change the conversation in one of the ways there are."""
    one, other = people if dice.random() < 0.5 else people[::-1]
    visible = list(Message.objects.visible_to(one).filter(conversation=conversation))
    kind = dice.choice(["send", "send", "reply", "like", "unlike", "unsend", "delete", "clear"])
    if kind == "clear" and dice.random() < 0.2:
        actions.clear(one, conversation.pk)
    elif kind == "send" or not visible:
        say(one, other, dice.choice(["hi", "🎉", "see https://example.org/?a=1&b=2", "<i>no</i>"]))
    elif kind == "reply":
        say(one, other, "re", reply_to=dice.choice(visible).pk)
    elif kind == "delete":
        actions.delete_for_me(one, dice.choice(visible).pk)
    elif kind == "unsend":
        mine = [message for message in visible if message.sender_id == one.pk]
        if mine:
            actions.unsend(one, dice.choice(mine).pk)
    else:
        message = dice.choice([message for message in visible if not message.is_gone] or [say(one, other)])
        (actions.unlike if kind == "unlike" else actions.like)(one, message.pk)


@pytest.mark.parametrize("seed", range(4))
async def test_old_state_and_events_are_the_fresh_state(seed, mira, tom, settings):
    settings.MESSAGE_LIMITS = []
    dice = random.Random(seed)
    conversation = await in_thread(dialogue, mira, tom)
    clients = {person.pk: await in_thread(signed_in, person) for person in (mira, tom)}
    pages = {person.pk: Page(conversation) for person in (mira, tom)}
    for pk, page in pages.items():
        await in_thread(page.catch_up, clients[pk], conversation)
    async with Tab(mira) as mine, Tab(tom) as theirs:
        versions = {mira.pk: [2], tom.pk: [2]}
        for _round in range(5):
            for _step in range(8):
                await in_thread(do_something, dice, (mira, tom), conversation)
            for tab in (mine, theirs):
                page = pages[tab.user.pk]
                cleared = (await in_thread(side_of, tab.user, conversation)).cleared_seq
                for frame in await tab.heard():
                    page.apply(frame)
                    if frame["type"] in {"message.created", "message.changed"}:
                        versions[tab.user.pk].append(frame["version"])
                # That a conversation was cleared is told by its row; the page drops what it showed.
                page.messages = {pk: one for pk, one in page.messages.items() if one[0] > cleared}
                assert page.messages == await in_thread(fresh, clients[tab.user.pk], conversation)
        await in_thread(conversation.refresh_from_db)
        for heard in versions.values():
            # In order; a gap stands for the change of a message that this reader deleted, and closes by asking.
            assert heard == sorted(set(heard))
            assert heard[-1] <= conversation.version
        # Who slept through all of it catches up to the same.
        for person in (mira, tom):
            await in_thread(pages[person.pk].catch_up, clients[person.pk], conversation)
            assert pages[person.pk].messages == await in_thread(fresh, clients[person.pk], conversation)
    assert await in_thread(Deletion.objects.count) > 0


async def test_the_heartbeat_tells_what_was_missed(mira, tom):
    conversation = await in_thread(dialogue, mira, tom)
    client = await in_thread(signed_in, mira)
    page = Page(conversation)
    await in_thread(page.catch_up, client, conversation)
    async with Tab(mira) as tab:
        await tab.say("ping", conversation=conversation.pk, state=page.state)
        assert (await tab.hear())["type"] == "pong"
        await in_thread(fill, mira, tom, 3)  # behind the channel layer's back
        await tab.say("ping", conversation=conversation.pk, state=page.state)
        stale = await tab.hear()
        assert (stale["type"], stale["conversation"]) == ("stale", str(conversation.pk))
        await in_thread(page.catch_up, client, conversation)
        assert page.state == stale["state"]
        assert len(page.messages) == 5
        await tab.say("ping", conversation=conversation.pk, state=page.state)
        assert (await tab.hear())["type"] == "pong"
        await tab.say("ping")
        assert await tab.hear() == {"type": "pong", "unread": 1}
