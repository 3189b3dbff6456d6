"""What moderation puts into somebody's archive: what they reported, and what was decided about them."""

from accounts.export import Facts, Section, by_key, iso
from accounts.models import User
from moderation.models import Report
from moderation.reading import Told, told_to


def _facts(user: User) -> Facts:
    return {
        "reports": [_reported(report) for report in by_key(Report.objects.of(user))],
        "decisions": [_decided(told) for told in reversed(told_to(user, at_most=None))],
    }


def _reported(report: Report) -> Facts:
    return {
        "id": str(report.pk),
        "about": report.case.subject.username,
        "target": report.target,
        "reason": report.reason,
        "details": report.details,
        "reported_at": iso(report.created_at),
        "outcome": report.outcome or "open",
    }


def _decided(told: Told) -> Facts:
    """Return a decision as its person reads it: nothing of who reported or decided, nor of the desk's notes."""
    decision, appeal = told.decision, told.appeal
    return {
        "id": str(decision.pk),
        "measure": decision.measure,
        "sentence": told.sentence,
        "reason": str(decision.get_ground_display()) if decision.ground else "",
        "words": decision.words,
        "removed": told.removed,
        "decided_at": iso(decision.created_at),
        "until": iso(decision.until) if decision.has_end else None,
        "taken_back_at": iso(decision.undone_at),
        "appeal": appeal
        and {
            "text": appeal.text,
            "sent_at": iso(appeal.created_at),
            "granted": appeal.granted,
            "answer": appeal.answer,
        },
    }


SECTION = Section("moderation", _facts, lambda user: iter(()), lambda user: 0)
