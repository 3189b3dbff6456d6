"""Who may write to whom: the first reason that applies, in the order of the policy table.

Pure: it decides from a ``Standing`` and reads nothing else, except the settings.
"""

import datetime
from dataclasses import dataclass

from django.conf import settings
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from accounts import policies as account_policies
from accounts.models import MessagePrivacy
from messaging.standing import Sender, Standing

# How many texts may wait for someone who hasn't accepted the request.
MAX_UNANSWERED = 3
PERMANENTLY = 100 * 365  # days; a suspension that ends later than this has no end worth telling


@dataclass(frozen=True)
class Refusal(account_policies.Refusal):
    """Why not; ``action`` names the button that mends it, ``retry_after`` the seconds until it may work."""

    action: str = ""
    retry_after: int | None = None


class Refused(account_policies.Refused):
    """A messaging action wasn't carried out; ``refusal`` says why."""

    refusal: Refusal

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)


def write_refusal(standing: Standing, kind: str = "text") -> Refusal | None:
    """Return why the sender of ``standing`` can't send a message of ``kind``, or None where they can."""
    return sender_refusal(standing.sender) or _reach_refusal(standing) or _relation_refusal(standing, kind)


def sender_refusal(sender: Sender) -> Refusal | None:
    """Return what keeps an account from writing to anyone, and from uploading what it would send; or None."""
    if sender.suspended_until is not None:
        return Refusal("suspended", _suspension_sentence(sender.suspended_until), action="decisions")
    if not sender.old_enough:
        return Refusal("underage", _("Messaging is available from the age of 16."))
    return None


def photo_refusal(sender: Sender, unsent: int) -> Refusal | None:
    """Return why an account that has ``unsent`` photos waiting can't upload another one, or None."""
    if refusal := sender_refusal(sender):
        return refusal
    if unsent >= settings.MAX_UNSENT_PHOTOS:
        return Refusal("too_many", _("Many photos wait to be sent already. Send or remove some of them first."))
    return None


def sticker_refusal(sender: Sender, owned: int) -> Refusal | None:
    """Return why an account with ``owned`` stickers in its set can't add another one, or None."""
    if refusal := sender_refusal(sender):
        return refusal
    if owned >= settings.MAX_OWN_STICKERS:
        detail = _("Your set is full: it holds %(count)d stickers. Remove one first.")
        return Refusal("too_many", detail % {"count": settings.MAX_OWN_STICKERS})
    return None


def _reach_refusal(standing: Standing) -> Refusal | None:
    """What keeps the two apart, whatever they said before."""
    if standing.sender_blocked_recipient:
        detail = _("You blocked @%(name)s. Unblock to write.") % {"name": standing.recipient_name}
        return Refusal("you_blocked", detail, action="unblock")
    if standing.recipient_blocked_sender or not standing.recipient_old_enough or not standing.recipient_active:
        return _unavailable(standing)
    return None


def _relation_refusal(standing: Standing, kind: str) -> Refusal | None:
    """What the recipient's setting asks for. An earlier dialogue stays open, whatever it says now."""
    if standing.dialogue:
        return None
    if standing.restricted_until is not None:
        return Refusal("suspended", _restriction_sentence(standing.restricted_until), action="decisions")
    name = {"name": standing.recipient_name}
    if standing.privacy == MessagePrivacy.NOBODY:
        return _unavailable(standing)
    if not standing.sender_follows and standing.privacy != MessagePrivacy.FOLLOWING:
        return Refusal("not_following", _("Follow @%(name)s to write to them.") % name, action="follow")
    if standing.privacy == MessagePrivacy.FOLLOWING and not standing.recipient_follows:
        return Refusal("not_accepted", _("@%(name)s accepts messages only from people they follow.") % name)
    if standing.privacy == MessagePrivacy.FRIENDS and not standing.recipient_follows:
        return Refusal("not_accepted", _("@%(name)s accepts messages only from friends.") % name)
    if standing.is_request and standing.unanswered >= MAX_UNANSWERED:
        return Refusal("request_pending", _("@%(name)s hasn't accepted your request yet.") % name)
    if standing.is_request and kind != "text":
        return Refusal("request_text_only", _("Only text until @%(name)s accepts.") % name)
    return None


def _unavailable(standing: Standing) -> Refusal:
    """Always the same words, so that a block can't be told from someone who accepts nobody."""
    return Refusal("unavailable", _("@%(name)s can't receive messages from you.") % {"name": standing.recipient_name})


def _suspension_sentence(until: datetime.datetime) -> str:
    if (until - timezone.now()).days > PERMANENTLY:
        return _("Your messaging is suspended. You can read why, and appeal, under Settings, Decisions.")
    return _(
        "Your messaging is suspended until %(until)s (UTC). You can read why, and appeal, under Settings, Decisions."
    ) % {"until": formats.date_format(until, "DATETIME_FORMAT")}


def _restriction_sentence(until: datetime.datetime) -> str:
    return _(
        "You can't begin new conversations until %(until)s (UTC). You can read why, and appeal, under Settings, "
        "Decisions."
    ) % {"until": formats.date_format(until, "DATETIME_FORMAT")}


def interaction_refusal(standing: Standing) -> Refusal | None:
    """Return why an account can't like what the other side sees: what keeps it from anyone, or them apart.

    The recipient's setting plays a part only where they never answered and accept nobody: a block must
    look like that here too.
    """
    refusal = sender_refusal(standing.sender) or _reach_refusal(standing)
    if refusal is None and not standing.dialogue and standing.privacy == MessagePrivacy.NOBODY:
        return _unavailable(standing)
    return refusal


def may_exchange_signals(standing: Standing) -> bool:
    """Whether the sender of ``standing`` may know of the recipient's presence, typing and reading at all.

    Only where the recipient let them in, by answering or by following them, and not across a block; each
    account's own settings come on top.
    """
    let_in = standing.recipient_follows and standing.privacy != MessagePrivacy.NOBODY
    return (standing.dialogue or let_in) and not standing.blocked and standing.recipient_active
