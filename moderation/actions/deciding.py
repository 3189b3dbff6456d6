"""Deciding: claims, decisions, and taking them back. An account's state follows from what holds for it."""

import uuid
from collections.abc import Collection

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts import actions as account_actions
from accounts.models import User
from accounts.policies import Refusal, Refused
from messaging import actions as messaging_actions
from messaging import broadcast
from moderation import chain
from moderation.models import Case, Decision, Measure, Outcome
from moderation.models.decisions import FOR_GOOD, RESTRICTIONS, SUSPENSIONS
from moderation.policies import decide_refusal, undo_refusal


@transaction.atomic
def claim(moderator: User, case: Case) -> Case:
    """Note that ``moderator`` works on ``case``, also where somebody else did; who takes over is logged."""
    case = _locked(case)
    if case.is_open and case.claimed_by_id != moderator.pk:
        before = case.claimed_by_id
        case.claimed_by, case.claimed_at = moderator, timezone.now()
        case.save(update_fields=["claimed_by", "claimed_at"])
        chain.log("claim", actor=moderator, case=case, before=before)
    return case


@transaction.atomic
def release(moderator: User, case: Case) -> Case:
    """Give ``case`` back to the queue, if ``moderator`` had claimed it."""
    case = _locked(case)
    if case.is_open and case.claimed_by_id == moderator.pk:
        case.claimed_by = case.claimed_at = None
        case.save(update_fields=["claimed_by", "claimed_at"])
        chain.log("release", actor=moderator, case=case)
    return case


@transaction.atomic
def decide(
    moderator: User,
    case: Case,
    measure: str,
    *,
    ground: str = "",
    words: str = "",
    note: str = "",
    remove: Collection[uuid.UUID] = (),
) -> Decision:
    """Close ``case`` with ``measure``; ``remove`` are messages of the subject to be taken away from everyone.

    Only messages of the subject that the case's reports are about, or that stand in their evidence, may be named.
    Raises ``Refused``.
    """
    case = _locked(case)
    if refusal := decide_refusal(moderator, case, measure):
        raise Refused(refusal)
    if measure == Measure.DISMISS and remove:
        raise Refused(Refusal("contradiction", "What is dismissed removes nothing."))
    removed = _remove(case, remove)
    decision = _write(
        case.subject, measure, moderator=moderator, case=case, ground=ground, words=words, note=note, removed=removed
    )
    case.closed_at = timezone.now()
    case.save(update_fields=["closed_at"])
    case.reports.update(outcome=Outcome.DISMISSED if measure == Measure.DISMISS else Outcome.UPHELD)
    return decision


@transaction.atomic
def sanction(subject: User, measure: str, *, ground: str = "", words: str = "", note: str = "") -> Decision:
    """Decide about ``subject`` without a case, as somebody at the command line."""
    return _write(subject, measure, ground=ground, words=words, note=note)


@transaction.atomic
def undo(moderator: User | None, decision: Decision) -> Decision:
    """Take ``decision`` back (None: at the command line): its measure ends, its messages return. Raises ``Refused``."""
    decision = Decision.objects.select_for_update(of=("self",)).select_related("subject", "case").get(pk=decision.pk)
    if decision.undone_at is not None:
        return decision
    if moderator is not None and (refusal := undo_refusal(moderator, decision)):
        raise Refused(refusal)
    return take_back(moderator, decision)


@transaction.atomic
def mark_read(user: User, decision: Decision) -> None:
    """Note that ``user`` read a decision about them. Raises ``Decision.DoesNotExist``."""
    decision = Decision.objects.told_to(user).get(pk=decision.pk)
    if decision.read_at is None:
        Decision.objects.filter(pk=decision.pk).update(read_at=timezone.now())
        _apply(user)


def take_back(actor: User | None, decision: Decision) -> Decision:
    """End what ``decision`` (locked) brought about; whether ``actor`` may was asked before."""
    decision.undone_at, decision.undone_by = timezone.now(), actor
    decision.save(update_fields=["undone_at", "undone_by"])
    messaging_actions.restore_messages(uuid.UUID(pk) for pk in decision.removed_messages)
    if decision.case and decision.measure != Measure.DISMISS:
        decision.case.reports.update(outcome=Outcome.DISMISSED)
    _apply(decision.subject)
    chain.log("undo", actor=actor, case=decision.case, decision=str(decision.pk))
    return decision


def _write(
    subject: User,
    measure: str,
    *,
    moderator: User | None = None,
    case: Case | None = None,
    ground: str,
    words: str,
    note: str,
    removed: Collection[uuid.UUID] = (),
) -> Decision:
    length = RESTRICTIONS.get(Measure(measure)) or SUSPENSIONS.get(Measure(measure))
    decision = Decision.objects.create(
        case=case,
        subject=subject,
        moderator=moderator,
        measure=measure,
        until=timezone.now() + length if length else FOR_GOOD if measure == Measure.SUSPEND else None,
        ground=ground,
        words=words,
        note=note,
        removed_messages=[str(pk) for pk in removed],
    )
    _apply(subject)
    chain.log("decide", actor=moderator, case=case, decision=str(decision.pk), measure=measure, subject=subject.pk)
    return decision


def _remove(case: Case, ids: Collection[uuid.UUID]) -> list[uuid.UUID]:
    if not ids:
        return []
    known = {uuid.UUID(pk) for pk in case.messages_of_subject()}
    if unknown := set(ids) - known:
        raise Refused(Refusal("unknown_message", f"Not in this case's evidence: {sorted(map(str, unknown))[0]}"))
    return messaging_actions.remove_messages(ids)


def _apply(subject: User) -> None:
    """Make the account's state what the decisions in force say: the longest of each kind."""
    # One after the other, and read afresh: two decisions at once must both count.
    user = User.objects.select_for_update(no_key=True).get(pk=subject.pk)
    in_force = list(Decision.objects.in_force(user))
    now = timezone.now()
    suspended = [one.until for one in in_force if one.until and one.measure in {*SUSPENSIONS, Measure.SUSPEND}]
    restricted = [one.until for one in in_force if one.until and one.measure in RESTRICTIONS]
    account_actions.set_sanctions(
        user,
        suspended_until=max((until for until in suspended if until > now), default=None),
        restricted_until=max((until for until in restricted if until > now), default=None),
        has_unread_decision=any(one.read_at is None for one in in_force),
    )
    closed = any(one.measure == Measure.CLOSE for one in in_force)
    was_closed = Decision.objects.filter(subject=user, measure=Measure.CLOSE).exists()
    if closed and user.is_active:
        account_actions.deactivate(user)
    elif was_closed and not closed and not user.is_active and user.deletion_requested_at is None:
        account_actions.reactivate(user)
    broadcast.standing_changed(user.pk)
    if user.has_unread_decision:
        broadcast.decision_made(user.pk, reverse("settings_decisions_unread"))


def _locked(case: Case) -> Case:
    return Case.objects.select_for_update(of=("self",)).select_related("subject").get(pk=case.pk)
