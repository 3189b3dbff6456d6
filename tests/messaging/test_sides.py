"""What somebody does with their own side: mute, pin, archive, drafts; and the lists that follow from it."""

import re

import pytest

from messaging.models import Folder
from tests.messaging.people import befriend, make_person
from tests.messaging.sockets import Tab, in_thread, of_type
from tests.messaging.talk import dialogue, post_json, say, send_form, side_of, signed_in

SWITCHES = {"mute": "muted", "pin": "pinned", "unread": "marked_unread", "archive": "archived"}


@pytest.fixture
def conversation(mira, tom):
    return dialogue(mira, tom)


def rows_of(client, url: str = "/inbox/") -> list[str]:
    """Return the ids of the conversations a list shows, in its order."""
    return re.findall(r'<li class="row[^>]*data-conversation="([^"]+)"', client.get(url).content.decode())


@pytest.mark.parametrize(("name", "field"), SWITCHES.items())
def test_a_switch_goes_on_and_off_for_me_alone(name, field, mira, tom, conversation):
    client, url = signed_in(mira), f"/inbox/{conversation.pk}/{name}/"
    for on, expected in (("1", True), ("1", True), ("0", False), ("0", False)):
        response = client.post(url, {"on": on})
        assert (response.status_code, response["location"]) == (302, "/inbox/")
        assert getattr(side_of(mira, conversation), field) is expected
        assert getattr(side_of(tom, conversation), field) is False


@pytest.mark.parametrize("name", SWITCHES)
def test_a_switch_answers_a_program_with_the_row(name, mira, otto, conversation):
    row = post_json(signed_in(mira), f"/inbox/{conversation.pk}/{name}/").json()
    assert (row["type"], row["conversation"]) == ("inbox.row", str(conversation.pk))
    assert f'id="row-{conversation.pk}"' in row["html"]
    problem = post_json(signed_in(mira), f"/inbox/{conversation.pk}/{name}/", on="maybe")
    assert (problem.status_code, problem.json()["code"]) == (400, "bad_frame")
    assert post_json(signed_in(otto), f"/inbox/{conversation.pk}/{name}/").status_code == 404


def test_a_form_goes_back_only_to_pages_of_this_site(mira, conversation):
    client, url = signed_in(mira), f"/inbox/{conversation.pk}/mute/"
    assert client.post(url, {"next": "/inbox/archive/"})["location"] == "/inbox/archive/"
    assert client.post(url, {"next": "https://example.org/"})["location"] == "/inbox/"
    assert client.post(url, {"next": "//example.org/"})["location"] == "/inbox/"


def test_pinned_ones_stand_first_then_the_newest(mira, tom, otto, conversation):
    befriend(mira, otto)
    newer = dialogue(mira, otto)
    client = signed_in(mira)
    assert rows_of(client) == [str(newer.pk), str(conversation.pk)]
    post_json(client, f"/inbox/{conversation.pk}/pin/")
    assert rows_of(client) == [str(conversation.pk), str(newer.pk)]
    post_json(client, f"/inbox/{conversation.pk}/pin/", on="0")
    say(tom, mira, "news")
    assert rows_of(client) == [str(conversation.pk), str(newer.pk)]


def test_an_archived_one_is_in_the_archive_and_loses_its_pin(mira, conversation):
    client = signed_in(mira)
    post_json(client, f"/inbox/{conversation.pk}/pin/")
    post_json(client, f"/inbox/{conversation.pk}/archive/")
    assert (rows_of(client), rows_of(client, "/inbox/archive/")) == ([], [str(conversation.pk)])
    assert side_of(mira, conversation).pinned is False
    post_json(client, f"/inbox/{conversation.pk}/archive/", on="0")
    assert (rows_of(client), rows_of(client, "/inbox/archive/")) == ([str(conversation.pk)], [])


