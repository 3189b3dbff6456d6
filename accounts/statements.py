"""Statements that this process runs many times, given to the driver with no more between than they need.

Django's cursors rewrite each statement for SQLite and wrap each call in ten others; for PostgreSQL they write the
values into the text, which is then planned anew each time. Here the text stays the same, so that either database keeps
it prepared, and PostgreSQL is sent several at once. Where somebody listens to Django's cursors (``execute_wrappers``,
``force_debug_cursor``), they are used.
"""

import logging
import re
import sqlite3
import uuid
from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from itertools import count
from typing import Any, NamedTuple, cast

from django.db import models

_AS_IT_IS = (models.BooleanField, models.CharField, models.TextField, models.IntegerField)
_AS_IT_IS_FOR_POSTGRESQL = (models.DateTimeField, models.UUIDField)
logger = logging.getLogger(__name__)
_KEPT_AS = "_paperplane_pipeline"
_HOLE = re.compile(r"%([s%])")
Row = tuple[Any, ...]


class Statement(NamedTuple):
    """One statement as Django writes it, ``%s`` where the values go, and as the databases want it."""

    sql: str
    for_sqlite: str
    for_postgresql: bytes


def statement(sql: str) -> Statement:
    """Return a statement from what Django wrote."""
    numbers = count(1)
    return Statement(
        sql,
        _HOLE.sub(lambda found: "?" if found[1] == "s" else "%", sql),
        _HOLE.sub(lambda found: f"${next(numbers)}" if found[1] == "s" else "%", sql).encode(),
    )


def pointed_at(field: Any) -> Any:
    """Return the field whose values ``field`` holds: its own, or the key that it refers to."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    return field


def keeper_of(field: Any, connection: Any) -> Callable[[Any], Any] | None:
    """Return what makes of a value of ``field`` what the driver takes; None where that is the value itself."""
    field = pointed_at(field)
    if type(field).__module__ == models.Field.__module__:
        as_it_is = _AS_IT_IS if connection.vendor == "sqlite" else (*_AS_IT_IS, *_AS_IT_IS_FOR_POSTGRESQL)
        if isinstance(field, as_it_is):
            return None
        if isinstance(field, models.UUIDField) and connection.vendor == "sqlite":
            return _hex
    return lru_cache(maxsize=1024)(partial(field.get_db_prep_save, connection=connection))


def _hex(value: uuid.UUID | None) -> str | None:
    return None if value is None else value.hex


def fetch(connection: Any, asked: Sequence[tuple[Statement, Sequence[Any]]]) -> list[list[Row]]:
    """Run each statement with its values, and return the rows of each. Raises Django's database errors."""
    found: list[list[Row]] = []
    if _is_watched(connection):
        with connection.cursor() as cursor:
            for one, params in asked:
                cursor.execute(one.sql, params)
                found.append(cursor.fetchall())
            return found
    _make_ready(connection)
    with connection.wrap_database_errors:
        raw = connection.connection
        if connection.vendor == "sqlite":
            return [raw.execute(one.for_sqlite, params).fetchall() for one, params in asked]
        pipeline = _pipeline_of(connection)
        if connection.vendor == "postgresql":  # and not one that only speaks like it
            pipeline.begin_batch()
        found = pipeline.run([(one.for_postgresql, params) for one, params in asked])
        return found


def run(
    connection: Any,
    asked: Sequence[tuple[Statement, Sequence[Sequence[Any]]]],
    *,
    last: bool = False,
    then: Sequence[tuple[Statement, Sequence[Any]]] = (),
) -> list[list[Row]]:
    """Run each statement once for each of its rows of values. Raises Django's database errors.

    After the ``last`` of a transaction comes nothing but its end: PostgreSQL is told to commit with them, and who
    waits for them waits for that too. Django, when it leaves the transaction, finds it ended. What is asked ``then``
    goes along, and is answered as of the commit: the rows of each are returned, or nothing where that can't be.
    """
    if _is_watched(connection):
        with connection.cursor() as cursor:
            for one, rows in asked:
                cursor.executemany(one.sql, rows)
        return []
    _make_ready(connection)
    ends = last and _is_outermost(connection)
    with connection.wrap_database_errors:
        raw = connection.connection
        if connection.vendor == "sqlite":
            for one, rows in asked:
                raw.executemany(one.for_sqlite, rows)
            return _before_the_end(raw, then) if ends else []
        every: list[tuple[bytes, Sequence[Any]]] = [(one.for_postgresql, row) for one, rows in asked for row in rows]
        if not ends:
            _pipeline_of(connection).run(every)
            return []
        every.append((b"COMMIT", ()))
        found = _pipeline_of(connection).run(every, [(one.for_postgresql, params) for one, params in then])
        return cast("list[list[Row]]", found[len(every) :])


def _before_the_end(raw: Any, then: Sequence[tuple[Statement, Sequence[Any]]]) -> list[list[Row]]:
    """Ask SQLite, where nobody else can write before the commit; what fails takes nothing from that."""
    try:
        return [raw.execute(one.for_sqlite, params).fetchall() for one, params in then]
    except sqlite3.Error:
        logger.exception("What was to be asked with a commit failed.")
        return []


def _is_watched(connection: Any) -> bool:
    return bool(connection.execute_wrappers or connection.force_debug_cursor)


def _is_outermost(connection: Any) -> bool:
    """Whether the block of ``transaction.atomic`` that this is in is the whole transaction."""
    return len(connection.atomic_blocks) == 1 and bool(connection.commit_on_exit)


def _make_ready(connection: Any) -> None:
    """Do what Django does before it gives out a cursor, and before it runs a statement."""
    connection.validate_thread_sharing()
    connection.close_if_health_check_failed()
    connection.ensure_connection()
    connection.validate_no_broken_transaction()


def _pipeline_of(connection: Any) -> Any:
    """Return the pipeline of a connection to PostgreSQL, made when it is wanted first."""
    raw = connection.connection
    pipeline = getattr(raw, _KEPT_AS, None)
    if pipeline is None:
        from accounts.pipelines import Pipeline

        pipeline = Pipeline(raw)
        setattr(raw, _KEPT_AS, pipeline)  # as long as the connection, and no longer
    return pipeline
