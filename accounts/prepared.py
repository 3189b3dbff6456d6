"""Queries that Django writes once and this process runs many times.

To build and compile a query costs Django several times what the database needs to answer it, and each message asks the
same eight. Here the SQL, the converters and the way from a row to an object are kept from the first time.
"""

import json
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias, TypeVar, cast

from django.db import connection, models
from django.db.models.query import get_related_populators

if TYPE_CHECKING:
    _Lookup: TypeAlias = models.Lookup[Any]
else:
    _Lookup = models.Lookup

Model = TypeVar("Model", bound=models.Model)


class Slot(NamedTuple):
    """What stands for the values of a run, by their place, while a query is built."""

    place: int


class _Hole(NamedTuple):
    """A parameter that each run fills: the values at ``place``, as ``field`` is kept."""

    place: int
    field: Any

    def fill(self, values: tuple[Collection[Any], ...]) -> Any:
        kept = [self.field.get_db_prep_value(value, connection) for value in values[self.place]]
        return json.dumps(kept) if connection.vendor == "sqlite" else kept


@models.Field.register_lookup
class Among(_Lookup):
    """``field__among=Slot(0)``: like ``in``, with the same SQL however many values there are."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the comparison, with a hole where the values will be."""
        column, params = self.process_lhs(compiler, connection)
        how = "IN (SELECT value FROM json_each(%s))" if connection.vendor == "sqlite" else "= ANY(%s)"
        return f"{column} {how}", (*params, _Hole(self.rhs.place, self.lhs.output_field))


class _Compiled(NamedTuple):
    sql: str
    params: tuple[Any, ...]
    converters: list[tuple[int, list[Any], Any]]
    model: Any
    fields: slice
    names: list[str]
    populators: list[Any]


class Prepared(Generic[Model]):
    """The query that ``build`` returns for slots; run it with a collection of values for each.

    >>> people = Prepared(lambda ids: User.objects.filter(pk__among=ids))
    >>> people.objects([1, 2, 3])
    """

    def __init__(self, build: Callable[..., "models.QuerySet[Model, Any]"]) -> None:
        self._build = build
        self._compiled: _Compiled | None = None

    def objects(self, *values: Collection[Any]) -> list[Model]:
        """Run it and return objects, what it selects as related loaded with them."""
        found = []
        rows, compiled = self._run(values)
        for row in rows:
            one = compiled.model.from_db(connection.alias, compiled.names, row[compiled.fields])
            for populator in compiled.populators:
                populator.populate(row, one)
            found.append(one)
        return found

    def rows(self, *values: Collection[Any]) -> list[tuple[Any, ...]]:
        """Run it and return what it selects (``values_list``)."""
        return [tuple(row) for row in self._run(values)[0]]

    def _run(self, values: tuple[Collection[Any], ...]) -> tuple[list[list[Any]], _Compiled]:
        compiled = self._compiled or self._compile(len(values))
        params = [param.fill(values) if isinstance(param, _Hole) else param for param in compiled.params]
        with connection.cursor() as cursor:
            cursor.execute(compiled.sql, params)
            rows = [list(row) for row in cursor.fetchall()]
        for place, converters, expression in compiled.converters:
            for row in rows:
                value = row[place]
                for converter in converters:
                    value = converter(value, expression, connection)
                row[place] = value
        return rows, compiled

    def _compile(self, count: int) -> _Compiled:
        queryset = self._build(*(Slot(place) for place in range(count)))
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        select, info = compiler.select, cast("dict[str, Any] | None", compiler.klass_info)
        expressions = [expression for expression, _sql, _alias in select]
        converters = [(place, convs, one) for place, (convs, one) in compiler.get_converters(expressions).items()]
        places = info["select_fields"] if info else [0]
        fields = slice(places[0], places[-1] + 1)
        self._compiled = _Compiled(
            sql=sql,
            params=tuple(params),
            converters=converters,
            model=info["model"] if info else None,
            fields=fields,
            names=[expression.target.attname for expression in expressions[fields]] if info else [],
            populators=get_related_populators(info, select, connection.alias) if info else [],  # type: ignore[call-arg]
        )
        return self._compiled