def test_the_list_goes_on_without_gaps_or_repeats(mira):
    expected = []
    for number in range(85):
        person = make_person(f"person{number}")
        befriend(mira, person)
        expected.insert(0, str(say(person, mira).conversation_id))
    client, url, found = signed_in(mira), "/inbox/", []
    post_json(client, f"/inbox/{expected[50]}/pin/")
    expected.insert(0, expected.pop(50))
    while url:
        page = client.get(url).content.decode()
        found += rows_of(client, url)
        more = re.search(r'href="(/inbox/\?after=[^"]+)"', page)
        url = more[1].replace("&amp;", "&") if more else ""
    assert found == expected


@pytest.mark.parametrize(
    "after", ["", "x", "1_2_3", "1_2026-01-01T00:00:00_5", "1_9999-99-99_1", "0_2026-01-01T00:00%2B00:00_" + "9" * 30]
)
def test_an_odd_place_in_the_list_is_no_error(after, mira, conversation):
    assert signed_in(mira).get(f"/inbox/?after={after}").status_code == 200


def test_a_draft_is_kept_and_goes_with_the_message(mira, tom, conversation):
    client, url = signed_in(mira), f"/inbox/{conversation.pk}/"
    assert client.post(f"{url}draft/", {"body": "  half a \n thought <"}).status_code == 204
    page = client.get(url).content.decode()
    assert "  half a \n thought &lt;</textarea>" in page.replace("\r\n", "\n")
    assert "Draft:" in client.get("/inbox/").content.decode()
    for other in (signed_in(tom).get(url), signed_in(tom).get("/inbox/")):
        assert "half a" not in other.content.decode()
    send_form(client, conversation, "the whole thought")
    assert side_of(mira, conversation).draft == ""
    client.post(f"{url}draft/", {"body": "another"})
    client.post(f"{url}draft/", {"body": ""})
    assert side_of(mira, conversation).draft == ""


def test_a_draft_may_be_a_bit_longer_than_a_message(mira, otto, conversation):
    client, url = signed_in(mira), f"/inbox/{conversation.pk}/draft/"
    assert client.post(url, {"body": "x" * 12_000}).status_code == 204
    response = post_json(client, url, body="x" * 12_001)
    assert (response.status_code, response.json()["code"]) == (400, "too_long")
    assert client.post(url, {"body": "nul \x00"}).status_code in {204, 400}
    assert signed_in(otto).post(url, {"body": "x"}).status_code == 404


def test_opening_a_conversation_tells_the_other_nothing(mira, tom, otto):
    befriend(mira, otto)
    client = signed_in(mira)
    response = client.post("/@Otto/message/")
    conversation = response["location"].split("/")[2]
    assert client.post("/@otto/message/")["location"] == response["location"]
    assert rows_of(client) == rows_of(signed_in(otto)) == []
    assert conversation not in signed_in(otto).get("/inbox/requests/").content.decode()
    assert client.post("/@mira/message/")["location"] == "/inbox/"
    assert client.post("/@nobody.here/message/").status_code == 404
    otto.is_active = False
    otto.save()
    assert client.post("/@otto/message/").status_code == 404


@pytest.mark.django_db(transaction=True)
async def test_every_own_tab_follows_and_nobody_elses(mira, tom, conversation):
    client = await in_thread(signed_in, mira)
    async with Tab(mira) as tab, Tab(tom) as theirs:
        for name in ("mute", "pin", "unread", "archive", "delete"):
            await in_thread(post_json, client, f"/inbox/{conversation.pk}/{name}/")
            (row,) = of_type(await tab.heard(), "inbox.row")
            assert row["conversation"] == str(conversation.pk)
            assert row["folder"] == {"archive": Folder.ARCHIVE, "delete": Folder.NOWHERE}.get(name, Folder.INBOX)
        assert await theirs.heard() == []


@pytest.mark.django_db(transaction=True)
async def test_a_muted_one_gives_no_notice(mira, tom, conversation):
    client = await in_thread(signed_in, mira)
    await in_thread(post_json, client, f"/inbox/{conversation.pk}/mute/")
    async with Tab(mira) as tab:
        await in_thread(say, tom, mira, "psst")
        frames = await tab.heard()
        (row,) = of_type(frames, "inbox.row")
        assert "notice" not in row
        assert (row["unread"], row["badge"]) == (3 - 1, 0)
        assert len(of_type(frames, "message.created")) == 1
