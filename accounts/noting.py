"""What is noted beside what somebody came for."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

logger = logging.getLogger(__name__)


@contextmanager
def noting(what: str) -> Iterator[None]:
    """Note ``what``, unless the database can't write it now: that takes nothing from what was carried out already."""
    try:
        yield
    except DatabaseError as error:
        if connection.in_atomic_block:  # nothing more could be done in it
            raise
        logger.warning("The database failed; %s isn't noted: %r", what, error)
