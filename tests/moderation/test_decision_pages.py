"""What somebody reads of decisions about them, before anything else, and how they appeal."""

import datetime

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from moderation import actions
from moderation.models import Appeal, Decision
from tests.messaging.people import change
from tests.messaging.talk import dialogue, get_json, post_json, say, send_json, signed_in

RIGHT = "bird-song-12"  # as make_person sets it
UNREAD = "/settings/decisions/unread/"


@pytest.fixture
def message(mira, tom):
    return say(tom, mira, "you fool")


@pytest.fixture
def case(mira, message):
    return actions.report_message(mira, message.pk, reason="harassment").case


def read_all(person: User) -> None:
    for decision in Decision.objects.filter(subject=person):
        actions.mark_read(person, decision)


def test_a_warning_comes_before_every_page_until_it_is_read(tom, ines, case):
    client = signed_in(tom)
    assert client.get("/inbox/").status_code == 200
    decision = actions.decide(ines, case, "warn", ground="harassment", words="Please stop.", note="third time")
    response = client.get("/inbox/?q=x")
    assert response["location"] == f"{UNREAD}?next=%2Finbox%2F%3Fq%3Dx"
    page = client.get(response["location"]).content.decode()
    assert "You were warned" in page
    assert "Please stop." in page
    assert "third time" not in page
    assert "ines" not in page
    response = client.post(UNREAD, {"decision": str(decision.pk), "next": "/inbox/?q=x"}, follow=True)
    assert response.redirect_chain[-1][0] == "/inbox/?q=x"
    decision.refresh_from_db()
    assert decision.read_at is not None
    assert client.get("/").status_code == 200


def test_several_are_read_one_after_the_other(mira, tom, ines, case):
    actions.decide(ines, case, "warn", words="the first")
    case = actions.report_account(mira, tom, reason="spam").case
    actions.decide(ines, case, "warn", words="the second")
    client = signed_in(tom)
    for words in ("the first", "the second"):
        page = client.get(UNREAD)
        assert words in page.content.decode()
        client.post(UNREAD, {"decision": str(page.context["decision"].decision.pk)})
    assert client.get(UNREAD)["location"] == "/inbox/"


def test_leaving_appealing_and_taking_data_along_stay_possible(tom, ines, case):
    decision = actions.decide(ines, case, "warn")
    client = signed_in(tom)
    for url in ("/settings/data/", "/accounts/logout/", f"/settings/decisions/{decision.pk}/appeal/"):
        assert client.get(url).status_code == 200
    assert get_json(client, "/inbox/badge/").status_code == 200  # a program isn't led anywhere


def test_nobody_else_is_led_there(mira, otto, ines, case):
    actions.decide(ines, case, "warn")
    assert signed_in(mira).get("/inbox/").status_code == 200
    assert signed_in(otto).get("/inbox/").status_code == 200
    assert Client().get("/").status_code == 200


@pytest.mark.parametrize("goes_on", ["https://evil.example/", "//evil.example", "evil", "javascript:alert(1)"])
def test_it_leads_on_to_this_site_alone(tom, goes_on):
    assert signed_in(tom).get(UNREAD, {"next": goes_on})["location"] == "/inbox/"


def test_what_was_taken_back_neednt_be_read(tom, ines, case):
    decision = actions.decide(ines, case, "warn")
    actions.undo(ines, decision)
    client = signed_in(tom)
    assert client.get("/inbox/").status_code == 200
    assert "Taken back" in client.get("/settings/decisions/").content.decode()


def test_somebody_who_is_suspended_is_told_where_to_read_why(mira, tom, ines, case):
    conversation = dialogue(mira, tom)
    actions.decide(ines, case, "suspend_7")
    read_all(tom)
    client = signed_in(tom)
    response = send_json(client, conversation)
    assert (response.status_code, response.json()["code"]) == (403, "suspended")
    page = client.get(f"/inbox/{conversation.pk}/").content.decode()
    assert 'href="/settings/decisions/"' in page
    assert "Your messaging is suspended for 7 days" in client.get("/settings/decisions/").content.decode()


def test_removed_words_are_shown_to_who_wrote_them(tom, ines, case, message):
    actions.decide(ines, case, "remove", remove=[message.pk])
    page = signed_in(tom).get("/settings/decisions/").content.decode()
    assert "you fool" in page
    assert "Something you sent was removed" in page


