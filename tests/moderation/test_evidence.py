"""Evidence shows the truth, or `verify_evidence` names what was done to it."""

import datetime
import io
import json

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.utils import timezone

from accounts import erasure
from messaging import actions as messaging_actions
from messaging.models import Message
from moderation import actions, chain
from moderation.models import Case, ChainHead, Evidence, EvidenceFile, LogEntry
from tests.messaging.belongings import send_photos
from tests.messaging.talk import say


def verify(*arguments: str) -> dict:
    """Call the command; return what it prints, and hold its exit status against it."""
    out = io.StringIO()
    status = 0
    try:
        call_command("verify_evidence", "--json", *arguments, stdout=out)
    except SystemExit as error:
        status = int(str(error.code))
    found = json.loads(out.getvalue())
    assert status == (1 if found["faults"] else 0)
    return found


def faults(*arguments: str) -> list[tuple[str, int]]:
    return [(fault["chain"], fault["number"]) for fault in verify(*arguments)["faults"]]


@pytest.fixture
def reported(mira, tom):
    """Three reports about Tom, in one chain."""
    return [actions.report_message(mira, say(tom, mira, f"bad {n}").pk, reason="hate") for n in range(3)]


def test_what_was_written_is_found_right(reported):
    assert verify() == {"heads": {"evidence": chain.head_of(Evidence), "log": "0:"}, "faults": []}


@pytest.mark.parametrize(
    "change",
    [
        {"content": '{"schema":1}'},
        {"content_hash": "0" * 64},
        {"previous_hash": "0" * 64},
        {"hash": "0" * 64},
        {"created_at": datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)},
        {"content": "", "content_hash": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
    ],
    ids=["content", "content hash", "previous", "hash", "time", "both"],
)
def test_a_changed_row_is_named(reported, change):
    Evidence.objects.filter(number=2).update(**change)
    assert ("evidence", 2) in faults()


def test_a_row_given_to_another_report_is_named(reported, mira, otto):
    other = actions.report_account(mira, otto, reason="spam")
    Evidence.objects.filter(report=other).delete()
    Evidence.objects.filter(number=3).update(report=other)
    assert ("evidence", 3) in faults()


def test_a_missing_row_is_named(reported):
    Evidence.objects.filter(number=2).delete()
    assert ("evidence", 2) in faults()


def test_a_missing_end_is_named(reported):
    Evidence.objects.filter(number=3).delete()
    assert faults() == [("evidence", 3)]


def test_an_end_that_was_cut_off_with_care_shows_by_what_was_noted(reported):
    noted = f"evidence={chain.head_of(Evidence)}"
    assert faults("--head", noted) == []
    Evidence.objects.filter(number=3).delete()
    before = Evidence.objects.get(number=2)
    ChainHead.objects.filter(name="evidence").update(number=2, hash=before.hash)
    assert faults() == []  # alone, the database can't know
    assert faults("--head", noted) == [("evidence", 3)]


def test_the_log_is_a_chain_too(reported, ines):
    actions.decide(ines, reported[0].case, "warn")
    assert faults() == []
    entry = LogEntry.objects.get()
    assert json.loads(entry.content)["evidence"] == chain.head_of(Evidence)
    LogEntry.objects.update(action="claim")
    assert faults() == [("logentry", 1)]


def test_a_key_that_was_changed_still_verifies(reported, settings):
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new one, long enough for anybody's taste, 0123456789"
    assert faults() == []
    settings.SECRET_KEY_FALLBACKS = []
    assert len(faults()) == 3


def test_files_are_kept_by_their_hash_and_survive_unsending(mira, tom, django_capture_on_commit_callbacks):
    message = send_photos(tom, mira, 2)
    report = actions.report_message(mira, message.pk, reason="sexual")
    names = {file.file_name for file in EvidenceFile.objects.filter(evidence__report=report)}
    assert len(names) == 2
    with django_capture_on_commit_callbacks(execute=True):
        messaging_actions.unsend(tom, message.pk)
    assert all(default_storage.exists(name) for name in names)
    assert faults() == []


def test_a_file_that_is_changed_or_gone_is_named(mira, tom):
    message = send_photos(tom, mira, 1)
    actions.report_message(mira, message.pk, reason="sexual")
    name = EvidenceFile.objects.get().file_name
    default_storage.delete(name)
    assert faults() == [("evidence", 1)]
    default_storage.save(name, ContentFile(b"something else"))
    assert faults() == [("evidence", 1)]
    EvidenceFile.objects.all().delete()
    assert faults() == [("evidence", 1), ("evidence", 1)]


@pytest.mark.django_db(transaction=True)
def test_the_end_of_the_account_leaves_it(mira, tom):
    report = actions.report_message(mira, say(tom, mira, "you fool").pk, reason="harassment")
    erasure.erase_now(tom)
    content = json.loads(Evidence.objects.get(report=report).content)
    assert content["subject"]["username"] == "tom"
    assert [one["body"] for one in content["messages"]] == ["you fool"]
    assert faults() == []


def purge(*arguments: str) -> dict:
    out = io.StringIO()
    call_command("purge_evidence", "--json", *arguments, stdout=out)
    return json.loads(out.getvalue())


def test_evidence_goes_180_days_after_its_case_and_the_chain_holds(mira, tom, otto, ines):
    message = send_photos(tom, mira, 1)
    old = actions.report_message(mira, message.pk, reason="sexual").case
    actions.decide(ines, old, "warn", remove=[message.pk])
    young = actions.report_account(mira, otto, reason="spam").case
    actions.decide(ines, young, "dismiss")
    name = EvidenceFile.objects.get().file_name
    nothing = {"evidence": 0, "files": 0, "messages": 0}
    assert purge() == nothing
    Case.objects.filter(pk=old.pk).update(closed_at=timezone.now() - datetime.timedelta(days=181))
    assert purge("--dry-run") == {"evidence": 1, "files": 1, "messages": 0}
    assert default_storage.exists(name)
    assert purge() == {"evidence": 1, "files": 1, "messages": 1}
    assert purge() == nothing
    assert not default_storage.exists(name)
    assert Evidence.objects.get(report__case=old).content == ""
    assert Evidence.objects.get(report__case=young).content
    assert not Message.objects.get(pk=message.pk).photos.exists()
    assert faults() == []


def test_evidence_whose_appeal_waits_stays(mira, tom, ines):
    case = actions.report_message(mira, say(tom, mira).pk, reason="spam").case
    decision = actions.decide(ines, case, "warn")
    actions.appeal(tom, decision, "It was a joke.")
    Case.objects.update(closed_at=timezone.now() - datetime.timedelta(days=181))
    assert purge()["evidence"] == 0


def test_a_file_that_other_evidence_names_stays(mira, tom, otto, ines):
    message = send_photos(tom, mira, 1)
    first = actions.report_message(mira, message.pk, reason="sexual").case
    actions.decide(ines, first, "dismiss")
    actions.report_message(mira, message.pk, reason="sexual")
    Case.objects.filter(pk=first.pk).update(closed_at=timezone.now() - datetime.timedelta(days=181))
    assert purge() == {"evidence": 1, "files": 0, "messages": 0}
    assert default_storage.exists(EvidenceFile.objects.get().file_name)
    assert faults() == []
