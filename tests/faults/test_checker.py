"""The checker finds each kind of broken promise, and nothing where there is none."""

from dataclasses import replace

import pytest

from tests.faults.checker import Look, Operation, Row, check

pytestmark = pytest.mark.once

OPERATIONS = [
    Operation("c", 1, "a0", 0, "acknowledged", "m1", 1),
    Operation("c", 2, "b0", 0, "acknowledged", "m2", 2),
    Operation("c", 1, "a1", 1, "unknown"),
    Operation("c", 1, "a2", 2, "refused", why="unavailable"),
]
ROWS = [Row("c", "m1", 1, 1, "a0"), Row("c", "m2", 2, 2, "b0"), Row("c", "m3", 3, 1, "a1")]
VIEWS = {(account, "c"): {"m1": Look(1), "m2": Look(2), "m3": Look(3)} for account in (1, 2)}


def test_where_all_agree_there_is_nothing():
    assert check(OPERATIONS, ROWS, VIEWS) == []
    # What nobody was told about may be there or not.
    without = {who: {"m1": Look(1), "m2": Look(2)} for who in VIEWS}
    assert check(OPERATIONS, ROWS[:2], without) == []


@pytest.mark.parametrize(
    ("rows", "word"),
    [
        (ROWS[1:], "lost"),
        ([*ROWS, Row("c", "m4", 4, 2, "b0")], "duplicated"),
        ([replace(ROWS[0], seq=4), *ROWS[1:]], "misled"),
        ([*ROWS, Row("c", "m4", 4, 1, "a2")], "refused (unavailable), but written"),
        ([*ROWS, Row("c", "m4", 4, 1, "x")], "nobody wrote"),
        ([*ROWS[:2], replace(ROWS[2], seq=2)], "taken twice"),
        ([replace(ROWS[2], seq=1), ROWS[1], replace(ROWS[0], seq=3)], "order it was written"),
        ([*ROWS, Row("c", "m4", 4, 2, "b1")], "unseen"),
        (ROWS[:2], "seen by 1 alone"),
        ([replace(ROWS[0], likes=frozenset({2})), *ROWS[1:]], "as they aren't"),
        ([replace(ROWS[0], gone=True), *ROWS[1:]], "as they aren't"),
        ([replace(ROWS[0], deleted_by=frozenset({1})), *ROWS[1:]], "seen by 1 alone"),
        ([ROWS[0], replace(ROWS[1], seq=3), replace(ROWS[2], seq=2)], "another order"),
    ],
)
def test_each_broken_promise_is_named(rows, word):
    assert any(word in problem for problem in check(OPERATIONS, rows, VIEWS))
