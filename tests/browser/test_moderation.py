"""From an unpleasant message to the end of an appeal: three people and two moderators, each in a browser."""

from collections.abc import Callable

from playwright.sync_api import Browser, Page, expect

from tests.browser.people import Person, new_name
from tests.live_server import LiveServer

MODERATOR = """
import datetime
from django.contrib.auth.models import Permission
person = User.objects.create_user({username!r}, password="x", birth_date=datetime.date(1990, 5, 1), is_staff=True)
person.user_permissions.set(Permission.objects.filter(content_type__app_label="moderation"))
"""


def at_the_desk(browser: Browser, server: LiveServer) -> Page:
    """Return the page of a new moderator."""
    username = new_name("desk")
    server.shell(MODERATOR.format(username=username))
    context = browser.new_context(base_url=server.url)
    context.add_cookies(server.sign_in(username))  # type: ignore[arg-type]
    return context.new_page()


def test_a_message_is_reported_decided_and_appealed(
    browser: Browser, friends: tuple[Person, Person], server: LiveServer
) -> None:
    mira, tom = friends
    tom.open_dialogue_with(mira)
    tom.wait_until_live()
    tom.say("you are a fool")
    expect(tom.page.locator(".timeline .entry:not(.waiting) .body").last).to_have_text("you are a fool")

    mira.open_dialogue_with(tom)
    mira.wait_until_live()
    message = mira.message("you are a fool")
    message.hover()
    message.locator("summary").click()
    message.get_by_role("link", name="Report").click()
    dialog = mira.page.get_by_role("dialog")
    dialog.get_by_role("link", name="Harassment or bullying").click()
    dialog.get_by_label("What should we know?").fill("Every day.")
    dialog.get_by_role("link", name="Change").click()
    dialog.get_by_role("link", name="Hate", exact=True).click()
    expect(dialog.get_by_label("What should we know?")).to_have_value("Every day.")
    dialog.get_by_role("button", name="Send report").click()
    expect(dialog.get_by_text(f"Block @{tom.username} too?")).to_be_visible()
    dialog.get_by_role("link", name="Not now").click()
    expect(dialog).to_have_count(0)

    desk = at_the_desk(browser, server)
    desk.goto(f"/admin/moderation/case/?q={tom.username}")
    desk.get_by_role("link", name=f"@{tom.username}").click()
    desk.get_by_role("button", name="Work on this case").click()
    expect(desk.get_by_text("Every day.")).to_be_visible()
    desk.get_by_label("Suspend messaging for 7 days").check()
    desk.locator("[name=ground]").select_option("hate")
    desk.locator("[name=words]").fill("Think about it.")
    desk.get_by_label("you are a fool").check()
    desk.get_by_role("button", name="Decide", exact=True).click()
    desk.wait_for_url("**/admin/moderation/case/")

    # Both open pages hear of it by themselves.
    expect(mira.page.get_by_text("Removed by moderators").first).to_be_visible()
    tom.page.wait_for_url("**/settings/decisions/unread/**")
    expect(tom.page.get_by_text("Think about it.")).to_be_visible()
    expect(tom.page.get_by_text("you are a fool")).to_be_visible()
    tom.page.goto("/inbox/")
    tom.page.get_by_role("button", name="I have read this").click()
    tom.page.wait_for_url("**/inbox/")
    tom.open_dialogue_with(mira)
    expect(tom.page.locator(".refusal")).to_contain_text("Your messaging is suspended until")
    tom.page.get_by_role("link", name="Read why").click()
    tom.page.get_by_role("link", name="Appeal").click()
    tom.page.get_by_label("Why is this decision wrong?").fill("It is the line of a song.")
    tom.page.get_by_role("button", name="Send appeal").click()
    expect(tom.page.get_by_text("Another moderator looks at it.")).to_be_visible()
    mira.page.goto("/settings/reports/")
    expect(mira.page.get_by_text("We acted on it")).to_be_visible()

    tom.open_dialogue_with(mira)
    tom.wait_until_live()
    another = at_the_desk(browser, server)
    another.goto("/admin/moderation/appeal/")
    another.locator("tr", has_text=f"@{tom.username}").get_by_role("link").first.click()
    another.get_by_label("Answer to the person").fill("It is indeed.")
    another.get_by_role("button", name="Grant").click()
    another.wait_for_url("**/admin/moderation/appeal/")
    expect(tom.page.locator(".composer textarea")).to_be_visible()  # by itself
    expect(tom.message("you are a fool")).to_have_count(1)
    for page in (desk, another):
        page.context.close()


