"""How limits are written in the environment."""

import environ
import pytest
from django.core.exceptions import ImproperlyConfigured

from dm_site.limits import limits

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    ("text", "pairs"), [(None, [(3, 60)]), ("", []), ("5/10", [(5, 10)]), ("5/10, 70/3600", [(5, 10), (70, 3600)])]
)
def test_pairs_of_times_and_seconds(text, pairs, monkeypatch):
    monkeypatch.delenv("SOME_LIMITS", raising=False)
    if text is not None:
        monkeypatch.setenv("SOME_LIMITS", text)
    assert limits(environ.Env(), "SOME_LIMITS", "3/60") == pairs


@pytest.mark.parametrize("text", ["5", "5/", "a/b", "5/0", "-1/60", "5/60/2", "5 per hour"])
def test_what_is_written_otherwise_is_named(text, monkeypatch):
    monkeypatch.setenv("SOME_LIMITS", text)
    with pytest.raises(ImproperlyConfigured, match="SOME_LIMITS"):
        limits(environ.Env(), "SOME_LIMITS", "3/60")
