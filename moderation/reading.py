"""Decisions as the person they are about reads them."""

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from messaging.models import MessageKind
from moderation.models import Appeal, Decision, Evidence, Measure

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

AT_MOST = 50  # the newest; whoever has more knows them
SENTENCES: dict[str, "StrPromise"] = {
    Measure.REMOVE: _("Something you sent was removed"),
    Measure.WARN: _("You were warned"),
    Measure.RESTRICT_7: _("You can't begin new conversations for 7 days"),
    Measure.RESTRICT_30: _("You can't begin new conversations for 30 days"),
    Measure.SUSPEND_1: _("Your messaging is suspended for 1 day"),
    Measure.SUSPEND_7: _("Your messaging is suspended for 7 days"),
    Measure.SUSPEND_30: _("Your messaging is suspended for 30 days"),
    Measure.SUSPEND: _("Your messaging is suspended for good"),
    Measure.CLOSE: _("Your account is suspended"),
}


@dataclass(frozen=True)
class Told:
    """A decision, what its person reads of it, and which of their words were removed."""

    decision: Decision
    appeal: Appeal | None
    removed: list[str] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """What was decided."""
        return str(SENTENCES[self.decision.measure])

    @property
    def can_appeal(self) -> bool:
        """Whether the time to appeal isn't over, nor the one appeal used."""
        decision = self.decision
        return decision.undone_at is None and self.appeal is None and timezone.now() <= decision.appeal_before

    @property
    def is_over(self) -> bool:
        """Whether it ended by itself."""
        return self.decision.has_end and self.decision.until is not None and self.decision.until < timezone.now()


def told_to(user: User, *, unread: bool = False, at_most: int | None = AT_MOST) -> list[Told]:
    """Return what ``user`` reads of their decisions, the newest first; with ``unread`` those in force they haven't."""
    decisions = Decision.objects.told_to(user)
    if unread:
        decisions = decisions.filter(read_at=None, undone_at=None)
    found = list(decisions[:at_most])
    words = _words_of(found)
    return [
        Told(
            decision=decision,
            appeal=getattr(decision, "appeal", None),
            removed=[words[pk] for pk in decision.removed_messages if pk in words],
        )
        for decision in found
    ]


def _words_of(decisions: Iterable[Decision]) -> dict[str, str]:
    """Return what the evidence holds of the messages that were removed, in one query: they are gone elsewhere."""
    wanted = {pk for decision in decisions for pk in decision.removed_messages}
    cases = {decision.case_id for decision in decisions if decision.removed_messages}
    if not wanted:
        return {}
    found: dict[str, str] = {}
    for content in (
        Evidence.objects.filter(report__case__in=cases).exclude(content="").values_list("content", flat=True)
    ):
        for message in json.loads(content)["messages"]:
            if message["id"] in wanted:
                found[message["id"]] = _in_words(message)
    return found


def _in_words(message: dict[str, Any]) -> str:
    kind = "" if message["kind"] == MessageKind.TEXT else f"[{MessageKind(message['kind']).label}] "
    return f"{kind}{message['body']}".strip()


def find(user: User, pk: uuid.UUID) -> Told:
    """Return one of them. Raises ``Decision.DoesNotExist``."""
    for told in told_to(user):
        if told.decision.pk == pk:
            return told
    raise Decision.DoesNotExist
