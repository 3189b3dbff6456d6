"""Writing many rows at once."""

from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from django.db import DEFAULT_DB_ALIAS, connections, models

if TYPE_CHECKING:
    AnyField: TypeAlias = models.Field[Any, Any]

_AS_IT_IS = (models.BooleanField, models.CharField, models.TextField, models.IntegerField)


def insert_all(rows: Sequence[models.Model]) -> None:
    """Write new ``rows``, all of one model, whose keys and values are all there already.

    One statement, which the driver runs once a row: Django's ``bulk_create`` composes one as long as there are rows.
    """
    if rows:
        names = tuple(field.name for field in rows[0]._meta.concrete_fields)
        _run(rows, names, _insertion)
        for row in rows:
            row._state.adding, row._state.db = False, DEFAULT_DB_ALIAS


def update_each(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Save the fields ``names`` of ``rows``, all of one model, each where its key is.

    As above: Django's ``bulk_update`` makes a longer statement with each row.
    """
    if rows:
        _run(rows, (*names, rows[0]._meta.pk.name), _update)


def _insertion(table: str, columns: Sequence[str]) -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(['%s'] * len(columns))})"  # noqa: S608


def _update(table: str, columns: Sequence[str]) -> str:
    *set_columns, key = [f"{column} = %s" for column in columns]
    return f"UPDATE {table} SET {', '.join(set_columns)} WHERE {key}"  # noqa: S608


def _run(rows: Sequence[models.Model], names: tuple[str, ...], write: Callable[[str, Sequence[str]], str]) -> None:
    connection = connections[DEFAULT_DB_ALIAS]
    meta, quote = rows[0]._meta, connection.ops.quote_name
    fields = [cast("AnyField", meta.get_field(name)) for name in names]
    statement = write(quote(meta.db_table), [quote(str(field.column)) for field in fields])
    values_of = attrgetter(*(field.attname for field in fields))
    converted = [(place, field) for place, field in enumerate(fields) if not _is_kept_as_it_is(field)]
    values = []
    for row in rows:
        of_row = list(values_of(row))
        for place, field in converted:
            if of_row[place] is not None:
                of_row[place] = field.get_db_prep_save(of_row[place], connection)
        values.append(of_row)
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)


@lru_cache(maxsize=256)
def _is_kept_as_it_is(field: "AnyField") -> bool:
    """Whether what Django hands to the driver is the value itself, as of texts, numbers and truths."""
    while isinstance(field, models.ForeignKey):
        field = field.target_field
    is_djangos = type(field).__module__ == models.Field.__module__
    return is_djangos and isinstance(field, _AS_IT_IS)
