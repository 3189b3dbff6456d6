"""What the tests of this folder share: nobody here asks a real resolver."""

import socket

import pytest

from tests.outside.stand_in import Resolver


@pytest.fixture(autouse=True)
def resolver(monkeypatch: pytest.MonkeyPatch) -> Resolver:
    """Answer for ``page.example`` and ``other.example`` with the loopback, and for nothing else."""
    resolver = Resolver(page_example=[["127.0.0.1"]], other_example=[["127.0.0.1"]])
    monkeypatch.setattr(socket, "getaddrinfo", resolver)
    return resolver
