"""A decision holds at once, ends when it should, and can be taken back."""

import datetime
import json
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.models import User
from accounts.policies import Refused
from messaging import actions as messaging_actions
from messaging.models import Message
from messaging.policies import write_refusal
from messaging.rendering import preview, render_message
from messaging.standing import standing_between
from moderation import actions
from moderation.models import Case, Decision, LogEntry, Outcome, Report
from tests.messaging.people import befriend, change, make_person
from tests.messaging.talk import dialogue, say, side_of


def case_about(subject: User, reporter: User, **fields) -> Case:
    return actions.report_account(reporter, subject, reason=fields.get("reason", "spam")).case


def refusal_of(sender: User, recipient: User):
    return write_refusal(standing_between(User.objects.get(pk=sender.pk), recipient))


def test_a_dismissal_changes_nothing_but_the_report(mira, tom, ines):
    case = case_about(tom, mira)
    decision = actions.decide(ines, case, "dismiss")
    assert Report.objects.get().outcome == Outcome.DISMISSED
    assert not Case.objects.get().is_open
    assert refusal_of(tom, mira) is None
    assert not Decision.objects.told_to(tom).exists()
    with pytest.raises(Refused, match="stays so"):
        actions.undo(ines, decision)


@pytest.mark.parametrize(("measure", "days"), [("suspend_1", 1), ("suspend_7", 7), ("suspend_30", 30)])
def test_a_suspension_has_its_days(mira, tom, ines, measure, days):
    before = timezone.now()
    actions.decide(ines, case_about(tom, mira), measure)
    tom.refresh_from_db()
    assert abs(tom.messaging_suspended_until - before - datetime.timedelta(days=days)) < datetime.timedelta(minutes=1)
    assert refusal_of(tom, mira).code == "suspended"


def test_the_longest_of_several_holds_and_each_can_be_taken_back(mira, tom, ines, lea):
    month = actions.decide(ines, case_about(tom, mira), "suspend_30")
    day = actions.decide(ines, case_about(tom, mira), "suspend_1")
    assert User.objects.get(pk=tom.pk).messaging_suspended_until == month.until
    actions.undo(ines, month)
    assert User.objects.get(pk=tom.pk).messaging_suspended_until == day.until
    actions.undo(ines, day)
    assert User.objects.get(pk=tom.pk).messaging_suspended_until is None
    assert refusal_of(tom, mira) is None
    assert set(Report.objects.values_list("outcome", flat=True)) == {Outcome.DISMISSED}


def test_who_is_restricted_writes_only_where_a_dialogue_is_open(mira, tom, otto, ines):
    dialogue(tom, mira)
    befriend(tom, otto)
    actions.decide(ines, case_about(tom, mira), "restrict_7")
    assert refusal_of(tom, mira) is None
    refusal = refusal_of(tom, otto)
    assert refusal.code == "suspended"
    assert "new conversations until" in refusal.detail


def test_a_suspended_account_is_closed_until_that_is_taken_back(mira, tom, lea):
    decision = actions.decide(lea, case_about(tom, mira), "close")
    assert not User.objects.get(pk=tom.pk).is_active
    actions.undo(lea, decision)
    assert User.objects.get(pk=tom.pk).is_active


def test_a_warning_given_later_opens_no_account_that_somebody_closed(mira, tom, ines):
    change(tom, is_active=False)
    actions.decide(ines, case_about(tom, mira), "warn")
    assert not User.objects.get(pk=tom.pk).is_active


def test_a_removed_message_is_gone_for_everyone_and_comes_back(mira, tom, ines):
    message, answer = say(tom, mira, "you fool"), None
    answer = say(mira, tom, "I beg you", reply_to=message.pk)
    actions.report_message(mira, message.pk, reason="harassment")
    decision = actions.decide(ines, Case.objects.get(), "warn", remove=[message.pk])
    removed = Message.objects.with_parts().get(pk=message.pk)
    html = render_message(removed)
    assert "Removed by moderators" in html
    assert "you fool" not in html
    assert "you fool" not in render_message(Message.objects.with_parts().get(pk=answer.pk))
    assert preview(removed) == "Removed by moderators"
    assert removed.version > answer.version
    actions.undo(ines, decision)
    assert "you fool" in render_message(Message.objects.with_parts().get(pk=message.pk))


def test_a_removed_message_doesnt_count_as_unread(mira, tom, ines):
    message = say(tom, mira)
    assert side_of(mira, message.conversation).unread_count == 1
    actions.report_message(mira, message.pk, reason="spam")
    actions.decide(ines, Case.objects.get(), "remove", remove=[message.pk])
    assert side_of(mira, message.conversation).unread_count == 0


def test_only_what_the_evidence_shows_of_the_subject_is_removed(mira, tom, otto, ines):
    mine, theirs = say(mira, tom), say(tom, mira)
    befriend(otto, tom)
    elsewhere = say(tom, otto)
    case = actions.report_message(mira, theirs.pk, reason="spam").case
    for pk in (mine.pk, elsewhere.pk, uuid.uuid4()):
        with pytest.raises(Refused) as refused:
            actions.decide(ines, case, "warn", remove=[theirs.pk, pk])
        assert refused.value.refusal.code == "unknown_message"
    assert not Decision.objects.exists()
    assert not Message.objects.filter(removed_at__isnull=False).exists()


