"""What the open page makes of rare moments: a session that is over, a restored backup, a lost read mark."""

import json
import re

from playwright.sync_api import Page, Route, WebSocketRoute, expect

from tests.browser.people import Person
from tests.browser.test_healing import bodies, conversation_of, sent, stored
from tests.live_server import LiveServer

END_SESSIONS = """
from django.contrib.sessions.models import Session
user = User.objects.get(username={username!r})
for session in Session.objects.all():
    if session.get_decoded().get("_auth_user_id") == str(user.pk):
        session.delete()
"""
# As after a backup: the last messages were never written, and nothing counts as far as it did.
RESTORE = """
conversation = Conversation.objects.get(pk={conversation!r})
conversation.messages.filter(seq__gt={seq}).delete()
last = conversation.messages.get(seq={seq})
Conversation.objects.filter(pk=conversation.pk).update(last_seq={seq}, version=last.version)
conversation.participants.update(last_read_seq={seq}, unread_count=0)
"""
# What is to be deleted in a few seconds should have been long ago.
OVERDUE = """
for (const key of Object.keys(localStorage).filter((key) => key.startsWith("paperplane.deletions."))) {
  localStorage[key] = localStorage[key].replace(/"due":\\d+/g, '"due":0');
}
"""


def without_socket(page: Page) -> None:
    """Let the page's socket never come up, and nothing but what it asks tell it of its session."""
    page.route_web_socket(re.compile("/ws/inbox/"), lambda socket: socket.close())
    page.route("**/inbox/badge/", lambda route: route.abort())


def sign_in_again(person: Person, server: LiveServer) -> None:
    person.page.wait_for_url("**/accounts/login/**")
    person.context.add_cookies(server.sign_in(person.username))  # type: ignore[arg-type]
    person.page = person.context.new_page()


def begin(mira: Person, tom: Person, *texts: str) -> str:
    """Let Mira write to Tom; return the address of their conversation."""
    mira.open_dialogue_with(tom)
    mira.wait_until_live()
    for text in texts:
        mira.say(text)
    expect(sent(mira)).to_have_count(len(texts))
    return mira.page.url


def test_what_was_written_after_the_session_ended_is_sent_after_signing_in(
    friends: tuple[Person, Person], server: LiveServer
) -> None:
    mira, tom = friends
    address = begin(mira, tom, "before")
    without_socket(mira.page)
    mira.page.reload()
    server.shell(END_SESSIONS.format(username=mira.username))
    with mira.page.expect_response(re.compile("/messages/$")) as answer:
        mira.say("afterwards")
    assert answer.value.status == 401
    sign_in_again(mira, server)
    mira.page.goto(address)
    expect(mira.message("afterwards")).to_have_attribute("data-id", re.compile("-"))
    assert stored(server, mira.page) == ["before", "afterwards"]


def test_a_planned_deletion_outlives_the_session(friends: tuple[Person, Person], server: LiveServer) -> None:
    mira, tom = friends
    address = begin(mira, tom, "stays", "goes")
    without_socket(mira.page)

    def too_late(route: Route) -> None:
        server.shell(END_SESSIONS.format(username=mira.username))
        route.continue_()

    mira.page.route("**/delete/", too_late)
    mira.choose("goes", "delete")
    mira.page.evaluate(OVERDUE)
    with mira.page.expect_response(re.compile("/delete/$")) as answer:
        mira.page.reload()
    assert answer.value.status == 401
    sign_in_again(mira, server)
    mira.page.goto(address)
    expect(sent(mira)).to_have_count(1)
    mira.page.goto("/inbox/")
    expect(mira.page.locator("#rows .row")).to_contain_text("stays")


def test_a_page_ahead_of_a_restored_database_goes_back_with_it(
    friends: tuple[Person, Person], server: LiveServer
) -> None:
    mira, tom = friends
    address = begin(mira, tom, "one", "two", "three", "four")
    mira.choose("one", "like")
    expect(mira.message("one").locator(".likes-count")).to_have_text("1")
    conversation = conversation_of(mira.page)
    mira.page.evaluate("document.body.dataset.same = 'page'")
    mira.context.set_offline(True)
    mira.wait_until_cut_off()
    server.shell(RESTORE.format(conversation=conversation, seq=2))
    with mira.page.expect_response(re.compile("/changes/")):
        mira.context.set_offline(False)
    expect(sent(mira)).to_have_count(2)
    tom.page.goto(address)
    tom.wait_until_live()
    tom.say("three, again")
    expect(mira.message("three, again")).to_be_visible()
    assert bodies(mira.page) == ["one", "two", "three, again"] == stored(server, mira.page)
    expect(mira.page.locator("body[data-same=page]")).to_have_count(1)


