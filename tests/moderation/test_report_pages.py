"""Reporting as people and programs do it: reason, details, done; and what becomes of it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from moderation import actions
from moderation.models import Report
from tests.messaging.people import block
from tests.messaging.talk import dialogue, get_json, post_json, say, signed_in

PART = {"HX-Request": "true"}


@pytest.fixture
def message(mira, tom):
    return say(tom, mira, "you fool")


def test_a_person_reports_a_message_in_three_steps(mira, tom, message):
    client = signed_in(mira)
    url = f"/messages/{message.pk}/report/"
    assert f'href="{url}?reason=harassment"' in client.get(url).content.decode()
    second = client.get(url, {"reason": "harassment"}).content.decode()
    assert "Harassment or bullying" in second
    assert 'name="details"' in second
    assert not Report.objects.exists()
    response = client.post(url, {"reason": "harassment", "details": "  again and again  "}, follow=True)
    report = Report.objects.get()
    assert response.redirect_chain == [(f"/settings/reports/{report.pk}/sent/", 302)]
    assert "Block @tom too?" in response.content.decode()
    assert (report.reporter, report.reason, report.details) == (mira, "harassment", "again and again")
    assert report.message_id == message.pk


def test_who_is_blocked_already_isnt_offered_again(mira, tom, message):
    report = actions.report_message(mira, message.pk, reason="spam")
    block(mira, tom)
    assert "Block @tom too?" not in signed_in(mira).get(f"/settings/reports/{report.pk}/sent/").content.decode()


@pytest.mark.parametrize("urgent", ["minor", "self_harm"])
def test_where_somebody_may_be_in_danger_the_page_says_what_is_faster(mira, message, urgent):
    url = f"/messages/{message.pk}/report/"
    client = signed_in(mira)
    assert "emergency number" in client.get(url, {"reason": urgent}).content.decode()
    assert "emergency number" not in client.get(url, {"reason": "spam"}).content.decode()


@pytest.mark.parametrize("reason", [None, "", "bored", "spam\0"])
def test_without_a_reason_nothing_is_sent_and_the_page_asks_for_one(mira, message, reason):
    fields = {} if reason is None else {"reason": reason}
    response = signed_in(mira).post(f"/messages/{message.pk}/report/", fields)
    assert response.status_code == 400
    assert "Choose what is wrong." in response.content.decode()
    assert not Report.objects.exists()


def test_words_that_are_too_many_stay_in_their_field(mira, message):
    words = "so much " * 200
    response = signed_in(mira).post(f"/messages/{message.pk}/report/", {"reason": "hate", "details": words})
    assert response.status_code == 400
    assert words.strip() in response.content.decode()
    assert "at most 1000 characters" in response.content.decode()
    assert not Report.objects.exists()


def test_a_dialog_gets_the_step_alone(mira, message):
    response = signed_in(mira).get(f"/messages/{message.pk}/report/", headers=PART)
    assert "<html" not in response.content.decode()
    assert "HX-Request" in response["Vary"]


def test_a_program_reports_all_three(mira, tom, message):
    client = signed_in(mira)
    conversation = dialogue(mira, tom)
    for target, url in (
        ("message", f"/messages/{message.pk}/report/"),
        ("conversation", f"/inbox/{conversation.pk}/report/"),
        ("account", "/@tom/report/"),
    ):
        response = post_json(client, url, reason="spam")
        assert response.status_code == 201, response.content
        report = Report.objects.get(pk=response.json()["report"])
        assert report.target == target
        assert get_json(client, response.json()["url"]).status_code == 200
    assert Report.objects.values("case").distinct().count() == 1


def test_a_program_is_told_what_is_wrong(mira, message):
    client = signed_in(mira)
    response = post_json(client, f"/messages/{message.pk}/report/", reason="bored")
    assert (response.status_code, response.json()["code"]) == (400, "bad_format")
    response = post_json(client, f"/messages/{message.pk}/report/", reason="spam", details="\ud83d")
    assert response.status_code == 400
    assert not Report.objects.exists()


def test_ones_own_messages_and_account_cant_be_reported(mira, tom):
    mine = say(mira, tom)
    for url in (f"/messages/{mine.pk}/report/", "/@mira/report/"):
        response = post_json(signed_in(mira), url, reason="spam")
        assert (response.status_code, response.json()["code"]) == (403, "oneself")


def test_what_isnt_yours_isnt_there(mira, tom, otto, message):
    conversation = dialogue(mira, tom)
    report = actions.report_message(mira, message.pk, reason="spam")
    client = signed_in(otto)
    for url in (f"/messages/{message.pk}/report/", f"/inbox/{conversation.pk}/report/", "/@nobody/report/"):
        assert client.get(url).status_code == 404
        assert post_json(client, url, reason="spam").status_code == 404
    assert client.get(f"/settings/reports/{report.pk}/sent/").status_code == 404
    assert client.get("/settings/reports/").content.decode().count("Spam or a scam") == 0


def test_too_many_reports_are_told_when_to_go_on_and_keep_the_words(mira, tom, settings):
    settings.REPORT_LIMITS = [(1, 600)]
    first, second = say(tom, mira, "one"), say(tom, mira, "two")
    client = signed_in(mira)
    assert post_json(client, f"/messages/{first.pk}/report/", reason="spam").status_code == 201
    response = post_json(client, f"/messages/{second.pk}/report/", reason="spam")
    assert (response.status_code, response.json()["code"]) == (429, "rate_limited")
    assert 0 < response.json()["retry_after"] <= 600
    response = client.post(f"/messages/{second.pk}/report/", {"reason": "spam", "details": "look at this"})
    assert response.status_code == 429
    assert "look at this" in response.content.decode()


@pytest.mark.parametrize(
    ("measure", "words"), [(None, "Waiting"), ("warn", "We acted on it"), ("dismiss", "No violation found")]
)
def test_my_reports_say_what_became_of_each(mira, tom, ines, message, measure, words):
    report = actions.report_message(mira, message.pk, reason="hate", details="my words")
    if measure:
        actions.decide(ines, report.case, measure, note="for the desk alone", words="for Tom alone")
    page = signed_in(mira).get("/settings/reports/").content.decode()
    assert words in page
    assert "my words" in page
    assert "for the desk alone" not in page
    assert "for Tom alone" not in page
    assert "ines" not in page


def test_my_reports_are_paged_by_key_with_a_fixed_number_of_queries(mira, tom, settings):
    settings.REPORT_LIMITS = []
    client = signed_in(mira)
    counts = []
    for until in (3, 35):
        for _number in range(Report.objects.count(), until):
            actions.report_message(mira, say(tom, mira, "bad").pk, reason="spam")
        client.get("/settings/reports/")
        with CaptureQueriesContext(connection) as captured:
            page = client.get("/settings/reports/")
        counts.append(len(captured))
    assert counts[0] == counts[1]
    assert page.content.decode().count("Spam or a scam") == 30
    last = page.context["reports"][-1]
    rest = client.get("/settings/reports/", {"before": last.pk}).content.decode()
    assert rest.count("Spam or a scam") == 5
    assert client.get("/settings/reports/", {"before": "x"}).status_code == 200


def test_the_other_side_learns_nothing_of_a_report(mira, tom, message):
    client = signed_in(tom)
    url = reverse("conversation", args=[message.conversation_id])
    before = get_json(client, f"{url}changes/?since=0.0").content
    actions.report_message(mira, message.pk, reason="spam")
    assert get_json(client, f"{url}changes/?since=0.0").content == before
    assert client.get("/settings/decisions/").content.decode().count("Decided on") == 0
