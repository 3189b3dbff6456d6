"""Every row of the table over HTTP: to a program, to a form, and in the composer's place."""

import uuid
from html import unescape

import pytest

from accounts.models import MessagePrivacy, User
from messaging.models import Message
from tests.messaging.cases import CASES
from tests.messaging.people import change, unfollow
from tests.messaging.talk import converse, dialogue, get_json, post_json, say, send_form, send_json, signed_in

every_case = pytest.mark.parametrize("case", CASES, ids=str)
FOR_EVER_S = 10**9  # a window that doesn't end while a test runs


@pytest.fixture
def conversation(mira, tom):
    return converse(mira, tom)


def prepared(case, mira: User, tom: User) -> int:
    """Bring the case about; return how many messages there are."""
    case.prepare(mira, tom)
    return Message.objects.count()


@every_case
def test_a_program_is_told_the_code_and_the_sentence(case, mira, tom, conversation):
    count = prepared(case, mira, tom)
    client_id = str(uuid.uuid4())
    response = send_json(signed_in(mira), conversation, client_id=client_id)
    assert response.status_code == 403
    assert response["content-type"] == "application/problem+json"
    problem = response.json()
    assert problem["detail"].startswith(case.detail)
    expected = {"type": "about:blank", "title": "Forbidden", "status": 403, "code": case.code, "ref": client_id}
    assert problem == expected | {"detail": problem["detail"]}
    assert Message.objects.count() == count


@every_case
def test_a_form_keeps_the_text_and_says_why(case, mira, tom, conversation):
    count = prepared(case, mira, tom)
    response = send_form(signed_in(mira), conversation, "a long letter <b> & more")
    page = response.content.decode()
    assert response.status_code == 403
    assert case.detail in unescape(page)
    textarea = page[page.index("<textarea") : page.index("</textarea>")]
    assert textarea.endswith("a long letter &lt;b&gt; &amp; more")
    assert Message.objects.count() == count


@every_case
def test_the_page_says_it_before_anything_is_written(case, mira, tom, conversation):
    prepared(case, mira, tom)
    client = signed_in(mira)
    for url in (f"/inbox/{conversation.pk}/", f"/inbox/{conversation.pk}/composer/"):
        page = client.get(url).content.decode()
        assert f'data-code="{case.code}"' in page
        assert case.detail in unescape(page)
        assert '<form class="composer"' not in page
        place = page[page.index('class="refusal"') :]
        assert case.button in place


@every_case
def test_an_outsider_finds_nothing_there(case, mira, tom, otto, conversation):
    count = prepared(case, mira, tom)
    client = signed_in(otto)
    problem = send_json(client, conversation).json()
    assert (problem["status"], problem["code"]) == (404, "not_found")
    assert send_form(client, conversation).status_code == 404
    assert client.get(f"/inbox/{conversation.pk}/").status_code == 404
    assert get_json(client, f"/inbox/{conversation.pk}/changes/?since=0.0").status_code == 404
    assert Message.objects.count() == count


def test_friends_write(mira, tom, conversation):
    client = signed_in(mira)
    response = send_json(client, conversation, "hello")
    assert response.status_code == 201
    message = Message.objects.get()
    assert response.json() == {
        "type": "ack",
        "client_id": str(message.client_id),
        "message": {"id": str(message.pk), "seq": 1, "created_at": message.created_at.isoformat()},
        "conversation": str(conversation.pk),
        "version": 1,
        "duplicate": False,
    }
    response = send_form(client, conversation, "and again")
    assert (response.status_code, response["location"]) == (302, f"/inbox/{conversation.pk}/")
    page = client.get(response["location"]).content.decode()
    assert '<form class="composer"' in page
    assert "and again" in page


@pytest.mark.parametrize("privacy", MessagePrivacy)
def test_a_dialogue_stays_open_whatever_the_setting_says(privacy, mira, tom):
    conversation = dialogue(mira, tom)
    unfollow(mira, tom)
    unfollow(tom, mira)
    change(tom, message_privacy=privacy)
    client = signed_in(mira)
    assert '<form class="composer"' in client.get(f"/inbox/{conversation.pk}/").content.decode()
    assert send_json(client, conversation).status_code == 201


def test_whom_the_recipient_follows_needs_no_follow_of_their_own(mira, tom, conversation):
    unfollow(mira, tom)
    change(tom, message_privacy=MessagePrivacy.FOLLOWING)
    assert send_json(signed_in(mira), conversation).status_code == 201


@pytest.mark.parametrize("sends", [send_json, send_form])
def test_too_fast_says_when_it_goes_on(sends, mira, tom, conversation, settings):
    settings.MESSAGE_LIMITS = [(2, FOR_EVER_S)]
    client = signed_in(mira)
    assert {sends(client, conversation, f"text {n}").status_code for n in range(2)} <= {201, 302}
    response = sends(client, conversation, "the third")
    assert response.status_code == 429
    assert "That was a lot at once. Try again in " in response.content.decode()
    if sends is send_json:
        problem = response.json()
        assert problem["code"] == "rate_limited"
        assert 0 < problem["retry_after"] <= FOR_EVER_S
        assert response["retry-after"] == str(problem["retry_after"])
    assert Message.objects.count() == 2
    assert sends(signed_in(tom), conversation, "another account's budget").status_code in {201, 302}


def test_what_is_refused_counts_against_no_limit(mira, tom, conversation, settings):
    settings.MESSAGE_LIMITS = [(1, FOR_EVER_S)]
    client = signed_in(mira)
    for _attempt in range(3):
        assert send_json(client, conversation, " ").status_code == 400
    assert send_json(client, conversation, "hello").status_code == 201


def test_following_opens_the_composer(mira, tom, conversation):
    unfollow(mira, tom)
    client = signed_in(mira)
    response = client.post("/@tom/follow/", {"next": f"/inbox/{conversation.pk}/"})
    assert response["location"] == f"/inbox/{conversation.pk}/"
    assert '<form class="composer"' in client.get(response["location"]).content.decode()


def test_an_answer_must_be_to_a_message_of_this_conversation(mira, tom, otto, conversation):
    change(otto, message_privacy=MessagePrivacy.EVERYONE)
    elsewhere = say(tom, make_follow(tom, otto), "elsewhere")
    client = signed_in(mira)
    problem = send_json(client, conversation, reply_to=str(elsewhere.pk)).json()
    assert (problem["status"], problem["code"]) == (400, "bad_reply")
    assert "elsewhere" not in str(problem)
    own = say(tom, mira, "here")
    assert send_json(client, conversation, reply_to=str(own.pk)).status_code == 201
    assert Message.objects.latest("seq").reply_to_id == own.pk


def make_follow(follower: User, other: User) -> User:
    """Let ``follower`` follow ``other`` through the page, and return ``other``."""
    assert post_json(signed_in(follower), f"/@{other.username}/follow/").json() == {"following": True}
    return other
