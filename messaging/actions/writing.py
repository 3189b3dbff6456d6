"""Writing many rows at once."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from django.db import connection, models

if TYPE_CHECKING:
    AnyField: TypeAlias = models.Field[Any, Any]


def update_each(rows: Sequence[models.Model], names: Sequence[str]) -> None:
    """Save the fields ``names`` of ``rows``, all of one model, each where its key is.

    One statement, which the driver runs once a row: Django's ``bulk_update`` makes a longer one with each row.
    """
    if not rows:
        return
    model, quote = rows[0]._meta, connection.ops.quote_name
    saved = [cast("AnyField", model.get_field(name)) for name in names] + [model.pk]
    *columns, key = [f"{quote(str(field.column))} = %s" for field in saved]
    statement = f"UPDATE {quote(model.db_table)} SET {', '.join(columns)} WHERE {key}"  # noqa: S608
    values = [[field.get_db_prep_save(getattr(row, field.attname), connection) for field in saved] for row in rows]
    with connection.cursor() as cursor:
        cursor.executemany(statement, values)
