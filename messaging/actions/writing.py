"""Writing many rows at once."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias, cast

from django.db import DEFAULT_DB_ALIAS, connections, models

from accounts.statements import Statement, run, statement

if TYPE_CHECKING:
    AnyField: TypeAlias = models.Field[Any, Any]

_AS_IT_IS = (models.BooleanField, models.CharField, models.TextField, models.IntegerField)


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
    run(connection, [_written(one, connection) for one in asked if one.rows])
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
    converted: "list[tuple[int, AnyField]]"  # what the driver doesn't take as it is, by place


@lru_cache(maxsize=64)
def _plan(model: type[models.Model], names: tuple[str, ...], compose: Callable[[str, Sequence[str]], str]) -> _Plan:
    meta, quote = model._meta, connections[DEFAULT_DB_ALIAS].ops.quote_name
    fields = [cast("AnyField", meta.get_field(name)) for name in names]
    sql = compose(quote(meta.db_table), [quote(str(field.column)) for field in fields])
    converted = [(place, field) for place, field in enumerate(fields) if not _is_kept_as_it_is(field)]
    return _Plan(statement(sql), attrgetter(*(field.attname for field in fields)), converted)


def _written(asked: Write, connection: Any) -> tuple[Statement, list[list[Any]]]:
    plan = _plan(type(asked.rows[0]), asked.names, asked.compose)
    values = [list(plan.values_of(row)) for row in asked.rows]
    for place, field in plan.converted:
        known: dict[Any, Any] = {None: None}  # moments and ids come again and again
        for of_row in values:
            value = of_row[place]
            if value not in known:
                known[value] = field.get_db_prep_save(value, connection)
            of_row[place] = known[value]
    return plan.statement, values


def _is_kept_as_it_is(field: "AnyField") -> bool:
    """Whether what Django hands to the driver is the value itself, as of texts, numbers and truths."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    is_djangos = type(field).__module__ == models.Field.__module__
    return is_djangos and isinstance(field, _AS_IT_IS)