def test_an_appeal_is_made_once_and_its_answer_read(tom, ines, lea, case):
    decision = actions.decide(ines, case, "suspend_30", words="No.")
    client = signed_in(tom)
    url = f"/settings/decisions/{decision.pk}/appeal/"
    assert client.post(url, {"text": "   "}).status_code == 200
    assert not Appeal.objects.exists()
    assert client.post(url, {"text": "It was a song."})["location"] == "/settings/decisions/"
    assert "Another moderator looks at it" in client.get("/settings/decisions/").content.decode()
    response = client.post(url, {"text": "Once more, please"})
    assert "Once more, please" in response.content.decode()
    assert "A decision can be appealed once." in response.content.decode()
    actions.decide_appeal(lea, Appeal.objects.get(), granted=True, answer="It is a song indeed.")
    page = client.get("/settings/decisions/").content.decode()
    assert "Your appeal was granted." in page
    assert "It is a song indeed." in page
    assert User.objects.get(pk=tom.pk).messaging_suspended_until is None


def test_too_late_is_too_late(tom, ines, case):
    decision = actions.decide(ines, case, "warn")
    Decision.objects.update(created_at=timezone.now() - datetime.timedelta(days=21))
    client = signed_in(tom)
    url = f"/settings/decisions/{decision.pk}/appeal/"
    assert "20 days" in client.get(url, follow=True).content.decode()
    assert "20 days" in client.post(url, {"text": "please"}).content.decode()
    assert not Appeal.objects.exists()


def test_others_decisions_arent_there(mira, tom, otto, ines, case):
    decision = actions.decide(ines, case, "warn", words="for Tom")
    for person in (mira, otto):
        client = signed_in(person)
        assert client.get(f"/settings/decisions/{decision.pk}/appeal/").status_code == 404
        assert client.post(f"/settings/decisions/{decision.pk}/appeal/", {"text": "x"}).status_code == 404
        assert client.post(UNREAD, {"decision": str(decision.pk)}).status_code == 404
        assert "for Tom" not in client.get("/settings/decisions/").content.decode()
    assert not Appeal.objects.exists()


def test_a_dismissed_report_is_nothing_they_hear_of(tom, ines, case):
    actions.decide(ines, case, "dismiss")
    client = signed_in(tom)
    assert client.get("/inbox/").status_code == 200
    assert "Nothing was decided about you" in client.get("/settings/decisions/").content.decode()


def sign_in(client: Client, password: str):
    return client.post("/accounts/login/", {"login": "tom", "password": password})


def test_a_suspended_account_reads_why_when_it_signs_in_and_appeals(tom, lea, ines, case):
    actions.decide(lea, case, "close", ground="harassment", words="Enough.")
    client = Client()
    response = sign_in(client, RIGHT)
    assert response["location"].startswith("/settings/decisions/closed/")
    page = client.get(response["location"]).content.decode()
    assert "Your account is suspended" in page
    assert "Enough." in page
    assert client.get("/inbox/").status_code == 302  # not signed in by that
    client.post(response["location"], {"text": "Let me explain."})
    assert Appeal.objects.get().text == "Let me explain."
    page = client.get(response["location"]).content.decode()
    assert "Another moderator looks at it" in page
    assert 'name="text"' not in page
    actions.decide_appeal(ines, Appeal.objects.get(), granted=True)
    assert client.get(response["location"]).status_code == 404  # nothing to read there any more
    assert sign_in(client, RIGHT).status_code == 302
    assert client.get("/settings/decisions/").status_code == 200


def test_without_the_password_nobody_reads_it(tom, lea, case):
    actions.decide(lea, case, "close")
    response = sign_in(Client(), "wrong")
    assert response.status_code == 200
    assert "closed" not in response.content.decode()
    assert Client().get("/settings/decisions/closed/x/").status_code == 404


def test_an_account_closed_for_another_reason_reads_nothing_of_moderators(tom):
    change(tom, is_active=False)
    assert not sign_in(Client(), RIGHT)["location"].startswith("/settings/decisions/closed/")


def test_a_program_may_appeal_too(tom, ines, case):
    decision = actions.decide(ines, case, "warn")
    url = f"/settings/decisions/{decision.pk}/appeal/"
    response = post_json(signed_in(tom), url, text=" ")
    assert (response.status_code, response.json()["code"]) == (400, "bad_format")
    response = post_json(signed_in(tom), url, text="It was a song")
    assert (response.status_code, response.json()) == (201, {"appeal": str(Appeal.objects.get().pk), "state": "open"})
    response = post_json(signed_in(tom), url, text="again")
    assert (response.status_code, response.json()["code"]) == (403, "appealed")
