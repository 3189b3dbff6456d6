"""Every row of the table over the socket, with an outsider who listens and hears nothing."""

import uuid

import pytest

from accounts.models import MessagePrivacy
from messaging.models import Message
from tests.messaging.cases import CASES
from tests.messaging.people import change, make_person, unfollow
from tests.messaging.sockets import Tab, in_thread, of_type
from tests.messaging.talk import NOWHERE, converse, say

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def conversation(mira, tom):
    return converse(mira, tom)


@pytest.mark.parametrize("case", CASES, ids=str)
async def test_the_sender_is_told_and_nobody_else(case, mira, tom, otto, conversation):
    await in_thread(case.prepare, mira, tom)
    count = await in_thread(Message.objects.count)
    client_id = str(uuid.uuid4())
    # Who is deactivated has no tab; otherwise the recipient listens too.
    listener = otto if not tom.is_active else tom
    async with Tab(mira) as tab, Tab(listener) as theirs, Tab(otto) as outsider:
        refused = await tab.send(conversation, client_id=client_id)
        assert refused.pop("detail").startswith(case.detail)
        expected = {"type": "refused", "ref": client_id, "code": case.code, "retry_after": None}
        assert refused == expected
        assert await tab.heard() == await theirs.heard() == await outsider.heard() == []
        # What isn't theirs looks like what doesn't exist at all.
        not_mine, nowhere = await outsider.send(conversation), await outsider.send(NOWHERE)
        assert not_mine["code"] == "not_found"
        assert not_mine | {"ref": ""} == nowhere | {"ref": ""}
    assert await in_thread(Message.objects.count) == count


async def test_both_hear_of_a_message_and_the_outsider_does_not(mira, tom, otto, conversation):
    await in_thread(change, otto, message_privacy=MessagePrivacy.EVERYONE)
    async with Tab(mira) as tab, Tab(tom) as theirs, Tab(otto) as outsider:
        ack = await tab.send(conversation, "for tom")
        assert ack["message"]["seq"] == 1
        for listener in (tab, theirs):
            (created,) = of_type(await listener.heard(), "message.created")
            assert created["id"] == ack["message"]["id"]
            assert "for tom" in created["html"]
        assert await outsider.heard() == []
        # The guard: what is meant for the outsider arrives.
        writer = await in_thread(make_person, "rosa")
        await in_thread(lambda: writer.follows_made.create(followed=otto))
        await in_thread(say, writer, otto, "for otto")
        (created,) = of_type(await outsider.heard(), "message.created")
        assert "for otto" in created["html"]
        assert await theirs.heard() == []


async def test_too_fast_says_when_it_goes_on(mira, tom, conversation, settings):
    settings.MESSAGE_LIMITS = [(2, 10**9)]
    async with Tab(mira) as tab:
        answers = [await tab.send(conversation, f"text {number}") for number in range(3)]
        assert [answer["type"] for answer in answers] == ["ack", "ack", "refused"]
        assert answers[2]["code"] == "rate_limited"
        assert 0 < answers[2]["retry_after"] <= 10**9


async def test_a_request_lands_among_the_requests(mira, tom, conversation):
    await in_thread(unfollow, tom, mira)
    await in_thread(change, tom, message_privacy=MessagePrivacy.EVERYONE)
    async with Tab(mira) as tab, Tab(tom) as theirs:
        await tab.send(conversation, "may I?")
        (row,) = of_type(await theirs.heard(), "inbox.row")
        assert (row["folder"], row["badge"]) == ("requests", 0)
        assert "notice" not in row
        (row,) = of_type(await tab.heard(), "inbox.row")
        assert row["folder"] == "inbox"
