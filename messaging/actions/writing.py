"""Writing many rows at once."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast

from django.db import DEFAULT_DB_ALIAS, connections, models

from accounts.statements import Statement, keeper_of, run, statement

if TYPE_CHECKING:
    AnyField: TypeAlias = models.Field[Any, Any]


class Write(NamedTuple):
    """Rows of one model, and what is to be done with each of them."""

    rows: Sequence[models.Model]
    names: tuple[str, ...]  # of the fields whose values the statement takes, in their order
    compose: Callable[[str, Sequence[str]], str]


def insertion(rows: Sequence[models.Model]) -> Write:
    """Return the writing of new ``rows``, all of one model, whose keys and values are all there already."""
    names = tuple(field.name for field in rows[0]._meta.concrete_fields) if rows else ()
    return Write(rows, names, _insertion)


def update(rows: Sequence[models.Model], names: Sequence[str]) -> Write:
    """Return the saving of the fields ``names`` of ``rows``, all of one model, each where its key is."""
    return Write(rows, (*names, rows[0]._meta.pk.name) if rows else (), _update)


def write(*asked: Write) -> None:
    """Do it, in this order and on PostgreSQL without waiting between.

    Of each one statement, which the driver runs once a row: Django's ``bulk_create`` and ``bulk_update`` compose one
    that grows with the rows.
    """
    connection = connections[DEFAULT_DB_ALIAS]
    run(connection, [_written(one) for one in asked if one.rows])
    for one in asked:
        for row in one.rows:
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def _insertion(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608


def _update(table: str, columns: Sequence[str]) -> str:
    *set_columns, key = [f"{column} = %s" for column in columns]
    return f"UPDATE {table} SET {', '.join(set_columns)} WHERE {key}"  # noqa: S608


class _Plan(NamedTuple):
    statement: Statement
    values_of: Callable[[Any], tuple[Any, ...]]
    kept: list[tuple[int, Callable[[Any], Any]]]  # what the driver doesn't take as it is, by place


@lru_cache(maxsize=64)
def _plan(model: type[models.Model], names: tuple[str, ...], compose: Callable[[str, Sequence[str]], str]) -> _Plan:
    connection = connections[DEFAULT_DB_ALIAS]
    meta, quote = model._meta, connection.ops.quote_name
    fields = [cast("AnyField", meta.get_field(name)) for name in names]
    sql = compose(quote(meta.db_table), [quote(str(field.column)) for field in fields])
    keepers = [(place, keeper_of(field, connection)) for place, field in enumerate(fields)]
    kept = [(place, keep) for place, keep in keepers if keep is not None]
    return _Plan(statement(sql), attrgetter(*(field.attname for field in fields)), kept)


def _written(asked: Write) -> tuple[Statement, list[Sequence[Any]]]:
    plan = _plan(type(asked.rows[0]), asked.names, asked.compose)
    values: list[Sequence[Any]] = [plan.values_of(row) for row in asked.rows]
    if plan.kept:
        columns: list[Sequence[Any]] = list(zip(*values, strict=True))
        for place, keep in plan.kept:
            columns[place] = [*map(keep, columns[place])]
        values = list(zip(*columns, strict=True))
    return plan.statement, values
