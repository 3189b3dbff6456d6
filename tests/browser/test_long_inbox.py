"""An inbox with more conversations than a page of them."""

from collections.abc import Callable

from playwright.sync_api import expect

from messaging.views.inbox import ROWS_A_PAGE
from tests.browser.people import Person
from tests.live_server import LiveServer

FILL = """
import datetime, uuid
from messaging import actions
owner = User.objects.get(username={username!r})
for number in range({count}):
    other = User.objects.create_user(f"{{owner.username[:20]}}{{number}}", f"{{owner.username}}.{{number}}@example.org",
        None, display_name=f"Number {{number}}", birth_date=datetime.date(1990, 5, 1))
    Follow.objects.bulk_create([Follow(follower=owner, followed=other), Follow(follower=other, followed=owner)])
    conversation = actions.open_conversation(other, owner)
    actions.send_message(actions.Draft(other, conversation.pk, uuid.uuid4(), f"hello {{number}}"))
"""


def test_the_next_rows_come_as_the_last_is_scrolled_to(new_person: Callable[..., Person], server: LiveServer) -> None:
    mira = new_person("Mira")
    count = 2 * ROWS_A_PAGE + 3
    server.shell(FILL.format(username=mira.username, count=count))
    mira.page.goto("/inbox/")
    rows = mira.page.locator("#rows > .row")
    expect(rows).to_have_count(ROWS_A_PAGE)
    for shown in (2 * ROWS_A_PAGE, count):
        mira.page.locator("#rows > .rows-more").scroll_into_view_if_needed()
        expect(rows).to_have_count(shown)
    expect(mira.page.locator("#rows > .rows-more")).to_have_count(0)
    names = rows.locator(".row-name").all_inner_texts()
    assert len(set(names)) == count
    assert "Number 0" in names[-1]
    mira.wait_until_live()
    mira.page.evaluate("document.querySelector('#rows > .row').dataset.old = 1")
    mira.context.set_offline(True)
    mira.wait_until_cut_off()
    mira.context.set_offline(False)  # whereupon the list is drawn anew
    expect(mira.page.locator("#rows > .row[data-old]")).to_have_count(0)
    expect(rows).to_have_count(count)  # as far as was scrolled before
    expect(rows.locator("time:not([title])")).to_have_count(0)  # each is told in the reader's way
