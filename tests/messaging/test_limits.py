"""Too fast, too many new people, the same text to many: refused with the seconds to wait, and only then."""

import pytest
from django.test import override_settings

from messaging import limits

ROOMY = [(1000, 10)]


@pytest.fixture(autouse=True)
def _roomy():
    with override_settings(MESSAGE_LIMITS=ROOMY, NEW_PEOPLE_LIMITS=ROOMY, SAME_TEXT_LIMITS=ROOMY):
        yield


def waits(
    times: int, *, user: int = 1, to: int | None = None, stranger: bool = True, first: bool = True, body: str = "{}"
) -> list[int]:
    """Send to ``to`` each time, or to somebody else each time; return how long each has to wait."""
    return [
        limits.seconds_to_wait(user, to or 100 + number, body.format(number), stranger=stranger, first=first)
        for number in range(times)
    ]


def test_every_message_counts_against_the_pace():
    with override_settings(MESSAGE_LIMITS=[(3, 3600)]):
        assert waits(3, stranger=False) == [0, 0, 0]
        (wait,) = waits(1, stranger=False)
        assert 1 <= wait <= 3600
        assert waits(1, user=2, stranger=False) == [0]


def test_only_first_messages_to_strangers_count_as_new_people():
    with override_settings(NEW_PEOPLE_LIMITS=[(2, 86400)]):
        assert waits(5, stranger=False) == [0] * 5
        assert waits(5, first=False) == [0] * 5
        assert waits(2) == [0, 0]
        assert waits(1)[0] > 0
        assert waits(1, stranger=False) == [0]


def test_the_same_text_to_many_strangers_is_stopped_whatever_its_case_and_spaces():
    with override_settings(SAME_TEXT_LIMITS=[(2, 3600)]):
        assert waits(2, body="Buy  this") == [0, 0]
        assert waits(1, to=7, body="buy this ")[0] > 0
        assert waits(1, to=7, body="buy this ")[0] > 0  # trying again doesn't get it through
        assert waits(1, to=7, body="buy that") == [0]


def test_the_same_text_to_one_person_or_to_friends_is_no_matter():
    with override_settings(SAME_TEXT_LIMITS=[(2, 3600)]):
        assert waits(9, to=7, body="ok") == [0] * 9
        assert waits(9, body="happy new year", stranger=False) == [0] * 9


def test_what_is_refused_is_not_counted():
    with override_settings(NEW_PEOPLE_LIMITS=[(1, 86400)], MESSAGE_LIMITS=[(2, 3600)]):
        assert waits(1) == [0]
        assert all(waits(5))
        assert waits(1, stranger=False) == [0]
