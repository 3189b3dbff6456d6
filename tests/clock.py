"""A clock for the limits that stands still, at the beginning of an hour and a day, until a test moves it.

Every test has it (``conftest.py``): where a real minute ends between two sends, a limit counts from nothing.
"""

from types import SimpleNamespace

import pytest

DAY_S = 86_400


class Clock:
    """What the limits take for the time."""

    def __init__(self) -> None:
        self.now = 20_000.0 * DAY_S + 1

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.now += seconds


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """Take hold of the time that limits are counted by."""
    held = Clock()
    monkeypatch.setattr("accounts.counting.time", SimpleNamespace(time=lambda: held.now))
    return held
