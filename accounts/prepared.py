"""Queries that Django writes once and this process runs many times.

To build and compile a query costs Django several times what the database needs to answer it, and each message asks the
same eight. Here the SQL, the converters and the way from a row to an object are kept from the first time.
"""

import json
import re
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias, TypeVar, cast

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.base import ModelState
from django.db.models.query import ModelIterable

if TYPE_CHECKING:
    _Lookup: TypeAlias = models.Lookup[Any]
else:
    _Lookup = models.Lookup

_WORD = re.compile("[a-z_]+")  # what needs no escaping

Model = TypeVar("Model", bound=models.Model)


class Slot(NamedTuple):
    """What stands for the values of a run, by their place, while a query is built."""

    place: int


class _Hole(NamedTuple):
    """A parameter that each run fills: the values at ``place``, as ``field`` is kept."""

    place: int
    field: Any

    def fill(self, values: tuple[Collection[Any], ...], connection: Any) -> Any:
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


class _Object(NamedTuple):
    """How the columns of a row become an object, and those after them the objects it is related to."""

    model: Any
    columns: slice
    names: list[str]
    key: int  # of the columns: where it is None there is no such object
    related: "list[tuple[_Object, Callable[[Any, Any], None], Callable[[Any, Any], None]]]"
    after_loading: Callable[[Any], None] | None

    @classmethod
    def of(cls, info: dict[str, Any], expressions: list[Any]) -> "_Object":
        """Read what Django's compiler says of a model that it selects."""
        model, places = info["model"], info["select_fields"]
        names = [expressions[place].target.attname for place in places]
        after_loading = getattr(model, "after_loading", None)
        if (
            model.__init__ is not models.Model.__init__
            or (model.from_db.__func__ is not models.Model.from_db.__func__ and after_loading is None)  # type: ignore[attr-defined]
            or models.signals.pre_init.has_listeners(model)
            or models.signals.post_init.has_listeners(model)
        ):
            raise TypeError(f"{model.__name__} wants to know when one is loaded, which isn't done here")
        related = [
            (cls.of(one, expressions), one["local_setter"], one["remote_setter"])
            for one in info.get("related_klass_infos", [])
        ]
        columns, key = slice(places[0], places[-1] + 1), names.index(model._meta.pk.attname)
        return cls(model, columns, names, key, related, after_loading)

    def made_of(self, row: list[Any]) -> Any:
        """Do what ``Model.from_db`` does, which sets each field by itself and asks who wants to hear of it."""
        values = row[self.columns]
        if values[self.key] is None:
            return None
        one = self.model.__new__(self.model)
        state = ModelState()
        state.adding, state.db = False, DEFAULT_DB_ALIAS
        one.__dict__.update(zip(self.names, values, strict=True), _state=state)
        if self.after_loading is not None:
            self.after_loading(one)
        for related, local_setter, remote_setter in self.related:
            other = related.made_of(row)
            local_setter(one, other)
            if other is not None:
                remote_setter(other, one)
        return one


class _Compiled(NamedTuple):
    sql: str
    params: tuple[Any, ...]
    converters: list[tuple[int, list[Any], Any]]
    object: _Object | None


def _with_constants(sql: str, params: Collection[Any], connection: Any) -> tuple[str, list[Any]]:
    """Write constants into the statement, for SQLite: it uses a partial index only where it can read its condition."""
    if connection.vendor != "sqlite":
        return sql, list(params)
    begin, *pieces = sql.split("%s")
    left: list[Any] = []
    for param, piece in zip(params, pieces, strict=True):
        is_constant = isinstance(param, int) or (isinstance(param, str) and _WORD.fullmatch(param))
        begin += (f"'{param}'" if isinstance(param, str) else str(int(param))) if is_constant else "%s"
        begin += piece
        if not is_constant:
            left.append(param)
    return begin, left


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
        rows, compiled = self._run(values)
        if compiled.object is None:
            raise TypeError("the query selects values, not objects: ask for its rows")
        return [compiled.object.made_of(row) for row in rows]

    def rows(self, *values: Collection[Any]) -> list[tuple[Any, ...]]:
        """Run it and return what it selects (``values_list``)."""
        return [tuple(row) for row in self._run(values)[0]]

    def _run(self, values: tuple[Collection[Any], ...]) -> tuple[list[list[Any]], _Compiled]:
        connection = connections[DEFAULT_DB_ALIAS]  # what stands for it asks at each use which thread this is
        compiled = self._compiled or self._compile(len(values), connection)
        params = [param.fill(values, connection) if isinstance(param, _Hole) else param for param in compiled.params]
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

    def _compile(self, count: int, connection: Any) -> _Compiled:
        queryset = self._build(*(Slot(place) for place in range(count)))
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        info = cast("dict[str, Any] | None", compiler.klass_info)
        expressions = [expression for expression, _sql, _alias in compiler.select]
        converters = [(place, convs, one) for place, (convs, one) in compiler.get_converters(expressions).items()]
        sql, params = _with_constants(sql, params, connection)
        made = _Object.of(info, expressions) if info and issubclass(queryset._iterable_class, ModelIterable) else None
        self._compiled = _Compiled(sql, tuple(params), converters, made)
        return self._compiled
