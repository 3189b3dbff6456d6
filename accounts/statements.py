"""Statements that this process runs many times, given to the driver with no more between than they need.

Django's cursors rewrite each statement for SQLite and wrap each call in ten others; for PostgreSQL they write the
values into the text, which is then planned anew each time. Here the text stays the same, so that either database keeps
it prepared, and PostgreSQL is sent several at once. Where somebody listens to Django's cursors (``execute_wrappers``,
``force_debug_cursor``), they are used.
"""

import re
import uuid
import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache, partial
from typing import Any, NamedTuple

from django.db import models

_AS_IT_IS = (models.BooleanField, models.CharField, models.TextField, models.IntegerField)
_AS_IT_IS_FOR_POSTGRESQL = (models.DateTimeField, models.UUIDField)
_MOST_CURSORS = 100
_PLANNED_FIRST = 8
_HOLE = re.compile(r"%([s%])")
Row = tuple[Any, ...]


class Statement(NamedTuple):
    """One statement as Django writes it, ``%s`` where the values go, and as SQLite's driver wants it."""

    sql: str
    for_sqlite: str


def statement(sql: str) -> Statement:
    """Return a statement from what Django wrote."""
    return Statement(sql, _HOLE.sub(lambda found: "?" if found[1] == "s" else "%", sql))


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
    if _is_watched(connection):
        with connection.cursor() as cursor:
            found = []
            for one, params in asked:
                cursor.execute(one.sql, params)
                found.append(cursor.fetchall())
            return found
    _make_ready(connection)
    with connection.wrap_database_errors:
        raw = connection.connection
        if connection.vendor == "sqlite":
            return [raw.execute(one.for_sqlite, params).fetchall() for one, params in asked]
        line = _line_of(raw)
        if connection.vendor == "postgresql":  # and not one that only speaks like it
            line.begin_batch()
        with line.at_once(len(asked)):
            cursors = [line.cursor(one.sql).execute(one.sql, params) for one, params in asked]
        return [cursor.fetchall() for cursor in cursors]


def run(connection: Any, asked: Sequence[tuple[Statement, Sequence[Sequence[Any]]]], *, last: bool = False) -> None:
    """Run each statement once for each of its rows of values. Raises Django's database errors.

    After the ``last`` of a transaction comes nothing but its end: PostgreSQL is told to commit with them, and who
    waits for them waits for that too. Django, when it leaves the transaction, finds it ended.
    """
    if _is_watched(connection):
        with connection.cursor() as cursor:
            for one, rows in asked:
                cursor.executemany(one.sql, rows)
        return
    _make_ready(connection)
    with connection.wrap_database_errors:
        raw = connection.connection
        if connection.vendor == "sqlite":
            for one, rows in asked:
                raw.executemany(one.for_sqlite, rows)
            return
        line = _line_of(raw)
        ends_here = last and _is_outermost(connection)
        with line.at_once(len(asked) + ends_here):
            for one, rows in asked:
                cursor = line.cursor(one.sql)
                if len(rows) == 1:
                    cursor.execute(one.sql, rows[0])
                else:
                    cursor.executemany(one.sql, rows)
            if ends_here:
                line.cursor("COMMIT").execute("COMMIT", prepare=False)


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


class _Line:
    """What is kept for one connection to PostgreSQL: a cursor a statement, which knows how its values are read."""

    def __init__(self, raw: Any) -> None:
        self._raw = weakref.proxy(raw)
        self._cursors: dict[str, Any] = {}
        self._busy: set[str] = set()
        self._batches = 0

    @contextmanager
    def at_once(self, count: int) -> Iterator[None]:
        """Have PostgreSQL be sent what follows without waiting for each answer."""
        self._busy.clear()
        if count > 1:
            with self._raw.pipeline():
                yield
        else:
            yield

    def cursor(self, sql: str) -> Any:
        """Return a cursor for a statement, which leaves the values to the database; Django's write them in."""
        if sql in self._busy:
            return _cursor(self._raw)
        self._busy.add(sql)
        cursor = self._cursors.get(sql)
        if cursor is None:
            if len(self._cursors) >= _MOST_CURSORS:
                self._cursors.clear()
            cursor = self._cursors[sql] = _cursor(self._raw)
        return cursor

    def begin_batch(self) -> None:
        """Have each statement planned once, whatever its keys; and all anew after the 8th, 16th, 32nd … batch.

        PostgreSQL keeps a plan until the tables are analyzed, and what is as good as any for a few rows is ruin for
        many: else the first minutes of a site, and of an import, would be its slowest.
        """
        if self._raw.prepare_threshold is None:
            return
        self._batches += 1
        if self._batches == 1:
            self._raw.execute("SET plan_cache_mode = force_generic_plan")
        if self._batches >= _PLANNED_FIRST and self._batches.bit_count() == 1:
            self._raw.execute("DISCARD PLANS")


_lines: "weakref.WeakKeyDictionary[Any, _Line]" = weakref.WeakKeyDictionary()


def _line_of(raw: Any) -> _Line:
    line = _lines.get(raw)
    if line is None:
        line = _lines[raw] = _Line(raw)
    return line


def _cursor(raw: Any) -> Any:
    """Return a cursor that reads moments as the driver does: Django's way gives the same, eight times slower."""
    from psycopg import Cursor, adapters
    from psycopg.pq import Format

    cursor = Cursor(raw)
    oid = adapters.types["timestamptz"].oid
    for one in (Format.TEXT, Format.BINARY):
        if loader := adapters.get_loader(oid, one):
            cursor.adapters.register_loader(oid, loader)
    return cursor
