"""Identifiers that the outside may know."""

import uuid

import uuid_utils


def new_id() -> uuid.UUID:
    """Return a UUIDv7: unique, and later ones sort after earlier ones, which keeps indexes compact."""
    return uuid.UUID(bytes=uuid_utils.uuid7().bytes)
