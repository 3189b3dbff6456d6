"""What every test stands on: the engine, the rule that nothing is skipped in silence, the live server."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scripts import chromium
from tests import cache
from tests.clock import clock  # noqa: F401  (a fixture)

BROWSER_TESTS = Path(__file__).parent / "browser"
PARTITIONS = Path(__file__).parent.parent / "deploy" / "partition-messages.sql"
# More than pyproject.toml gives the others: whole dialogues on a busy machine with two cores.
BROWSER_DEADLINE_S = 240
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",  # root runs the tests in containers, where Chromium has no sandbox
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-gpu",
]


def pytest_report_header() -> str:
    """Say what this run is about."""
    return f"engine: {os.environ.get('PAPERPLANE_TEST_ENGINE', 'sqlite')}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> Iterator[None]:
    """Mark the browser tests by their folder, and run them last.

    Playwright keeps an event loop running in the main thread, in which no asynchronous test can start.
    """
    for item in items:
        if BROWSER_TESTS in item.path.parents:
            item.add_marker("browser")
            if not item.get_closest_marker("timeout"):
                item.add_marker(pytest.mark.timeout(BROWSER_DEADLINE_S))
    yield  # pytest chooses by mark, pytest-randomly shuffles
    items.sort(key=lambda item: "browser" in item.keywords)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Any:
    """Count a skipped or expectedly failing test as failed, unless it is marked `may_skip`."""
    report = yield
    if report.skipped and not item.get_closest_marker("may_skip"):
        fail_instead(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Any:
    """Count a file that skips itself as failed."""
    report = yield
    if report.skipped:
        fail_instead(report)
    return report


def fail_instead(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn the report of a skip into that of a failure, with the reason and the remedy."""
    reason = getattr(report, "wasxfail", None) or report.longrepr
    if hasattr(report, "wasxfail"):
        del report.wasxfail
    report.outcome = "failed"
    report.longrepr = f"Did not run: {reason}\nProvide what it needs, or mark it may_skip with the reason."


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Where ``PAPERPLANE_TEST_PARTITIONED`` is set, have every test find messages in partitions (PostgreSQL)."""
    if os.environ.get("PAPERPLANE_TEST_PARTITIONED"):
        from django.db import connection

        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(PARTITIONS.read_text())


@pytest.fixture(autouse=True)
def _fresh_cache() -> None:
    """Start each test with an empty cache."""
    cache.start_afresh()


@pytest.fixture(autouse=True)
def _fresh_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let each test find every place free and nothing held against anybody."""
    from accounts import in_turn, turns  # which need the settings

    ledger = turns.Ledger()
    monkeypatch.setattr(in_turn, "ledger", ledger)
    monkeypatch.setattr(in_turn, "places", turns.Turns(ledger, places=2, most=16, patience_s=in_turn.PATIENCE_S))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Use the system's Chromium, or the one `CHROMIUM` names."""
    executable = chromium.find()
    if executable is None:
        pytest.fail("There is no Chromium; install one, or set CHROMIUM to its path.")
    return {**browser_type_launch_args, "executable_path": executable, "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def server() -> Iterator[Any]:
    """Run the site for the whole session; tests share its database, so they make accounts of their own."""
    from tests.live_server import live_server

    with live_server() as running:
        yield running
