"""Appeals: the person asks once, another moderator decides."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.policies import Refused
from moderation import chain
from moderation.actions.deciding import take_back
from moderation.models import Appeal, Decision
from moderation.policies import appeal_refusal, decide_appeal_refusal


def appeal(user: User, decision: Decision, text: str) -> Appeal:
    """Ask for another look at a decision about ``user``. Raises ``Refused``, or ``Decision.DoesNotExist``."""
    decision = Decision.objects.told_to(user).get(pk=decision.pk)
    if refusal := appeal_refusal(user, decision):
        raise Refused(refusal)
    try:
        with transaction.atomic():
            made = Appeal.objects.create(decision=decision, text=text)
            chain.log("appeal", actor=user, case=decision.case, decision=str(decision.pk))
            return made
    except IntegrityError:  # sent twice at the same moment
        return Appeal.objects.get(decision=decision)


@transaction.atomic
def decide_appeal(moderator: User, appeal: Appeal, *, granted: bool, answer: str = "") -> Appeal:
    """Grant an appeal, which takes the decision back, or don't. Raises ``Refused``."""
    appeal = Appeal.objects.select_for_update(of=("self",)).select_related("decision__case").get(pk=appeal.pk)
    if refusal := decide_appeal_refusal(moderator, appeal):
        raise Refused(refusal)
    appeal.granted, appeal.answer = granted, answer
    appeal.decided_by, appeal.decided_at = moderator, timezone.now()
    appeal.save(update_fields=["granted", "answer", "decided_by", "decided_at"])
    decision = (
        Decision.objects.select_for_update(of=("self",)).select_related("subject", "case").get(pk=appeal.decision_id)
    )
    chain.log("decide_appeal", actor=moderator, case=decision.case, decision=str(decision.pk), granted=granted)
    if granted and decision.undone_at is None:
        take_back(moderator, decision)
    return appeal