def test_who_may_decide(mira, tom, otto, ines, lea):
    case = case_about(tom, mira)

    def code(moderator, measure="warn", of=None):
        with pytest.raises(Refused) as refused:
            actions.decide(moderator, of or case, measure)
        return refused.value.refusal.code

    assert code(otto) == "not_allowed"
    assert code(ines, "suspend") == code(ines, "close") == "not_allowed"
    assert code(ines, of=case_about(ines, mira)) == "oneself"
    assert code(ines, of=case_about(lea, mira)) == "not_allowed"  # about the staff, leads decide
    actions.claim(lea, case)
    assert code(ines) == "claimed"
    actions.claim(ines, case)  # taken over
    decision = actions.decide(ines, case, "warn")
    assert code(lea) == "closed"
    with pytest.raises(Refused):
        actions.undo(otto, decision)
    grave = actions.decide(lea, case_about(tom, mira), "suspend")
    with pytest.raises(Refused):
        actions.undo(ines, grave)


def test_every_decision_and_claim_is_in_the_log(mira, tom, ines):
    case = case_about(tom, mira)
    actions.claim(ines, case)
    actions.claim(ines, case)  # nothing new
    actions.release(ines, case)
    decision = actions.decide(ines, case, "warn")
    actions.undo(ines, decision)
    entries = LogEntry.objects.order_by("number")
    assert [entry.action for entry in entries] == ["claim", "release", "decide", "undo"]
    assert {entry.actor_id for entry in entries} == {ines.pk}
    assert json.loads(entries[2].content)["measure"] == "warn"


def test_an_appeal_is_made_once_in_time_and_decided_by_another(mira, tom, otto, ines, lea):
    decision = actions.decide(ines, case_about(tom, mira), "suspend_7")
    with pytest.raises(Decision.DoesNotExist):
        actions.appeal(otto, decision, "let him be")
    appeal = actions.appeal(tom, decision, "It was a joke.")
    with pytest.raises(Refused, match="once"):
        actions.appeal(tom, decision, "please")
    with pytest.raises(Refused, match="Another moderator"):
        actions.decide_appeal(ines, appeal, granted=True)
    actions.decide_appeal(lea, appeal, granted=True, answer="You are right.")
    assert User.objects.get(pk=tom.pk).messaging_suspended_until is None
    with pytest.raises(Refused, match="meanwhile"):
        actions.decide_appeal(lea, appeal, granted=False)


def test_an_appeal_that_isnt_granted_leaves_the_decision(mira, tom, ines, lea):
    decision = actions.decide(ines, case_about(tom, mira), "suspend_7")
    actions.decide_appeal(lea, actions.appeal(tom, decision, "No."), granted=False)
    assert User.objects.get(pk=tom.pk).messaging_suspended_until == decision.until


def test_after_twenty_days_there_is_no_appeal(mira, tom, ines):
    decision = actions.decide(ines, case_about(tom, mira), "warn")
    Decision.objects.update(created_at=timezone.now() - datetime.timedelta(days=21))
    with pytest.raises(Refused, match="20 days"):
        actions.appeal(tom, decision, "late")


def called(capsys, *arguments: str):
    call_command(*arguments, "--json")
    return json.loads(capsys.readouterr().out)


def test_the_commands_decide_like_the_desk(mira, tom, capsys):
    assert called(capsys, "suspend", "@Tom", "--days", "7", "--dry-run")["measure"] == "suspend_7"
    assert refusal_of(tom, mira) is None
    assert called(capsys, "suspend", "@tom", "--days", "7", "--words", "Enough.")["until"]
    called(capsys, "suspend", "tom", "--account")
    assert not User.objects.get(pk=tom.pk).is_active
    assert len(called(capsys, "unsuspend", "tom", "--dry-run")["undone"]) == 2
    assert set(called(capsys, "unsuspend", "tom")["undone"]) == {"suspend_7", "close"}
    assert User.objects.get(pk=tom.pk).is_active
    assert refusal_of(tom, mira) is None
    with pytest.raises(CommandError, match="Nothing holds"):
        call_command("unsuspend", "tom")
    with pytest.raises(CommandError, match="no account"):
        call_command("suspend", "nobody.here", "--days", "1")


def test_the_queue_by_command_tells_what_is_overdue(mira, tom, capsys):
    case = case_about(tom, mira, reason="minor")
    listed = called(capsys, "moderation_queue")
    assert (listed["open"], listed["overdue"]) == (1, 0)
    assert listed["cases"][0]["subject"] == "tom"
    Case.objects.filter(pk=case.pk).update(opened_at=timezone.now() - datetime.timedelta(hours=49))
    with pytest.raises(SystemExit) as ended:
        call_command("moderation_queue")
    assert ended.value.code == 1
    assert "1 open, 1 overdue" in capsys.readouterr().out


def test_nothing_is_unsent_by_a_removal(mira, tom, ines):
    message = say(tom, mira, "you fool")
    actions.report_message(mira, message.pk, reason="spam")
    decision = actions.decide(ines, Case.objects.get(), "remove", remove=[message.pk])
    with pytest.raises(Refused):
        messaging_actions.like(mira, message.pk)
    messaging_actions.unsend(tom, message.pk)
    actions.undo(ines, decision)
    assert Message.objects.get(pk=message.pk).body == "you fool"


def test_who_was_never_reported_hears_nothing(mira, tom, otto, ines):
    other = make_person("other")
    actions.decide(ines, case_about(tom, mira), "suspend_7")
    assert User.objects.get(pk=other.pk).messaging_suspended_until is None
    assert not Decision.objects.told_to(otto).exists()
