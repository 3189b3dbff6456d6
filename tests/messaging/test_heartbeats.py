"""Heartbeats that come together: each is answered as if it had come alone, and more take no more queries."""

import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from messaging.heartbeats import Beat, answer
from tests.messaging.people import befriend
from tests.messaging.talk import dialogue, say, side_of, signed_in

pytestmark = pytest.mark.django_db


def key_of(user) -> str:
    return signed_in(user).session.session_key


def test_each_is_answered_as_if_alone(mira, tom, otto):
    conversation = dialogue(mira, tom)
    say(tom, mira, "news")
    state, theirs = side_of(mira, conversation).state, side_of(tom, conversation).state
    here = {"type": "ping", "conversation": str(conversation.pk)}
    beats = [
        (mira, here | {"state": state}, {"type": "pong", "unread": 1, "conversation": str(conversation.pk)}),
        (tom, here | {"state": "0.0"}, {"type": "stale", "unread": 0, "state": theirs}),
        (mira, {"type": "ping"}, {"type": "pong", "unread": 1}),
        (otto, here | {"state": state}, {"type": "refused", "code": "not_found"}),
        (otto, {"type": "ping", "conversation": str(uuid.uuid4()), "state": "0.0"}, {"code": "not_found"}),
        (otto, {"type": "ping", "conversation": "x"}, {"type": "refused", "code": "bad_frame"}),
    ]
    keys = {user.pk: key_of(user) for user in (mira, tom, otto)}
    together = answer([*(Beat(keys[user.pk], frame) for user, frame, _expected in beats), Beat("ended", here)])
    assert together.pop() is None
    for (user, frame, expected), answers in zip(beats, together, strict=True):
        assert answers is not None
        assert [expected | one for one in answers] == answers, frame
        assert answer([Beat(keys[user.pk], frame)]) == [answers]


def test_many_take_as_many_queries_as_a_few(mira, tom, otto):
    befriend(mira, otto)
    conversations = [dialogue(mira, tom), dialogue(mira, otto)]
    keys = {user.pk: key_of(user) for user in (mira, tom, otto)}

    def queries(*pairs) -> int:
        beats = [
            Beat(keys[user.pk], {"type": "ping", "conversation": str(where.pk), "state": "0.0"})
            for user, where in pairs
        ]
        answer(beats)  # who comes for the first time is asked for once more
        with CaptureQueriesContext(connection) as captured:
            assert all(answer(beats))
        return len(captured)

    few = queries((mira, conversations[0]))
    many = [(user, where) for where in conversations for user in (mira, mira, mira)]
    assert queries(*many, (tom, conversations[0]), (otto, conversations[1])) == few <= 4
