"""One function per change of moderation; pages, the desk and the commands all call these."""

from moderation.actions.appealing import appeal, decide_appeal
from moderation.actions.deciding import claim, decide, mark_read, release, sanction, undo
from moderation.actions.purging import Purged, purge
from moderation.actions.reporting import report_account, report_conversation, report_message

__all__ = [
    "Purged",
    "appeal",
    "claim",
    "decide",
    "decide_appeal",
    "mark_read",
    "purge",
    "release",
    "report_account",
    "report_conversation",
    "report_message",
    "sanction",
    "undo",
]
