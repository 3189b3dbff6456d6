"""Open sockets and the end of what allowed them: sign-out, closed accounts, blocks, other sites."""

import datetime

import pytest
from allauth.usersessions.models import UserSession
from asgiref.sync import sync_to_async
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts import actions as account_actions
from tests.messaging.people import change
from tests.messaging.sockets import Tab, in_thread, of_type
from tests.messaging.talk import dialogue, post_json, signed_in

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def conversation(mira, tom):
    return dialogue(mira, tom)


async def ended(tab: Tab) -> None:
    """Assert that the socket says the session is over, and closes."""
    assert await tab.hear() == {"type": "session.ended"}
    assert await tab.closed() == 4401


async def test_nobody_signed_in_is_turned_away(db):
    assert await Tab(None).connect() is False
    assert await Tab(None, session_key="x" * 32).connect() is False


@pytest.mark.parametrize(
    "origin",
    ["", "null", "http://evil.example", "http://testserver.evil.example", "http://testserver:8001", "ftp://testserver"],
)
async def test_another_sites_page_is_turned_away(origin, mira):
    assert await Tab(mira, origin=origin).connect() is False


async def test_the_own_page_and_a_trusted_one_are_let_in(mira, settings):
    async with Tab(mira, origin="http://testserver"):
        pass
    settings.CSRF_TRUSTED_ORIGINS = ["https://chat.example.org"]
    async with Tab(mira, origin="https://chat.example.org"):
        pass


async def test_signing_out_closes_this_sessions_sockets_alone(mira, tom, conversation):
    client = await in_thread(signed_in, mira)
    other = await in_thread(signed_in, mira)
    key, other_key = client.session.session_key, other.session.session_key
    assert key != other_key
    async with (
        Tab(mira, session_key=key) as tab,
        Tab(mira, session_key=key) as second,
        Tab(mira, session_key=other_key) as stays,
        Tab(tom) as theirs,
    ):
        await in_thread(client.post, "/accounts/logout/")
        await ended(tab)
        await ended(second)
        assert await stays.heard() == await theirs.heard() == []
        assert (await stays.send(conversation, "still here"))["type"] == "ack"
    assert await Tab(mira, session_key=key).connect() is False


async def test_a_session_ended_elsewhere_closes_its_sockets(mira):
    client = await in_thread(signed_in, mira)
    await in_thread(client.get, "/inbox/")
    keeper = await in_thread(signed_in, mira)

    def end() -> None:
        (session,) = UserSession.objects.filter(session_key=client.session.session_key)
        session.end()

    async with (
        Tab(mira, session_key=client.session.session_key) as tab,
        Tab(mira, session_key=keeper.session.session_key) as stays,
    ):
        await in_thread(end)
        await ended(tab)
        assert await stays.heard() == []


async def test_a_session_that_vanished_ends_at_the_next_frame(mira, conversation):
    async with Tab(mira) as tab:
        await in_thread(Session.objects.all().delete)
        await tab.say("message.send", conversation=conversation.pk, body="too late")
        await ended(tab)
    assert await in_thread(conversation.messages.count) == 2


async def test_a_closed_accounts_sockets_close(mira, tom, conversation):
    async with Tab(mira) as tab, Tab(mira) as second, Tab(tom) as theirs:
        await in_thread(account_actions.deactivate, mira)
        await ended(tab)
        await ended(second)
        assert await theirs.heard() == []
        assert (await theirs.send(conversation))["code"] == "unavailable"
    assert await Tab(mira).connect() is False


async def test_a_new_password_closes_the_sockets_of_other_sessions(mira):
    client = await in_thread(signed_in, mira)
    fields = {"oldpassword": "bird-song-12", "password1": "stone-river-77", "password2": "stone-river-77"}
    async with Tab(mira) as elsewhere:
        response = await in_thread(client.post, "/accounts/password/change/", fields)
        assert response.status_code == 302
        assert "/reauthenticate/" not in response["location"]
        await ended(elsewhere)


async def test_a_block_holds_on_an_open_socket(mira, tom, conversation):
    async with Tab(mira) as tab, Tab(tom) as theirs:
        assert (await tab.send(conversation))["type"] == "ack"
        await tab.heard()
        await theirs.heard()
        client = await in_thread(signed_in, tom)
        await in_thread(post_json, client, "/@mira/block/")
        assert await tab.heard() == []  # nothing gives the block away
        assert of_type(await theirs.heard(), "policy.changed") != []
        assert (await tab.send(conversation))["code"] == "unavailable"
        assert (await theirs.send(conversation))["code"] == "you_blocked"
        await in_thread(post_json, client, "/@mira/unblock/")
        assert await tab.heard() == []
        assert (await tab.send(conversation))["type"] == "ack"


async def test_a_suspension_holds_on_an_open_socket(mira, conversation):
    async with Tab(mira) as tab:
        await in_thread(change, mira, messaging_suspended_until=timezone.now() + datetime.timedelta(days=1))
        assert (await tab.send(conversation))["code"] == "suspended"
        await in_thread(change, mira, messaging_suspended_until=timezone.now() - datetime.timedelta(days=1))
        assert (await tab.send(conversation))["type"] == "ack"


async def test_following_asks_both_pages_anew_and_unfollowing_one(mira, tom, conversation):
    client = await sync_to_async(signed_in)(tom)
    expected = {"type": "policy.changed", "conversation": str(conversation.pk)}
    async with Tab(mira) as tab, Tab(tom) as theirs:
        await in_thread(post_json, client, "/@mira/unfollow/")
        assert await tab.heard() == []
        assert await theirs.heard() == [expected]
        await in_thread(post_json, client, "/@mira/follow/")
        assert await tab.heard() == await theirs.heard() == [expected]
