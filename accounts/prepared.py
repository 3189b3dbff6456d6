"""Queries that Django writes once and this process runs many times.

To build and compile a query costs Django several times what the database needs to answer it, and each message asks the
same eight. Here the SQL, the converters and the way from a row to an object are kept from the first time.
"""

import datetime
import re
import uuid
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias, TypeVar, cast

import orjson
from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.models.base import ModelState
from django.db.models.query import ModelIterable

from accounts.statements import Statement, fetch, keeper_of, pointed_at, statement

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
    """A parameter that each run fills: the values at ``place``, or a column of them, as its field is kept."""

    place: int
    keep: Callable[[Any], Any] | None
    column: int | None = None
    is_plain: bool = False  # numbers or ids: what PostgreSQL reads as an array without any quotes

    def fill(self, values: Collection[Any], connection: Any) -> Any:
        kept: Collection[Any] = values if self.column is None else [row[self.column] for row in values]
        if self.keep is not None:
            kept = map(self.keep, kept)  # type: ignore[assignment]
        if connection.vendor == "sqlite":
            return orjson.dumps([*kept]).decode()
        return f"{{{','.join(map(str, kept))}}}" if self.is_plain else [*kept]


class _RowsHole(NamedTuple):
    """The same for rows of values, as SQLite gets them: in one parameter."""

    place: int
    keep: Sequence[Callable[[Any], Any] | None]

    def fill(self, values: Collection[Any], connection: Any) -> Any:
        columns = zip(*values, strict=True)
        kept = [map(keep, column) if keep else column for keep, column in zip(self.keep, columns, strict=bool(values))]
        return orjson.dumps([*zip(*kept, strict=True)]).decode()


def _hole(place: int, field: Any, connection: Any, column: int | None = None) -> _Hole:
    return _Hole(place, keeper_of(field, connection), column, _is_plain(field))


def _array_of(field: Any, connection: Any) -> str:
    """Return what a hole's parameter becomes: a table of values, or an array of the field's type."""
    if connection.vendor == "sqlite":
        return "json_each(%s)"
    return f"%s::{field.rel_db_type(connection)}[]" if _is_plain(field) else "%s"


def _is_plain(field: Any) -> bool:
    return isinstance(pointed_at(field), (models.IntegerField, models.UUIDField))


@models.Field.register_lookup
class Among(_Lookup):
    """``field__among=Slot(0)``: like ``in``, with the same SQL however many values there are."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the comparison, with a hole where the values will be."""
        column, params = self.process_lhs(compiler, connection)
        field = self.lhs.output_field
        array = _array_of(field, connection)
        how = "IN (SELECT value FROM {})" if connection.vendor == "sqlite" else "= ANY({})"
        return f"{column} {how.format(array)}", (*params, _hole(self.rhs.place, field, connection))


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

    def made_of(self, row: Sequence[Any]) -> Any:
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


def _by_rows(sql: str, queryset: "models.QuerySet[Any, Any]", names: Sequence[str], connection: Any) -> tuple[str, Any]:
    """Have a query of one table read its rows one after the other, by an index that begins with the columns ``names``.

    Return it with what fills its parameters. As a condition the columns would be compared with all values there are of
    each; and PostgreSQL, which keeps the plan it once made, would go on to read all of a table that was small then.
    """
    meta = queryset.model._meta
    fields = [cast("models.Field[Any, Any]", meta.get_field(name)) for name in names]
    quote = connection.ops.quote_name
    table = quote(meta.db_table)

    def same(value: str) -> str:
        pairs = ((field.column, value.format(place)) for place, field in enumerate(fields))
        return " AND ".join(f"{table}.{quote(column)} = {wanted}" for column, wanted in pairs)

    holes: list[Any]
    if connection.vendor == "sqlite":
        extracted = "json_extract(wanted.value, '$[{}]')"
        source = f"json_each(%s) AS wanted CROSS JOIN {table} ON {same(extracted)}"
        holes = [_RowsHole(0, [keeper_of(field, connection) for field in fields])]
    else:
        names_of = ", ".join(f"c{place}" for place in range(len(fields)))
        rows = f"unnest({', '.join(_array_of(field, connection) for field in fields)}) AS wanted({names_of})"
        found_by = same("wanted.c{}")
        source = f"{rows} CROSS JOIN LATERAL (SELECT * FROM {table} WHERE {found_by} OFFSET 0) AS {table}"  # noqa: S608
        holes = [_hole(0, field, connection, place) for place, field in enumerate(fields)]
    begin, found, end = sql.partition(f" FROM {table}")
    if not found or end:
        raise TypeError(f"not a query of one table and nothing more: {sql}")
    return f"{begin} FROM {source}", holes


