"""Pages that know where the live server is, and people to use them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from tests.browser.people import Person, befriend, make_person
from tests.live_server import LiveServer

# Two cores run the server, the database and two browsers; what takes longer than this is broken.
expect.set_options(timeout=15_000)


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any], server: LiveServer) -> dict[str, Any]:
    """Let `page.goto("/inbox/")` mean the live server."""
    return {**browser_context_args, "base_url": server.url, "locale": "en-GB", "timezone_id": "UTC"}


@pytest.fixture
def new_person(
    browser: Browser, server: LiveServer, browser_context_args: dict[str, Any]
) -> Iterator[Callable[..., Person]]:
    """Make people on demand, each in a context of their own, which ends with the test."""
    contexts: list[BrowserContext] = []

    def new(name: str, **options: Any) -> Person:
        context = browser.new_context(**(browser_context_args | options))
        context.set_default_timeout(15_000)
        contexts.append(context)
        return make_person(server, context, name)

    yield new
    for context in contexts:
        context.close()


@pytest.fixture
def friends(new_person: Callable[..., Person], server: LiveServer) -> tuple[Person, Person]:
    """Make two people who follow each other, each with the inbox open."""
    mira, tom = new_person("Mira"), new_person("Tom")
    befriend(server, mira, tom)
    return mira, tom
