"""How fast an account may send, to how many new people, and how often the same: counted in the shared cache.

Every limit on sends is decided here, in one look at the cache, whichever way a message comes. An account in its first
days has stricter figures; whoever writes from the same network address shares those on strangers.
"""

from collections.abc import Sequence
from typing import NamedTuple

from accounts.addresses import network_of
from accounts.counting import Window, seconds_until_room_each, windows
from accounts.turns import STRANGER_S, Bill, charge
from messaging.alike import likeness


class Attempt(NamedTuple):
    """A message that nothing else forbids.

    To a ``stranger``, who neither wrote to the sender nor follows them, more limits hold, and one more for the
    ``first`` message. ``address`` is where it comes from, empty where that isn't known; ``bill`` is who pays for it.
    """

    sender_id: int
    recipient_id: int
    body: str
    stranger: bool
    first: bool
    new_account: bool = False
    address: str = ""
    bill: Bill | None = None


def seconds_to_wait(attempts: Sequence[Attempt]) -> list[int]:
    """Count each message against every limit; or against none, and return the seconds until it may be sent."""
    return seconds_until_room_each([(_windows_of(attempt), attempt.bill) for attempt in attempts])


def _windows_of(attempt: Attempt) -> list[Window]:
    found = _of_everyone(attempt)
    if attempt.stranger:
        charge(attempt.bill, STRANGER_S)
        found += _of_strangers(attempt) + _of_address(attempt) + _of_text(attempt)
    return found


def is_wave(sender_id: int, recipient_id: int, body: str, bill: Bill | None = None) -> bool:
    """Count a new account's text to a stranger; whether such accounts sent nearly the same too often to show it.

    Each of them alone may be within its limits. The few words that everybody says aren't counted.
    """
    text = likeness(body)
    if text.everyday:
        return False
    whom = f"{sender_id}:{recipient_id}"
    found = [
        window._replace(whom=whom, group="WAVE_LIMITS", needed=text.needed)
        for mark in text.marks
        for window in windows(f"wave:{mark}", "WAVE_LIMITS")
    ]
    (seconds,) = seconds_until_room_each([(found, bill)])
    return seconds > 0


def _of_everyone(attempt: Attempt) -> list[Window]:
    """All messages of the account, and those to this person."""
    sender, recipient = attempt.sender_id, attempt.recipient_id
    found = _windows(attempt, f"sent:{sender}", "MESSAGE_LIMITS")
    found += _windows(attempt, f"to:{sender}:{recipient}", "RECIPIENT_LIMITS")
    return found


def _of_strangers(attempt: Attempt) -> list[Window]:
    """How many people get a first message."""
    return _windows(attempt, f"new:{attempt.sender_id}", "NEW_PEOPLE_LIMITS") if attempt.first else []


def _of_address(attempt: Attempt) -> list[Window]:
    """What all accounts of one network address write to strangers; the new ones among them are counted once more.

    Who talks with people they know isn't touched: behind one address there may be a whole school.
    """
    if not attempt.address:
        return []
    network = network_of(attempt.address)
    found = windows(f"strangers-from:{network}", "ADDRESS_STRANGER_LIMITS")
    if attempt.new_account:
        found += windows(f"strangers-from-new:{network}", "NEW_ACCOUNT_ADDRESS_STRANGER_LIMITS")
    if attempt.first:
        found += windows(f"new-from:{network}", "ADDRESS_NEW_PEOPLE_LIMITS")
        if attempt.new_account:
            found += windows(f"new-from-new:{network}", "NEW_ACCOUNT_ADDRESS_NEW_PEOPLE_LIMITS")
    return found


def _of_text(attempt: Attempt) -> list[Window]:
    """To how many others the same text went, or nearly the same; how often to this one doesn't matter."""
    text = likeness(attempt.body)
    setting = "SHORT_TEXT_LIMITS" if text.everyday else "SAME_TEXT_LIMITS"
    return [
        window._replace(whom=str(attempt.recipient_id), group=setting, needed=text.needed)
        for mark in text.marks
        for window in _windows(attempt, f"same:{attempt.sender_id}:{mark}", setting)
    ]


def _windows(attempt: Attempt, name: str, setting: str) -> list[Window]:
    return windows(name, setting, f"NEW_ACCOUNT_{setting}") if attempt.new_account else windows(name, setting)