def test_an_answer_without_progress_is_not_asked_for_again(friends: tuple[Person, Person]) -> None:
    mira, tom = friends
    begin(mira, tom, "one")
    state = mira.page.locator("dm-conversation").get_attribute("data-state")
    asked: list[str] = []
    stuck: dict[str, object] = {"state": state, "more": True, "messages": [], "deleted": []}

    def answer(route: Route) -> None:
        asked.append(state or "")
        route.fulfill(json=stuck)

    mira.page.route("**/changes/**", answer)
    mira.context.set_offline(True)
    mira.wait_until_cut_off()
    with mira.page.expect_response(re.compile("/changes/")):
        mira.context.set_offline(False)
    mira.wait_until_live()
    mira.say("two")
    expect(sent(mira)).to_have_count(2)
    assert len(asked) <= 2


def test_answering_a_request_accepts_it_on_the_page(friends: tuple[Person, Person], server: LiveServer) -> None:
    mira, tom = friends
    server.shell(f"Follow.objects.filter(followed__username={mira.username!r}).delete()")
    server.shell(f"User.objects.filter(username={tom.username!r}).update(message_privacy='everyone')")
    address = begin(mira, tom, "hello, stranger")
    tom.page.goto(address)
    tom.wait_until_live()
    expect(tom.page.locator(".request-card")).to_be_visible()
    tom.say("hello")
    expect(tom.page.locator(".request-card")).to_have_count(0)
    expect(tom.page.locator("dm-conversation[data-request=false]")).to_have_count(1)
    expect(tom.page.locator(".conversation-head [data-action=mute]")).to_have_count(1)
    mira.say("read this")
    expect(mira.message("read this")).to_have_class(re.compile("seen"))


def test_a_lost_read_mark_is_told_again(friends: tuple[Person, Person]) -> None:
    mira, tom = friends
    address = begin(mira, tom, "seen?")
    lines: list[WebSocketRoute] = []
    lost: list[str] = []

    def connect(line: WebSocketRoute) -> None:
        server = line.connect_to_server()
        lines.append(line)

        def pass_on(frame: str | bytes) -> None:
            if not lost and json.loads(frame)["type"] == "conversation.read":
                lost.append(str(frame))
                line.close()
            else:
                server.send(frame)

        line.on_message(pass_on)

    tom.page.goto("/inbox/")  # the server learns that this browser tells what was seen
    tom.page.route_web_socket(re.compile("/ws/inbox/"), connect)
    tom.page.goto(address)
    expect(mira.page.locator(".timeline .entry.seen")).to_have_count(1)
    assert len(lost) == 1
    assert len(lines) == 2


def test_a_read_mark_missed_offline_is_shown_afterwards(friends: tuple[Person, Person]) -> None:
    mira, tom = friends
    address = begin(mira, tom, "seen?")
    mira.context.set_offline(True)
    mira.wait_until_cut_off()
    tom.page.goto(address)
    tom.wait_until_live()
    expect(tom.page.locator("[data-badge]")).to_be_hidden()
    mira.context.set_offline(False)
    expect(mira.page.locator(".timeline .entry.seen")).to_have_count(1)


def test_what_was_typed_before_the_scripts_came_joins_the_draft(friends: tuple[Person, Person]) -> None:
    mira, tom = friends
    begin(mira, tom, "one")
    held: list[Route] = []
    mira.page.route("**/js/conversation*.js", lambda route: held.append(route))
    mira.page.route("**/draft/", lambda route: route.abort())
    mira.page.locator("dm-conversation:defined textarea").fill("kept here")
    mira.page.reload(wait_until="commit")
    mira.page.locator(".composer textarea").press_sequentially("typed early")
    expect(mira.page.locator("html.js")).to_have_count(1)
    mira.page.unroute("**/js/conversation*.js")
    for route in held:
        route.continue_()
    expect(mira.page.locator("dm-conversation:defined textarea")).to_have_value("kept here\ntyped early")
