"""Too fast, too many new people, the same text to many: refused with the seconds to wait, and only then."""

import pytest
from django.test import override_settings

from messaging import limits

ROOMY = [(1000, 10)]


@pytest.fixture(autouse=True)
def _roomy():
    with override_settings(MESSAGE_LIMITS=ROOMY, NEW_PEOPLE_LIMITS=ROOMY, SAME_TEXT_LIMITS=ROOMY):
        yield


def waits(times: int, *, user: int = 1, dialogue: bool = False, first: bool = True, body: str = "{}") -> list[int]:
    return [
        limits.seconds_to_wait(user, body.format(number), dialogue=dialogue, first=first) for number in range(times)
    ]


def test_every_message_counts_against_the_pace():
    with override_settings(MESSAGE_LIMITS=[(3, 3600)]):
        assert waits(3, dialogue=True, first=False) == [0, 0, 0]
        (wait,) = waits(1, dialogue=True, first=False)
        assert 1 <= wait <= 3600
        assert waits(1, user=2, dialogue=True, first=False) == [0]


def test_only_first_messages_to_strangers_count_as_new_people():
    with override_settings(NEW_PEOPLE_LIMITS=[(2, 86400)]):
        assert waits(5, dialogue=True, first=False) == [0] * 5
        assert waits(5, dialogue=False, first=False) == [0] * 5
        assert waits(2) == [0, 0]
        assert waits(1)[0] > 0
        assert waits(1, dialogue=True, first=False) == [0]


def test_the_same_text_to_strangers_is_stopped_whatever_its_case_and_spaces():
    with override_settings(SAME_TEXT_LIMITS=[(2, 3600)]):
        assert waits(2, body="Buy  this") == [0, 0]
        assert waits(1, body="buy this ")[0] > 0
        assert waits(1, body="buy that") == [0]
        assert waits(4, body="good night", dialogue=True, first=False) == [0] * 4


def test_what_is_refused_is_not_counted():
    with override_settings(NEW_PEOPLE_LIMITS=[(1, 86400)], MESSAGE_LIMITS=[(2, 3600)]):
        assert waits(1) == [0]
        assert all(waits(5))
        assert waits(1, dialogue=True, first=False) == [0]
