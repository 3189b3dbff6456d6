"""A report keeps what was there at that moment, joins a case, and is made once."""

import json
import threading

import pytest
from django.db import connection

from accounts.policies import Refused
from messaging import actions as messaging_actions
from messaging.models import Message, Participant
from moderation import actions
from moderation.actions.reporting import weight_of
from moderation.models import Case, Evidence, Outcome, Report
from tests.messaging.people import make_person
from tests.messaging.talk import converse, dialogue, fill, say


def content_of(report: Report) -> dict:
    return json.loads(Evidence.objects.get(report=report).content)


def test_a_message_is_kept_with_five_before_and_after(mira, tom):
    fill(tom, mira, 20)
    message = Message.objects.get(conversation=converse(mira, tom), seq=10)
    report = actions.report_message(mira, message.pk, reason="harassment", details="not nice")
    content = content_of(report)
    assert [one["seq"] for one in content["messages"]] == list(range(5, 16))
    assert [one["body"] for one in content["messages"] if one["reported"]] == ["text 10"]
    assert content["subject"]["username"] == "tom"
    assert content["subject"]["follows_reporter"] is True
    assert content["report"]["reason"] == "harassment"
    assert content["report"]["details"] == "not nice"
    assert content["report"]["reporter"] == "mira"


def test_neither_unsending_nor_deleting_touches_it(mira, tom):
    message = say(tom, mira, "you fool")
    report = actions.report_message(mira, message.pk, reason="harassment")
    messaging_actions.unsend(tom, message.pk)
    messaging_actions.delete_for_me(mira, message.pk)
    assert [one["body"] for one in content_of(report)["messages"]] == ["you fool"]


def test_likes_and_what_the_reporter_deleted_are_in_it(mira, tom):
    first, second = say(mira, tom, "go away"), say(tom, mira, "never")
    messaging_actions.like(mira, second.pk)
    messaging_actions.delete_for_me(mira, first.pk)
    messages = content_of(actions.report_message(mira, second.pk, reason="spam"))["messages"]
    assert [one["body"] for one in messages] == ["go away", "never"]
    assert messages[1]["likes"] == [mira.pk]


def test_a_conversation_is_kept_by_its_end_and_an_account_without_messages(mira, tom):
    fill(tom, mira, 30)
    whole = actions.report_conversation(mira, converse(mira, tom).pk, reason="spam")
    assert [one["seq"] for one in content_of(whole)["messages"]] == list(range(20, 31))
    account = actions.report_account(mira, tom, reason="impersonation")
    assert content_of(account)["messages"] == []
    assert whole.case_id == account.case_id


def test_an_outsider_reports_nothing_of_others(mira, tom, otto):
    conversation = dialogue(mira, tom)
    message = say(tom, mira)
    with pytest.raises(Message.DoesNotExist):
        actions.report_message(otto, message.pk, reason="spam")
    with pytest.raises(Participant.DoesNotExist):
        actions.report_conversation(otto, conversation.pk, reason="spam")
    assert not Report.objects.exists()


def test_nobody_reports_themselves(mira, tom):
    with pytest.raises(Refused, match="yourself"):
        actions.report_message(mira, say(mira, tom).pk, reason="spam")
    with pytest.raises(Refused, match="yourself"):
        actions.report_account(mira, mira, reason="spam")


def test_a_repeat_is_the_first_one(mira, tom):
    message = say(tom, mira)
    first = actions.report_message(mira, message.pk, reason="spam")
    assert actions.report_message(mira, message.pk, reason="hate") == first
    case = Case.objects.get()
    assert (case.report_count, case.weight, case.reasons) == (1, 50, "spam")


def test_a_closed_case_is_followed_by_a_new_one(mira, tom, ines):
    message = say(tom, mira)
    first = actions.report_message(mira, message.pk, reason="spam")
    actions.decide(ines, first.case, "dismiss")
    again = actions.report_message(mira, message.pk, reason="spam")
    assert again.case_id != first.case_id
    assert Case.objects.filter(closed_at=None).count() == 1


def test_reports_about_one_account_are_one_case_weighed_by_who_was_right(mira, tom, otto, ines):
    for number in range(3):  # all of Mira's earlier reports were right
        other = make_person(f"spammer{number}")
        actions.decide(ines, actions.report_account(mira, other, reason="spam").case, "warn")
    assert weight_of(mira) == 80
    assert weight_of(otto) == 50
    message = say(tom, mira)
    actions.report_message(mira, message.pk, reason="spam")
    actions.report_account(mira, tom, reason="spam")  # the same person counts once
    report = actions.report_account(otto, tom, reason="minor")
    case = Case.objects.get(pk=report.case_id)
    assert (case.report_count, case.weight, case.urgent) == (3, 130, True)
    assert case.reasons == "spam,minor"


def test_the_queue_puts_danger_first_then_weight_then_age(mira, tom, otto):
    quiet = actions.report_account(mira, make_person("quiet"), reason="spam").case
    loud = actions.report_account(mira, make_person("loud"), reason="spam").case
    actions.report_account(otto, loud.subject, reason="spam")
    danger = actions.report_account(mira, make_person("danger"), reason="self_harm").case
    assert list(Case.objects.queue()) == [danger, loud, quiet]


def test_too_many_reports_are_told_when_to_go_on(mira, settings):
    settings.REPORT_LIMITS = [(1, 600)]
    first = make_person("first")
    actions.report_account(mira, first, reason="spam")
    actions.report_account(mira, first, reason="spam")  # a repeat counts against nothing
    with pytest.raises(Refused, match="Try again in") as refused:
        actions.report_account(mira, make_person("second"), reason="spam")
    assert refused.value.refusal.code == "rate_limited"
    assert Report.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_many_at_once_are_one_case_and_one_chain(mira, tom, otto, settings):
    people = [make_person(f"witness{number}") for number in range(8)]
    faults: list[Exception] = []

    def report(person):
        try:
            actions.report_account(person, tom, reason="spam")
        except Exception as error:
            faults.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=report, args=(person,)) for person in [*people, *people]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    case = Case.objects.get()
    assert (case.report_count, case.weight) == (8, 400)
    assert sorted(Evidence.objects.values_list("number", flat=True)) == list(range(1, 9))
    assert set(Report.objects.values_list("outcome", flat=True)) == {Outcome.OPEN}
