"""Writing many rows at once."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast

import orjson
from django.db import DEFAULT_DB_ALIAS, connections, models

from accounts.prepared import Wanted, asked_of, made_of
from accounts.statements import Statement, keeper_of, pointed_at, run, statement

MANY = 4  # rows

if TYPE_CHECKING:
    AnyField: TypeAlias = models.Field[Any, Any]


Compose: TypeAlias = Callable[[str, Sequence[str], str], str]
"""Writes a statement for a table and columns, which takes a row at a time, or all from a source of rows."""


class Write(NamedTuple):
    """Rows of one model, and what is to be done with each of them."""

    rows: Sequence[models.Model]
    names: tuple[str, ...]  # of the fields whose values the statement takes, in their order
    compose: Compose


def insertion(rows: Sequence[models.Model]) -> Write:
    """Return the writing of new ``rows``, all of one model, whose keys and values are all there already."""
    names = tuple(field.name for field in rows[0]._meta.concrete_fields) if rows else ()
    return Write(rows, names, _insertion)


def update(rows: Sequence[models.Model], names: Sequence[str]) -> Write:
    """Return the saving of the fields ``names`` of ``rows``, all of one model, each where its key is."""
    return Write(rows, (*names, rows[0]._meta.pk.name) if rows else (), _update)


def write(*asked: Write, last: bool = False, then: Sequence[Wanted] = ()) -> list[list[Any]]:
    """Do it, in this order and on PostgreSQL without waiting between; the ``last`` of a transaction with its commit.

    What is wanted ``then``, as of that commit, goes along: what each found is returned, or nothing where that can't be.

    Of each one statement, which the driver runs once a row: Django's ``bulk_create`` and ``bulk_update`` compose one
    that grows with the rows. PostgreSQL gets many rows as JSON, which costs both sides half of that.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    rows = [_written(one) for one in asked if one.rows]
    found = run(connection, rows, last=last, then=asked_of(then, connection))
    for one in asked:
        for row in one.rows:
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS
    return made_of(then, found, connection) if found else []


def _insertion(table: str, columns: Sequence[str], source: str) -> str:
    names = ", ".join(columns)
    values = f"SELECT {names} FROM {source}" if source else f"VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608
    return f"INSERT INTO {table} ({names}) {values}"


def _update(table: str, columns: Sequence[str], source: str) -> str:
    *changed, key = columns
    if not source:
        changes = ", ".join(f"{column} = %s" for column in changed)
        return f"UPDATE {table} SET {changes} WHERE {key} = %s"  # noqa: S608
    changes = ", ".join(f"{column} = given.{column}" for column in changed)
    return f"UPDATE {table} SET {changes} FROM {source} WHERE {table}.{key} = given.{key}"  # noqa: S608


class _Plan(NamedTuple):
    one: Statement  # for a row
    many: Statement | None  # for rows in JSON, where the database takes them so
    values_of: Callable[[Any], tuple[Any, ...]]
    kept: list[tuple[int, Callable[[Any], Any]]]  # what the driver doesn't take as it is, by place
    columns: list[str]


@lru_cache(maxsize=64)
def _plan(model: type[models.Model], names: tuple[str, ...], compose: Compose) -> _Plan:
    connection = connections[DEFAULT_DB_ALIAS]
    meta, quote = model._meta, connection.ops.quote_name
    fields = [cast("AnyField", meta.get_field(name)) for name in names]
    columns = [str(field.column) for field in fields]
    quoted = [quote(column) for column in columns]
    table, source = quote(meta.db_table), _source(dict(zip(quoted, fields, strict=True)), connection)
    many = statement(compose(table, quoted, source)) if connection.vendor == "postgresql" else None
    keepers = [(place, keeper_of(field, connection)) for place, field in enumerate(fields)]
    kept = [(place, keep) for place, keep in keepers if keep is not None]
    return _Plan(
        statement(compose(table, quoted, "")), many, attrgetter(*(field.attname for field in fields)), kept, columns
    )


def _source(fields: "dict[str, AnyField]", connection: Any) -> str:
    """Return the rows of a parameter in JSON, as many as the next one says.

    Without that number PostgreSQL expects a hundred, and would rather read all of a table than look for them in it.
    """
    types = ", ".join(f"{name} {_type(field, connection)}" for name, field in fields.items())
    return f"(SELECT * FROM json_to_recordset(%s) AS one({types}) LIMIT %s) AS given"  # noqa: S608


def _type(field: "AnyField", connection: Any) -> str:
    field = pointed_at(field)
    # A text is cut to the length of a shorter type, but refused where it is put into one.
    return "text" if isinstance(field, models.CharField) else str(field.rel_db_type(connection))


def _written(asked: Write) -> tuple[Statement, Sequence[Sequence[Any]]]:
    plan = _plan(type(asked.rows[0]), asked.names, asked.compose)
    values: list[Sequence[Any]] = [plan.values_of(row) for row in asked.rows]
    if plan.kept:
        columns: list[Sequence[Any]] = list(zip(*values, strict=True))
        for place, keep in plan.kept:
            columns[place] = [*map(keep, columns[place])]
        values = list(zip(*columns, strict=True))
    if plan.many is None or len(values) < MANY:
        return plan.one, values
    rows = [dict(zip(plan.columns, of_row, strict=True)) for of_row in values]
    return plan.many, [(orjson.dumps(rows).decode(), len(rows))]
