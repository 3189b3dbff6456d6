import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import policies
from accounts.models import MessagePrivacy, User

pytestmark = pytest.mark.once

DATES = st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31))


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        ("2000-05-10", "2016-05-09", 15),
        ("2000-05-10", "2016-05-10", 16),
        ("2000-02-29", "2016-02-28", 15),
        ("2000-02-29", "2016-02-29", 16),
        ("2000-02-29", "2017-02-28", 16),
        ("2000-02-29", "2017-03-01", 17),
        ("2000-12-31", "2001-01-01", 0),
    ],
)
def test_age_counts_birthdays(born, day, age):
    assert policies.age_on(datetime.date.fromisoformat(born), datetime.date.fromisoformat(day)) == age


@given(born=DATES, day=DATES)
def test_age_grows_by_one_a_year_and_never_shrinks(born, day):
    tomorrow = day + datetime.timedelta(days=1)
    step = policies.age_on(born, tomorrow) - policies.age_on(born, day)
    assert step == (1 if is_birthday(born, tomorrow) else 0)


def is_birthday(born: datetime.date, day: datetime.date) -> bool:
    leap_day = (born.month, born.day) == (2, 29)
    if leap_day and not is_leap(day.year):
        return (day.month, day.day) == (3, 1)
    return (day.month, day.day) == (born.month, born.day)


def is_leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def years_ago(years: int, days: int = 0) -> datetime.date:
    today = policies.today()
    day = min(today.day, 28) if today.month == 2 else today.day
    return datetime.date(today.year - years, today.month, day) + datetime.timedelta(days=days)


@pytest.mark.parametrize(
    ("born", "old_enough"),
    [(years_ago(16), True), (years_ago(16, days=2), False), (years_ago(40), True), (None, False)],
)
def test_messaging_is_for_those_of_16_and_older(born, old_enough):
    assert policies.is_old_enough_to_message(User(birth_date=born)) is old_enough


@pytest.mark.parametrize(
    ("born", "privacy"),
    [
        (years_ago(15), MessagePrivacy.NOBODY),
        (years_ago(16), MessagePrivacy.NOBODY),
        (years_ago(18, days=2), MessagePrivacy.NOBODY),
        (years_ago(18), MessagePrivacy.FRIENDS),
        (years_ago(70), MessagePrivacy.FRIENDS),
        (None, MessagePrivacy.NOBODY),
    ],
)
def test_new_accounts_of_minors_are_closed(born, privacy):
    assert policies.default_message_privacy(born) == privacy


@pytest.mark.parametrize(
    ("born", "code"),
    [
        (years_ago(13), None),
        (years_ago(13, days=2), "too_young"),
        (years_ago(0, days=2), "birth_date_in_future"),
        (years_ago(121), "birth_date_too_early"),
        (years_ago(120), None),
        (datetime.date(1, 1, 1), "birth_date_too_early"),
    ],
)
def test_birth_date_refusal(born, code):
    refusal = policies.birth_date_refusal(born)
    assert (refusal.code if refusal else None) == code
