"""What other apps remove before the demo accounts go: rows that would keep them."""

from collections.abc import Callable

from accounts.models import User

_removers: list[Callable[[list[User]], None]] = []


def register(remover: Callable[[list[User]], None]) -> None:
    """Have ``remover`` called with the accounts of the demo, in the transaction that deletes them."""
    if remover not in _removers:
        _removers.append(remover)


def prepare(accounts: list[User]) -> None:
    """Call everyone who registered."""
    for remover in _removers:
        remover(accounts)
