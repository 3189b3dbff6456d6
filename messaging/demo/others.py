"""What other apps add to the demo, and take away before it goes: messaging knows none of them."""

from collections.abc import Callable
from dataclasses import dataclass

from accounts.models import User


@dataclass(frozen=True)
class Addition:
    """An app's part: ``add`` gets the new accounts by username, ``remove`` those to go; ``about`` is a line of it.

    Both are called in the demo's transaction; ``remove`` deletes the rows that would keep the accounts.
    """

    add: Callable[[dict[str, User]], None]
    remove: Callable[[list[User]], None]
    about: str


_additions: list[Addition] = []


def register(addition: Addition) -> None:
    """Have ``addition`` in every demo. Called once, when an app is ready."""
    if addition not in _additions:
        _additions.append(addition)


def add(users: dict[str, User]) -> None:
    """Have all of them add their part."""
    for addition in _additions:
        addition.add(users)


def remove(accounts: list[User]) -> None:
    """Have all of them take their part away."""
    for addition in _additions:
        addition.remove(accounts)


def about() -> list[str]:
    """Return a line for each."""
    return [addition.about for addition in _additions]