def new(model: Any, values: dict[str, Any], related: dict[str, Any]) -> Any:
    """Return a new object with ``values`` by their columns' names and ``related`` ones by their fields'.

    What isn't among them has its default, as in ``model(...)``, which looks at each field by itself.
    """
    one = model.__new__(model)
    state = ModelState()
    state.fields_cache = related
    one.__dict__.update(_defaults(model), **values, _state=state)
    for name, make in _made_anew(model):
        if name not in values:
            one.__dict__[name] = make()
    return one


@lru_cache(maxsize=16)
def _defaults(model: Any) -> dict[str, Any]:
    return {field.attname: field.get_default() for field in model._meta.concrete_fields if not _is_made_anew(field)}


@lru_cache(maxsize=16)
def _made_anew(model: Any) -> list[tuple[str, Callable[[], Any]]]:
    return [(field.attname, field.default) for field in model._meta.concrete_fields if _is_made_anew(field)]


def _is_made_anew(field: Any) -> bool:
    return field.has_default() and callable(field.default)


class _Compiled(NamedTuple):
    statement: Statement
    params: tuple[Any, ...]
    converters: list[tuple[int, Callable[[Any], Any]]]  # by the place of their column
    object: _Object | None


def _converter(converters: Sequence[Callable[[Any, Any, Any], Any]], expression: Any, connection: Any) -> Any:
    """Return what makes a value of a column's: in one call, and without asking Django's settings, where it can."""
    if [_name(one) for one in converters] == ["convert_datetimefield_value"] and connection.timezone is datetime.UTC:
        return _in_utc
    if [_name(one) for one in converters] == ["convert_uuidfield_value"]:
        return _uuid

    def convert(value: Any) -> Any:
        for converter in converters:
            value = converter(value, expression, connection)
        return value

    return convert


def _name(converter: Callable[..., Any]) -> str:
    is_of_backend = type(getattr(converter, "__self__", None)).__module__.startswith("django.db.backends.")
    return converter.__name__ if is_of_backend else ""


def _in_utc(value: Any) -> datetime.datetime | None:
    """Read a moment as Django writes it for SQLite."""
    if value is None:
        return None
    if not isinstance(value, datetime.datetime):
        value = datetime.datetime.fromisoformat(value)
    return value.replace(tzinfo=datetime.UTC)


@lru_cache(maxsize=8192)
def _uuid(value: str | None) -> uuid.UUID | None:
    return None if value is None else uuid.UUID(value)


def _with_constants(sql: str, params: Collection[Any], connection: Any) -> tuple[str, list[Any]]:
    """Write constants into the statement: a partial index is only used where the plan can read its condition."""
    begin, *pieces = sql.split("%s")
    left: list[Any] = []
    for param, piece in zip(params, pieces, strict=True):
        constant = _constant(param, connection)
        begin += (constant or "%s") + piece
        if constant is None:
            left.append(param)
    return begin, left


def _constant(param: Any, connection: Any) -> str | None:
    if isinstance(param, bool):
        return str(param).upper() if connection.vendor == "postgresql" else str(int(param))
    if isinstance(param, int):
        return str(param)
    return f"'{param}'" if isinstance(param, str) and _WORD.fullmatch(param) else None


