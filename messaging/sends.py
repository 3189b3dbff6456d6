"""Sends on their way to the database, from sockets and requests alike: what waits at the same time goes together."""

import logging
from collections import Counter
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist

from accounts.actions import note_activity
from accounts.counting import too_fast
from accounts.models import User
from accounts.policies import Refused
from accounts.sessions import current_users
from accounts.turns import Bill
from messaging import actions, frames, metrics, tabs
from messaging.broadcast import Frame
from messaging.together import Full, Together

logger = logging.getLogger(__name__)
RETRY_AFTER_S = 2


class Letter(NamedTuple):
    """A ``message.send`` frame of a socket, read once it is its turn: who sends it is asked then."""

    session_key: str
    frame: Frame
    address: str
    bill: Bill


def carry_out(asked: Sequence[Letter | actions.Draft]) -> list[Any]:
    """Send all of it in one transaction.

    Returns for each draft its outcome, for each letter the frames that answer it, or None where its session has ended.
    """
    users = current_users({one.session_key for one in asked if isinstance(one, Letter)})
    for user in set(users.values()) - {None}:
        note_activity(user)  # type: ignore[arg-type]
    answers: list[Any] = [None] * len(asked)
    drafts: dict[int, actions.Draft] = {}
    named: Counter[str] = Counter()
    for place, one in enumerate(asked):
        if isinstance(one, actions.Draft):
            drafts[place] = one
        elif user := users[one.session_key]:
            drafted = _read(user, one)
            if isinstance(drafted, actions.Draft):
                drafts[place] = drafted
            else:
                named[drafted["code"]] += 1
                answers[place] = [drafted]
    outcomes = actions.send_messages(list(drafts.values())) if drafts else []
    for place, outcome in zip(drafts, outcomes, strict=True):
        one = asked[place]
        named[_name(outcome)] += 1
        answers[place] = [_answer(one, outcome)] if isinstance(one, Letter) else outcome
    for name, count in named.items():
        metrics.SENDS.labels(name).inc(count)
    return answers


def _observe(size: int, seconds: float) -> None:
    metrics.BATCH.observe(size)
    metrics.SEND_SECONDS.observe(seconds)


queue: Together[Letter | actions.Draft, Any] = Together(
    carry_out, hold=tabs.held, observe=_observe, is_open=settings.SENDS_TOGETHER
)

metrics.watch_queue(lambda: len(queue))


def send(draft: actions.Draft) -> actions.Sent:
    """Send one message with whatever else waits. Raises as ``actions.send_message`` does."""
    try:
        return actions.sent(queue.ask(draft))
    except Full:
        raise Refused(too_fast(RETRY_AFTER_S)) from None


def too_full(frame: Frame) -> Frame:
    """Return the answer to a ``frame`` for which there is no room."""
    return frames.said_no(frame, Refused(too_fast(RETRY_AFTER_S)))


def _read(user: User, letter: Letter) -> actions.Draft | Frame:
    try:
        return frames.read_draft(user, letter.frame, letter.address, letter.bill)
    except (frames.BadFrame, Refused) as error:
        return frames.said_no(letter.frame, error)


def _name(outcome: actions.Outcome) -> str:
    if isinstance(outcome, actions.Sent):
        return "duplicate" if outcome.duplicate else "acknowledged"
    return outcome.code if outcome else "not_found"


def _answer(letter: Letter, outcome: actions.Outcome) -> Frame:
    try:
        return frames.ack(actions.sent(outcome))
    except (ObjectDoesNotExist, Refused) as error:
        return frames.said_no(letter.frame, error)
