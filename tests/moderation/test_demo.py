"""The demo shows the desk at work, and can be made anew whatever was reported in it."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command

from accounts.models import User
from messaging.demo.writing import PASSWORD
from moderation import actions, chain, demo
from moderation.models import Appeal, Case, Decision, Evidence, EvidenceFile, LogEntry, Report

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything(mira, tom, ines):
    case = actions.report_account(mira, tom, reason="spam").case
    decision = actions.decide(ines, case, "warn")
    actions.appeal(tom, decision, "no")


def test_with_accounts_of_the_demo_all_of_it_goes(everything, tom):
    demo.remove([tom])
    for model in (Appeal, Case, Decision, Evidence, LogEntry, Report):
        assert not model.objects.exists()
    tom.delete()
    assert list(chain.verify(Evidence)) == list(chain.verify(LogEntry)) == []


def test_nothing_goes_where_none_of_them_is_part_of_it(everything, otto):
    demo.remove([otto])
    for model in (Appeal, Case, Decision, Evidence, LogEntry, Report):
        assert model.objects.exists()


def test_the_demo_has_a_desk_to_try_with_every_kind_of_case(client, settings, capsys):
    settings.DEBUG = True
    call_command("demo")
    assert "noor.b and joost moderate" in capsys.readouterr().out
    queue = list(Case.objects.queue())
    assert [(case.subject.username, case.report_count, case.urgent, case.is_overdue) for case in queue] == [
        ("ines.q", 1, True, False),
        ("viktor", 3, False, True),
    ]
    assert list(Appeal.objects.queue().values_list("decision__subject__username", flat=True)) == ["mateus"]
    assert not Decision.objects.told_to(User.objects.get(username="mira")).filter(read_at=None).exists()
    assert list(chain.verify(Evidence)) == list(chain.verify(LogEntry)) == []

    assert client.login(username="noor.b", password=PASSWORD)
    page = client.get(f"/admin/moderation/case/{queue[1].pk}/change/").content.decode()
    assert "I can come by your place tonight" in page
    assert "3 reports" in page
    assert client.get("/admin/accounts/user/").status_code == 403


def test_made_anew_it_leaves_no_evidence_behind(settings, tmp_path, django_capture_on_commit_callbacks):
    settings.DEBUG = True
    settings.MEDIA_ROOT = tmp_path
    default_storage.save("evidence/first", ContentFile(b"so that the folder is there"))
    for name in default_storage.listdir("evidence")[1]:  # and empty: a bucket holds what tests before this one left
        default_storage.delete(f"evidence/{name}")
    call_command("demo")
    actions.report_account(User.objects.get(username="finn"), User.objects.get(username="mira"), reason="spam")
    default_storage.save(f"evidence/{'0' * 64}", ContentFile(b"of an older demo"))
    EvidenceFile.objects.create(
        evidence=Evidence.objects.first(), sha256="0" * 64, content_type="image/webp", byte_count=1
    )
    with django_capture_on_commit_callbacks(execute=True):
        call_command("demo", "--reset")
    kept = set(EvidenceFile.objects.values_list("sha256", flat=True))
    assert kept == set(default_storage.listdir("evidence")[1])
    assert kept
    assert Case.objects.filter(closed_at=None).count() == 2