class Prepared(Generic[Model]):
    """The query that ``build`` returns for slots; run it with a collection of values for each.

    >>> people = Prepared(lambda ids: User.objects.filter(pk__among=ids))
    >>> people.objects([1, 2, 3])

    With ``by``, names of fields, there is one slot, for rows of their values: what is found has those of one of them.

    >>> follows = Prepared(lambda _pairs: Follow.objects.all(), by=("follower", "followed"))
    >>> follows.objects([(1, 2), (2, 1)])
    """

    def __init__(self, build: Callable[..., "models.QuerySet[Model, Any]"], by: Sequence[str] = ()) -> None:
        self._build = build
        self._by = by
        self._compiled: _Compiled | None = None

    def objects(self, *values: Collection[Any]) -> list[Model]:
        """Run it and return objects, what it selects as related loaded with them."""
        (found,) = ask(self.wanted(*values))
        return found

    def rows(self, *values: Collection[Any]) -> list[tuple[Any, ...]]:
        """Run it and return what it selects (``values_list``)."""
        (found,) = ask(self.wanted(*values))
        return found

    def wanted(self, *values: Collection[Any]) -> "Wanted":
        """Return what ``ask`` takes: its objects, or its rows where it selects values."""
        return Wanted(self, values)

    def compiled(self, count: int, connection: Any) -> _Compiled:
        """Return it as the database takes it, with ``count`` slots."""
        return self._compiled or self._compile(count, connection)

    def _compile(self, count: int, connection: Any) -> _Compiled:
        queryset = self._build(*(Slot(place) for place in range(count)))
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        if self._by:
            sql, params = _by_rows(sql, queryset, self._by, connection)
        info = cast("dict[str, Any] | None", compiler.klass_info)
        expressions = [expression for expression, _sql, _alias in compiler.select]
        converters = [
            (place, _converter(found, one, connection))
            for place, (found, one) in compiler.get_converters(expressions).items()
        ]
        sql, params = _with_constants(sql, params, connection)
        made = _Object.of(info, expressions) if info and issubclass(queryset._iterable_class, ModelIterable) else None
        self._compiled = _Compiled(statement(sql), tuple(params), converters, made)
        return self._compiled


class Wanted(NamedTuple):
    """A prepared query and the values to run it with."""

    prepared: Prepared[Any]
    values: tuple[Collection[Any], ...]


def ask(*wanted: Wanted) -> list[list[Any]]:
    """Run several queries, on PostgreSQL without waiting between them; return what each found."""
    connection = connections[DEFAULT_DB_ALIAS]  # what stands for it asks at each use which thread this is
    return made_of(wanted, fetch(connection, asked_of(wanted, connection)), connection)


def asked_of(wanted: Sequence[Wanted], connection: Any) -> list[tuple[Statement, list[Any]]]:
    """Return each query as a statement, with its values as the driver takes them."""
    compiled = [(one.prepared.compiled(len(one.values), connection), one.values) for one in wanted]
    return [(one.statement, [_filled(param, values, connection) for param in one.params]) for one, values in compiled]


def made_of(wanted: Sequence[Wanted], found: Sequence[list[tuple[Any, ...]]], connection: Any) -> list[list[Any]]:
    """Return what each query found, from the rows that came."""
    return [
        _made_of(rows, one.prepared.compiled(len(one.values), connection))
        for one, rows in zip(wanted, found, strict=True)
    ]


def _filled(param: Any, values: Sequence[Collection[Any]], connection: Any) -> Any:
    return param.fill(values[param.place], connection) if isinstance(param, (_Hole, _RowsHole)) else param


def _made_of(rows: list[tuple[Any, ...]], compiled: _Compiled) -> list[Any]:
    if not rows:
        return []
    if compiled.converters:
        columns: list[Any] = list(zip(*rows, strict=True))
        for place, convert in compiled.converters:
            columns[place] = map(convert, columns[place])
        rows = list(zip(*columns, strict=True))
    return rows if compiled.object is None else [compiled.object.made_of(row) for row in rows]
