"""Someone who is blocked can't tell it from someone who accepts nobody."""

import re
from collections.abc import Callable
from difflib import unified_diff

import pytest
from django.http import HttpResponse

from accounts.models import MessagePrivacy, User
from messaging.models import Message
from tests.messaging.people import block, change, follow, make_person
from tests.messaging.sockets import Tab, in_thread
from tests.messaging.talk import JSON, converse, get_json, post_json, say, send_json, signed_in

# Of equal length and initial, so that pages may differ in nothing but the name.
# The pane alone: the list beside it shows both people.
PANE = {"hx-request": "true", "hx-target": "pane"}
BLOCKER, HERMIT = "rita", "runa"


@pytest.fixture
def blocker(mira):
    return someone(mira, BLOCKER)


@pytest.fixture
def hermit(mira):
    return someone(mira, HERMIT)


def someone(mira: User, name: str) -> User:
    person = make_person(name)
    follow(mira, person)
    return person


@pytest.fixture(params=["nothing said", "asked before"])
def pair(request, mira, blocker, hermit):
    """Two people out of Mira's reach: one blocked her, one accepts nobody; perhaps she had asked both."""
    if request.param == "asked before":
        for person in (blocker, hermit):
            change(person, message_privacy=MessagePrivacy.EVERYONE)
            say(mira, person, "may I?")
            change(person, message_privacy=MessagePrivacy.FRIENDS)
    block(blocker, mira)
    change(hermit, message_privacy=MessagePrivacy.NOBODY)
    return blocker, hermit


def neutral(text: str, person: User, mira: User) -> str:
    """Return ``text`` without what differs between any two people, and between any two moments."""
    text = text.replace(person.username, "NAME")
    text = re.sub(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UUID", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+(Z|[+-]\d\d:\d\d)", "MOMENT", text)
    text = re.sub(r'(csrfmiddlewaretoken" value=|csrf-token" content=|X-CSRFToken": )"\w+"', r"\1TOKEN", text)
    text = re.sub(r"tint-\d", "TINT", text)
    text = re.sub(rf'"{person.pk}"|relation(-button)?-{person.pk}\b', "PK", text)
    return re.sub(r"\d\d:\d\d", "TIME", text)


def trace(response: HttpResponse, person: User, mira: User) -> dict:
    """Return all that a browser gets to see of an answer."""
    headers = {name: neutral(value, person, mira) for name, value in response.headers.items() if name != "Expires"}
    body = neutral(response.content.decode(), person, mira)
    return {"status": response.status_code, "headers": headers, "body": body.splitlines()}


def both(pair: tuple[User, User], mira: User, ask: Callable[[User], HttpResponse]) -> dict:
    """Ask the same about both; assert that the answers are the same, and return one."""
    blocker, hermit = pair
    one, other = trace(ask(blocker), blocker, mira), trace(ask(hermit), hermit, mira)
    assert list(unified_diff(one.pop("body"), other.pop("body"), n=0)) == []
    assert one == other
    return one


def test_sending_is_refused_in_the_same_words(mira, pair):
    client = signed_in(mira)
    assert both(pair, mira, lambda person: send_json(client, converse(mira, person)))["status"] == 403


def test_a_form_is_refused_in_the_same_words(mira, pair):
    client = signed_in(mira)

    def ask(person: User) -> HttpResponse:
        fields = {"client_id": "1" * 32, "kind": "text", "body": "text"}
        return client.post(f"/inbox/{converse(mira, person).pk}/messages/", fields, headers=PANE)

    assert both(pair, mira, ask)["status"] == 403


def test_the_length_is_the_same_too(mira, pair):
    client = signed_in(mira)
    lengths = {len(send_json(client, converse(mira, person), client_id="1" * 32).content) for person in pair}
    assert len(lengths) == 1


@pytest.mark.parametrize("path", ["/@{name}/", "/@{name}/followers/", "/@{name}/following/", "/people/?q={name}"])
def test_the_pages_about_them_are_the_same(path, mira, pair):
    client = signed_in(mira)
    answer = both(pair, mira, lambda person: client.get(path.format(name=person.username)))
    assert answer["status"] == 200


@pytest.mark.parametrize("headers", [PANE, PANE | JSON], ids=["pane", "json"])
@pytest.mark.parametrize("what", ["", "composer/", "messages/", "changes/?since=0.0"])
def test_the_conversation_is_the_same(what, headers, mira, pair):
    client = signed_in(mira)

    def ask(person: User) -> HttpResponse:
        return client.get(f"/inbox/{converse(mira, person).pk}/{what}", headers=headers)

    assert both(pair, mira, ask)["status"] == 200


@pytest.mark.parametrize("what", ["like", "unlike", "unsend", "delete"])
def test_what_can_be_done_with_an_old_message_is_the_same(what, mira, pair):
    client = signed_in(mira)
    own = {message.conversation_id: message for message in Message.objects.filter(sender=mira)}
    if own:
        both(pair, mira, lambda person: post_json(client, f"/messages/{own[converse(mira, person).pk].pk}/{what}/"))


@pytest.mark.parametrize("what", ["follow", "unfollow", "message"])
def test_what_can_be_done_on_the_profile_is_the_same(what, mira, pair):
    client = signed_in(mira)
    both(pair, mira, lambda person: client.post(f"/@{person.username}/{what}/"))
    if what != "message":
        both(pair, mira, lambda person: post_json(client, f"/@{person.username}/{what}/"))


def test_the_lists_say_nothing(mira, pair):
    client = signed_in(mira)
    page = client.get("/inbox/new/").content.decode()
    assert all(f"@{person.username}" in page for person in pair)
    assert get_json(client, "/inbox/badge/").json() == {"unread": 0}


@pytest.mark.django_db(transaction=True)
async def test_the_frames_are_the_same(mira, pair):
    client_id = "01890000-0000-7000-8000-0000000000aa"
    async with Tab(mira) as tab:
        traces = []
        for person in pair:
            conversation = await in_thread(converse, mira, person)
            own = await in_thread(conversation.messages.first)
            frames = [await tab.send(conversation, client_id=client_id)]
            await tab.say("conversation.typing", conversation=conversation.pk)
            await tab.say("conversation.read", conversation=conversation.pk, seq=1)
            if own:
                await tab.say("message.like", message=own.pk, liked=True)
            frames += await tab.settled()
            traces.append(neutral(str(frames), person, mira))
        assert traces[0] == traces[1]


@pytest.mark.django_db(transaction=True)
async def test_the_moment_of_the_block_makes_no_sound(mira, blocker, hermit):
    for person in (blocker, hermit):
        await in_thread(change, person, message_privacy=MessagePrivacy.EVERYONE)
        await in_thread(say, mira, person, "may I?")
    clients = {person.pk: await in_thread(signed_in, person) for person in (blocker, hermit)}
    async with Tab(mira) as tab, Tab(blocker) as theirs:
        await in_thread(post_json, clients[blocker.pk], f"/@{mira.username}/block/")
        fields = {"message_privacy": "nobody", "read_receipts": "on", "show_activity": "on"}
        await in_thread(clients[hermit.pk].post, "/settings/privacy/", fields)
        assert await tab.heard() == []
        assert await theirs.heard() != []  # the blocker's own page asks anew