REPORTED = """
from moderation import actions
from PIL import Image
import io
from tests.messaging.belongings import make_photo
from messaging.actions import Wanted
from messaging.models import MessageKind
from tests.messaging.talk import say
mira, tom = (User.objects.get(username=name) for name in ({mira!r}, {tom!r}))
picture = io.BytesIO()
Image.radial_gradient("L").resize((1200, 900)).convert("RGB").save(picture, "webp")
wanted = Wanted(photos=(make_photo(tom, picture.getvalue(), alt="A ring").pk,))
actions.report_message(mira, say(tom, mira, "", kind=MessageKind.PHOTO, wanted=wanted).pk, reason="minor")
actions.report_account(User.objects.get(username={third!r}), tom, reason="spam")
"""


def test_the_desk_is_worked_by_keyboard_alone(
    browser: Browser, friends: tuple[Person, Person], new_person: Callable[..., Person], server: LiveServer
) -> None:
    mira, tom = friends
    server.shell(REPORTED.format(mira=mira.username, tom=tom.username, third=new_person("Otto").username))
    desk = at_the_desk(browser, server)
    desk.goto(f"/admin/moderation/case/?q={tom.username}")
    desk.keyboard.press("x")  # nothing has the focus: nothing is chosen
    desk.keyboard.press("j")
    expect(desk.get_by_role("link", name=f"@{tom.username}")).to_be_focused()
    desk.keyboard.press("x")
    expect(desk.locator("input.action-select")).to_be_checked()
    desk.keyboard.press("x")
    desk.keyboard.press("j")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Work on this case").first).to_be_visible()
    desk.keyboard.press("c")
    expect(desk.get_by_role("button", name="Give it back")).to_be_visible()

    # The photo stands blurred in the second report, and is fetched when it is asked for.
    veiled = desk.locator(".report details.veiled")
    expect(veiled).to_have_count(1)
    expect(veiled.locator(".blurred")).to_be_visible()
    desk.keyboard.press("j")
    desk.keyboard.press("j")
    desk.keyboard.press("v")
    expect(veiled.locator(".blurred")).to_be_hidden()
    whole = veiled.locator("> img")
    expect(whole).to_be_visible()
    desk.keyboard.press("v")
    expect(whole).to_be_hidden()

    desk.keyboard.press("3")
    expect(desk.get_by_label("No new conversations for 7 days")).not_to_be_checked()
    expect(desk.get_by_label("Warn")).to_be_checked()
    desk.keyboard.press("r")
    desk.keyboard.type("Anything")  # a list takes the letters itself
    expect(desk.locator("[name=ground]")).to_have_value("minors")
    desk.keyboard.press("Tab")
    desk.keyboard.type("jkcu3: please stop")
    expect(desk.locator("[name=words]")).to_have_value("jkcu3: please stop")
    desk.keyboard.press("Control+Enter")
    expect(desk.get_by_text("Decided.")).to_be_visible()
    tom.page.goto("/inbox/")
    expect(tom.page.get_by_text("jkcu3: please stop")).to_be_visible()

    # Who switches the letters off has them off everywhere.
    desk.goto(f"/admin/moderation/case/?state=closed&q={tom.username}")
    desk.keyboard.press("?")
    desk.get_by_label("Single keys do this").uncheck()
    desk.get_by_role("heading").first.click()
    desk.keyboard.press("j")
    expect(desk.get_by_role("link", name=f"@{tom.username}")).not_to_be_focused()
    desk.context.close()
