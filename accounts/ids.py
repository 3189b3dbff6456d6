"""Identifiers that the outside may know."""

import uuid
from functools import lru_cache

import uuid_utils


def new_id() -> uuid.UUID:
    """Return a UUIDv7: unique, and later ones sort after earlier ones, which keeps indexes compact."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)


@lru_cache(maxsize=8192)
def as_text(value: uuid.UUID) -> str:
    """Return ``value`` as it is written: what happens often is written many times in a short while."""
    return str(value)
