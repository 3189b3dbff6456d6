"""The demo can be made anew, whatever was reported in it."""

import pytest

from moderation import actions, chain, demo
from moderation.models import Appeal, Case, Decision, Evidence, LogEntry, Report


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
