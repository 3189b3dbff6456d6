"""Whether a request is held back: by the rules its recipient set or as part of a wave, at the moment it is sent.

The sender is told nothing, whatever becomes of it.
"""

import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from accounts.models import Follow, User
from accounts.policies import is_new
from accounts.turns import Bill
from messaging import hidden_words, limits
from messaging.models import HeldFor, RequestRules


def reason_to_hold(sender: User, recipient: User, body: str, bill: Bill | None = None) -> HeldFor | None:
    """Return why a request of ``sender`` is held back, or None where it may show."""
    rules = RequestRules.objects.filter(user=recipient).first()
    if rules and (reason := _reason_in(rules, sender, recipient, body)):
        return reason
    return HeldFor.WAVE if is_new(sender) and limits.is_wave(sender.pk, recipient.pk, body, bill) else None


def _reason_in(rules: RequestRules, sender: User, recipient: User, body: str) -> HeldFor | None:
    if rules.hidden_words and hidden_words.find(body, hidden_words.patterns_of(rules.hidden_words)):
        return HeldFor.WORDS
    if timezone.now() - sender.date_joined < datetime.timedelta(days=rules.newer_than_days):
        return HeldFor.NEW
    if rules.without_picture and not sender.avatar:
        return HeldFor.PICTURE
    if rules.unknown and not _is_followed_by_followed(sender, recipient):
        return HeldFor.UNKNOWN
    return None


def _is_followed_by_followed(sender: User, recipient: User) -> bool:
    """Whether somebody the recipient follows follows the sender."""
    mine = Follow.objects.filter(follower=recipient, followed=OuterRef("follower"))
    return Follow.objects.filter(Exists(mine), followed=sender).exists()
