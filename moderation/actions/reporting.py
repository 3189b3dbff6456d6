"""Reporting: what somebody saw is kept at that moment, and joins the open case of the account it is about."""

import uuid

from django.db import IntegrityError, transaction

from accounts.counting import seconds_until_room, too_fast, windows
from accounts.models import User
from accounts.policies import Refused
from messaging.models import Message, Participant
from moderation import chain, evidence
from moderation.evidence import Snapshot
from moderation.models import Case, Evidence, EvidenceFile, Reason, Report, Target
from moderation.models.cases import URGENT_REASONS
from moderation.policies import report_refusal


def report_message(reporter: User, message_id: uuid.UUID, *, reason: str, details: str = "") -> Report:
    """Report a message that ``reporter`` can see. Raises ``Refused`` or ``Message.DoesNotExist``."""
    message = Message.objects.visible_to(reporter).with_parts().get(pk=message_id)
    return _report(reporter, message.sender, Target.MESSAGE, reason, details, message=message)


def report_conversation(reporter: User, conversation_id: uuid.UUID, *, reason: str, details: str = "") -> Report:
    """Report the other side of a conversation, with its last messages.

    Raises ``Refused``, or ``Participant.DoesNotExist`` where it isn't the reporter's.
    """
    mine = Participant.objects.of(reporter).get(conversation=conversation_id)
    theirs = (
        Participant.objects.filter(conversation=mine.conversation_id)
        .exclude(user=reporter)
        .select_related("user")
        .get()
    )
    return _report(reporter, theirs.user, Target.CONVERSATION, reason, details, conversation_id=mine.conversation_id)


def report_account(reporter: User, subject: User, *, reason: str, details: str = "") -> Report:
    """Report an account. Raises ``Refused``."""
    return _report(reporter, subject, Target.ACCOUNT, reason, details)


def _report(
    reporter: User,
    subject: User,
    target: Target,
    reason: str,
    details: str,
    *,
    message: Message | None = None,
    conversation_id: uuid.UUID | None = None,
) -> Report:
    if refusal := report_refusal(reporter, subject):
        raise Refused(refusal)
    conversation_id = message.conversation_id if message else conversation_id
    key = f"{target}:{message.pk if message else conversation_id or subject.pk}"
    if earlier := _earlier(reporter, subject, key):
        return earlier
    if wait := seconds_until_room(windows(f"report:{reporter.pk}", "REPORT_LIMITS")):
        raise Refused(too_fast(wait))
    # Files are copied before anything is locked: nobody's message waits for them.
    snapshot = evidence.take(reporter, subject, message=message, conversation_id=conversation_id)
    report = Report(
        reporter=reporter,
        target=target,
        target_key=key,
        message_id=message.pk if message else None,
        conversation_id=conversation_id,
        reason=Reason(reason),
        details=details,
    )
    try:
        with transaction.atomic():
            _join_case(report, subject)
            report.save(force_insert=True)
            _keep(report, snapshot)
    except IntegrityError:  # the same report, sent twice at the same moment
        if earlier := _earlier(reporter, subject, key):
            return earlier
        raise
    return report


def _earlier(reporter: User, subject: User, key: str) -> Report | None:
    return Report.objects.filter(reporter=reporter, target_key=key, case__subject=subject, case__closed_at=None).first()


def _join_case(report: Report, subject: User) -> None:
    """Put ``report`` into the open case about ``subject``, made if need be, and count it there."""
    # Reports about one account come one after the other, so that a case is opened once.
    User.objects.select_for_update(no_key=True).get(pk=subject.pk)
    case = Case.objects.filter(subject=subject, closed_at=None).first() or Case(subject=subject)
    is_first_of_reporter = not case.report_count or not case.reports.filter(reporter=report.reporter).exists()
    reasons = [*filter(None, case.reasons.split(",")), str(report.reason)]
    case.reasons = ",".join(dict.fromkeys(reasons))
    case.report_count += 1
    case.urgent = case.urgent or report.reason in URGENT_REASONS
    if is_first_of_reporter:
        case.weight += weight_of(report.reporter)
    case.save()
    report.case = case


def weight_of(reporter: User) -> int:
    """Return how much a report of ``reporter`` counts, in hundredths: the share that was upheld so far.

    One upheld and one dismissed are added, so that who never reported before counts half.
    """
    upheld, decided = Report.objects.accuracy([reporter.pk])[reporter.pk]
    return round(100 * (upheld + 1) / (decided + 2))


def _keep(report: Report, snapshot: Snapshot) -> None:
    about = {
        "id": str(report.pk),
        "target": str(report.target),
        "reason": str(report.reason),
        "details": report.details,
        "reporter": report.reporter.username,
        "created_at": report.created_at.isoformat(),
        "message": str(report.message_id) if report.message_id else None,
    }
    link = chain.append(Evidence, snapshot.content | {"report": about}, report=report)
    EvidenceFile.objects.bulk_create(
        [
            EvidenceFile(evidence=link, sha256=file.sha256, content_type=file.content_type, byte_count=file.byte_count)
            for file in snapshot.files.values()
        ]
    )
