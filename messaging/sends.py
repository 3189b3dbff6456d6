"""Sends on their way to the database, from sockets and requests alike: what waits at the same time goes together."""

import logging
from collections import Counter
from collections.abc import Mapping, Sequence
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
    answers: list[Any] = [None] * len(asked)
    drafts, mistaken = _read_all(asked)
    outcomes = actions.send_messages(list(drafts.values())) if drafts else []
    named = Counter(_name(outcome) for outcome in outcomes)
    for place, outcome in zip(drafts, outcomes, strict=True):
        one = asked[place]
        answers[place] = _answer(one, outcome) if isinstance(one, Letter) else outcome
    users = current_users({key for key, _refusal in mistaken.values()})
    for place, (key, refusal) in mistaken.items():
        if users[key]:
            answers[place] = [refusal]
            named[refusal["code"]] += 1
    _note(asked, drafts, users)
    for name, count in named.items():
        metrics.SENDS.labels(name).inc(count)
    return answers


def _read_all(
    asked: Sequence[Letter | actions.Draft],
) -> tuple[dict[int, actions.Draft], dict[int, tuple[str, Frame]]]:
    """Return what is to be sent, by its place; and of letters that can't be read whose they are and the refusal."""
    drafts: dict[int, actions.Draft] = {}
    mistaken: dict[int, tuple[str, Frame]] = {}
    for place, one in enumerate(asked):
        if isinstance(one, actions.Draft):
            drafts[place] = one
            continue
        try:
            drafts[place] = frames.read_draft(one.session_key, one.frame, one.address, one.bill)
        except (frames.BadFrame, Refused) as error:
            mistaken[place] = one.session_key, frames.said_no(one.frame, error)
    return drafts, mistaken


def _note(
    asked: Sequence[Letter | actions.Draft], drafts: Mapping[int, actions.Draft], users: Mapping[str, User | None]
) -> None:
    """Note that who sent over a socket was here; of a request its middleware does."""
    seen = {draft.sender for place, draft in drafts.items() if isinstance(asked[place], Letter)} | {*users.values()}
    for user in seen:
        if isinstance(user, User):
            note_activity(user)


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


def _name(outcome: actions.Outcome) -> str:
    if isinstance(outcome, actions.Sent):
        return "duplicate" if outcome.duplicate else "acknowledged"
    return outcome.value if isinstance(outcome, actions.Unsent) else outcome.code


def _answer(letter: Letter, outcome: actions.Outcome) -> list[Frame] | None:
    if outcome is actions.Unsent.SIGNED_OUT:
        return None
    try:
        return [frames.ack(actions.sent(outcome))]
    except (ObjectDoesNotExist, Refused) as error:
        return [frames.said_no(letter.frame, error)]
