"""Pages that know where the live server is."""

from typing import Any

import pytest

from tests.live_server import LiveServer


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], server: LiveServer) -> dict[str, Any]:
    """Let `page.goto("/inbox/")` mean the live server."""
    return {**browser_context_args, "base_url": server.url, "locale": "en-GB"}
