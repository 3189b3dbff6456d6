"""Tables of moderation."""

from moderation.models.cases import Case, Outcome, Reason, Report, Target
from moderation.models.chains import ChainHead, Evidence, EvidenceFile, Link, LogEntry
from moderation.models.decisions import GRAVE, Appeal, Decision, Ground, Measure

__all__ = [
    "GRAVE",
    "Appeal",
    "Case",
    "ChainHead",
    "Decision",
    "Evidence",
    "EvidenceFile",
    "Ground",
    "Link",
    "LogEntry",
    "Measure",
    "Outcome",
    "Reason",
    "Report",
    "Target",
]
