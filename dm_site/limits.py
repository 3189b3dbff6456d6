"""Limits as they stand in the environment: `30/3600,80/86400` is 30 in any hour and 80 in any day."""

from django.core.exceptions import ImproperlyConfigured
from environ import Env


def limits(env: Env, name: str, default: str) -> list[tuple[int, int]]:
    """Return the pairs of (times, seconds) of ``name``; none, and so no limit, where it is set to nothing.

    Raises ``ImproperlyConfigured``, with the name, where it is written in another way.
    """
    text = env.str(name, default=default)
    try:
        pairs = [(int(times), int(seconds)) for times, seconds in (part.split("/") for part in text.split(",") if part)]
    except ValueError:
        pairs = [(-1, -1)]
    if any(times < 0 or seconds < 1 for times, seconds in pairs):
        raise ImproperlyConfigured(f"{name} is {text!r}; it is written as times/seconds, such as {default}.")
    return pairs
