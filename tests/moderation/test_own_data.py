"""An account's archive tells what it reported and what was decided about it, and nothing of the others."""

import io
import json
import zipfile

from accounts import export
from moderation import actions
from tests.messaging.talk import say


def archive_of(user):
    """Return the section of moderation in the archive of ``user``, and the whole account.json as text."""
    target = io.BytesIO()
    export.write_archive(user, target)
    text = zipfile.ZipFile(target).read("account.json").decode()
    return json.loads(text)["moderation"], text


def test_the_reporter_takes_their_report_and_its_outcome_along(mira, tom, ines):
    message = say(tom, mira, "You again.")
    report = actions.report_message(mira, message.pk, reason="harassment", details="He does not stop.")
    mine, _text = archive_of(mira)
    assert mine["reports"][0] | {"reported_at": None} == {
        "id": str(report.pk),
        "about": "tom",
        "target": "message",
        "reason": "harassment",
        "details": "He does not stop.",
        "reported_at": None,
        "outcome": "open",
    }
    actions.decide(ines, report.case, "warn", ground="harassment", note="Second time, I think.")
    mine, text = archive_of(mira)
    assert mine["reports"][0]["outcome"] == "upheld"
    assert mine["decisions"] == []
    assert "Second time" not in text


def test_the_subject_takes_the_decision_along_and_learns_nothing_of_who_reported(mira, tom, ines, lea):
    message = say(tom, mira, "You again.")
    report = actions.report_message(mira, message.pk, reason="harassment", details="He does not stop.")
    decision = actions.decide(
        ines, report.case, "remove", ground="harassment", words="Please stop.", note="Desk only.", remove=[message.pk]
    )
    theirs, text = archive_of(tom)
    assert theirs["reports"] == []
    (told,) = theirs["decisions"]
    assert told["measure"] == "remove"
    assert told["words"] == "Please stop."
    assert told["removed"] == ["You again."]
    assert told["appeal"] is None
    for secret in ("Desk only.", "He does not stop.", "ines"):
        assert secret not in text

    appeal = actions.appeal(tom, decision, "It was a joke.")
    actions.decide_appeal(lea, appeal, granted=True, answer="Agreed.")
    (told,) = archive_of(tom)[0]["decisions"]
    assert told["appeal"]["text"] == "It was a joke."
    assert told["appeal"]["granted"] is True
    assert told["taken_back_at"]


def test_a_dismissed_report_leaves_no_trace_with_its_subject(mira, tom, ines):
    report = actions.report_account(mira, tom, reason="spam")
    actions.decide(ines, report.case, "dismiss")
    theirs, _text = archive_of(tom)
    assert theirs == {"reports": [], "decisions": []}
