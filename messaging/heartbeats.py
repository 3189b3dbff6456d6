"""Heartbeats of open pages: those that come at the same time are answered together, by a thread of their own.

A page beats every 25 seconds whether anybody sits before it or not, so a process with thousands of them does little
else than answer them; four queries serve a hundred.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from accounts.sessions import current_users
from messaging import actions, frames
from messaging.broadcast import Frame
from messaging.together import Together


@dataclass(frozen=True)
class Beat:
    """A ``ping`` frame of a socket."""

    session_key: str
    frame: Frame


def answer(beats: Sequence[Beat]) -> list[list[Frame] | None]:
    """Return the frames that answer each, or None where its session has ended."""
    users = current_users({beat.session_key for beat in beats})
    answers: list[list[Frame] | None] = [None] * len(beats)
    asked: dict[int, actions.Asked] = {}
    for place, beat in enumerate(beats):
        if user := users[beat.session_key]:
            try:
                asked[place] = actions.Asked(user.pk, frames.conversation_of_ping(beat.frame))
            except frames.BadFrame as error:
                answers[place] = [frames.said_no(beat.frame, error)]
    for place, pulse in zip(asked, actions.pulses(list(asked.values())), strict=True):
        answers[place] = [frames.pong(beats[place].frame, asked[place].conversation_id, pulse)]
    return answers


queue: Together[Beat, list[Frame] | None] = Together(answer, is_open=settings.SENDS_TOGETHER)
