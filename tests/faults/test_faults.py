"""Nothing is lost, doubled or out of order, whatever happens to the site; and what shows it would notice."""

from collections import Counter

import pytest

from tests.faults.person import Person
from tests.faults.run import play, site

pytestmark = pytest.mark.timeout(400)


async def test_the_promise_holds_under_faults():
    with site() as one:
        report = await play(one, faults=len(one.kinds))
    assert report.problems == []
    assert report.faults == Counter(one.kinds)
    assert set(report.outcomes) <= {"acknowledged", "you_blocked", "unavailable"}  # while one was blocked
    assert report.outcomes["acknowledged"] > 300
    assert report.acts.keys() == {"like", "unlike", "delete", "unsend"}
    assert report.catch_ups > 10


def new_ids(person: Person) -> None:
    person.keeps_ids = False


def nothing_asked(person: Person) -> None:
    person.catches_up = False


@pytest.mark.sqlite_only  # it is the checker that is tried here, and one engine is enough for that
@pytest.mark.parametrize(
    ("change", "environment", "kind", "word"),
    [
        (new_ids, {}, "half_open", "duplicated"),
        (nothing_asked, {}, "cut", "unseen"),
        (None, {"PAPERPLANE_TEST_BROKEN": "EarlyAnswers"}, "kill", "lost"),
    ],
    ids=["a new id for each try", "nothing asked that was missed", "acknowledged before the commit"],
)
async def test_a_broken_promise_is_found(change, environment, kind, word):
    with site(**environment) as one:
        report = await play(one, faults=4, kinds=(kind,), change=change)
    assert any(problem.startswith(word) for problem in report.problems), report
