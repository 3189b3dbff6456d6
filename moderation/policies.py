"""May they? Decisions about reports, decisions and appeals; each returns why not, and changes nothing."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import Refusal
from moderation.models import GRAVE, Appeal, Case, Decision, Measure


def report_refusal(reporter: User, subject: User) -> Refusal | None:
    """Return why ``reporter`` can't report what ``subject`` did, or None."""
    if reporter.pk == subject.pk:
        return Refusal("oneself", _("You can't report yourself."))
    return None


def decide_refusal(moderator: User, case: Case, measure: str) -> Refusal | None:
    """Return why ``moderator`` can't decide ``case`` with ``measure``, or None."""
    if refusal := _desk_refusal(moderator, "moderation.decide_case"):
        return refusal
    if measure in GRAVE and not moderator.has_perm("moderation.close_account"):
        return Refusal("not_allowed", _("Only lead moderators can decide this."))
    if not case.is_open:
        return Refusal("closed", _("This case was decided meanwhile."))
    if case.subject_id == moderator.pk:
        return Refusal("oneself", _("This case is about you: somebody else decides it."))
    if measure != Measure.DISMISS and case.subject.is_staff and not moderator.has_perm("moderation.close_account"):
        return Refusal("not_allowed", _("Only lead moderators can decide about the staff."))
    if case.claimed_by_id not in (None, moderator.pk):
        return Refusal("claimed", _("Somebody else works on this case. Take it over first."))
    return None


def undo_refusal(moderator: User, decision: Decision) -> Refusal | None:
    """Return why ``moderator`` can't undo ``decision``, or None. Others' decisions are for lead moderators."""
    if refusal := _desk_refusal(moderator, "moderation.decide_case"):
        return refusal
    if decision.subject_id == moderator.pk:
        return Refusal("oneself", _("This decision is about you: somebody else decides."))
    if decision.measure == Measure.DISMISS:
        return Refusal("dismissed", _("What was dismissed stays so; the next report opens a new case."))
    is_own = decision.moderator_id == moderator.pk
    if not (is_own and decision.measure not in GRAVE) and not moderator.has_perm("moderation.close_account"):
        return Refusal("not_allowed", _("Only lead moderators can undo this."))
    return None


def appeal_refusal(user: User, decision: Decision) -> Refusal | None:
    """Return why ``user`` can't appeal against ``decision``, or None."""
    if decision.undone_at is not None:
        return Refusal("undone", _("This decision was taken back already."))
    if Appeal.objects.filter(decision=decision).exists():
        return Refusal("appealed", _("You have appealed already. A decision can be appealed once."))
    if timezone.now() > decision.appeal_before:
        return Refusal("too_late", _("The time to appeal, 20 days, is over."))
    return None


def decide_appeal_refusal(moderator: User, appeal: Appeal) -> Refusal | None:
    """Return why ``moderator`` can't decide ``appeal``, or None: never who decided before, nor whom it is about."""
    if refusal := _desk_refusal(moderator, "moderation.decide_appeal"):
        return refusal
    if appeal.decided_at is not None:
        return Refusal("closed", _("This appeal was decided meanwhile."))
    if moderator.pk in (appeal.decision.moderator_id, appeal.decision.subject_id):
        return Refusal("oneself", _("Another moderator decides about this appeal."))
    return None


def _desk_refusal(moderator: User, permission: str) -> Refusal | None:
    if not moderator.has_perm(permission):
        return Refusal("not_allowed", _("You may look at this, but not decide it."))
    return None
