"""Queries that page after page asks: Django writes their SQL once a process, and only the keys in it change.

Writing one takes Django five to ten times as long as the database takes to answer it, and planning one takes
PostgreSQL three times as long: it prepares them too, once a connection. See docs/decisions/0006 and 0080.
"""

import copy
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Generic, TypeVar

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler
from psycopg2.extensions import AsIs

Row = TypeVar("Row")
Value = int | str | datetime
Some = Sequence[int]  # from one to `MOST` keys: an argument of a query about several rows at once
SomeTexts = Sequence[str]  # as many texts
MOST = 16
MARK = -7_700_000_001  # stands for a number while the SQL is written, as do those below it; no row has such a key
TEXT_MARK = "a text of a prepared query, number "
MOMENT_MARK = datetime(1, 1, 1, tzinfo=UTC)
NUMBERS = count(1)
ANSWERED = "answered_prepared_queries"  # of a connection: rows by query and values, see `whitebox.together`


@dataclass(frozen=True, slots=True, eq=False)
class Written:
    """A query as SQL. `places` says of each parameter which argument fills it, None where it stays as it is."""

    compiler: SQLCompiler
    sql: str
    parameters: tuple[Any, ...]
    places: tuple[int | None, ...]
    name: str  # of the statement that PostgreSQL prepares

    def filled(self, using: str, values: tuple[Value, ...]) -> SQLCompiler:
        """Return a compiler for one call: the connection belongs to its thread, the values to one reader."""
        own, connection = copy.copy(self.compiler), connections[using]
        own.__dict__ |= {
            "connection": connection,
            "as_sql": lambda: self._asked(connection, values),
            "get_converters": lambda selected: self._converters(connection, own, selected),
        }
        answer = connection.__dict__.get(ANSWERED, {}).pop((self, values), None)
        if answer is not None:
            own.__dict__["execute_sql"] = lambda *_kind, **_chunks: [answer]
        return own

    def with_marks(self, first: int, count_of_values: int) -> tuple[str, tuple[Any, ...]]:
        """Return the SQL and its parameters, with `$first` and those after it for values, as the server marks them."""
        return self.sql, self._placed([AsIs(f"${place}") for place in range(first, first + count_of_values)])

    def with_values(self, values: tuple[Value, ...]) -> tuple[str, tuple[Any, ...]]:
        return self.sql, self._placed(values)

    def _asked(self, connection: BaseDatabaseWrapper, values: tuple[Value, ...]) -> tuple[str, tuple[Any, ...]]:
        """Return what to send: where the server can, the name of the statement that it has prepared."""
        if prepares(connection):
            self._prepare(connection, len(values))
            marks = ", ".join(["%s"] * len(values))
            return f"EXECUTE {self.name} ({marks})" if values else f"EXECUTE {self.name}", values
        return self.with_values(tuple(_adapted(connection, value) for value in values))

    def _placed(self, values: Sequence[Any]) -> tuple[Any, ...]:
        """Return the parameters with values where they belong."""
        pairs = zip(self.parameters, self.places, strict=True)
        return tuple(fixed if place is None else values[place] for fixed, place in pairs)

    def _prepare(self, connection: BaseDatabaseWrapper, count_of_values: int) -> None:
        """Let the server prepare the statement, once for each connection that is opened."""
        connection.ensure_connection()
        known = prepared_by(connection)
        if self.name in known:
            return
        sql, parameters = self.with_marks(1, count_of_values)
        # Not through Django's cursor: this is no query of a page.
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute(f"PREPARE {self.name} AS {sql}", parameters)
        known.add(self.name)

    def _converters(self, connection: BaseDatabaseWrapper, compiler: SQLCompiler, selected: Any) -> Any:
        """Return what makes Python values of the columns. It lives with the connection, whose methods are among it."""
        kept = connection.__dict__.setdefault("converters_of_prepared", {})
        if self not in kept:
            kept[self] = SQLCompiler.get_converters(compiler, selected)
        return kept[self]


@dataclass(frozen=True, slots=True)
class Form(Generic[Row]):
    """A query as it is written for so many values."""

    rows: QuerySet[Any, Row]
    written: Written


@dataclass(frozen=True, slots=True)
class Call:
    """A prepared query and what to ask it with."""

    written: Written
    values: tuple[Value, ...]


def prepares(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether statements outlive a transaction: behind a pooler of transactions the next may be on another server.

    Django asks for the same setting there, because its cursors would not be found again either.
    """
    return connection.vendor == "postgresql" and not connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS", False)


def _mark(kind: object, place: int) -> Value:
    """Return what stands for a value of this kind while the SQL is written, and for no other."""
    if kind is str:
        return f"{TEXT_MARK}{place}"
    return MOMENT_MARK + timedelta(microseconds=place + 1) if kind is datetime else MARK - place


SEVERAL = {Some: int, SomeTexts: str}


def _sizes(values: Sequence[Value | Some | SomeTexts]) -> tuple[int, ...]:
    """Return for how many values each argument is written: a power of two, so that the server prepares a few.

    Raises TypeError where there is none, or more than `MOST`.
    """
    several = [len(one) for one in values if not isinstance(one, int | str | datetime)]
    if wrong := [count for count in several if not 0 < count <= MOST]:
        raise TypeError(f"a prepared query about several rows takes from 1 to {MOST} of them, not {wrong[0]}")
    return tuple(0 if isinstance(one, int | str | datetime) else 1 << (len(one) - 1).bit_length() for one in values)


def _spread(value: Value | Some | SomeTexts, size: int) -> tuple[Value, ...]:
    """Return what an argument is to the server; where it knows of more, the last one stands several times."""
    if isinstance(value, int | str | datetime):
        return (value,)
    return (*value, *[value[-1]] * (size - len(value)))


def _adapted(connection: BaseDatabaseWrapper, value: Value) -> Any:
    """Return a value as this database is handed it: SQLite knows no moments."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def prepared_by(connection: BaseDatabaseWrapper) -> set[str]:
    """Return the names of what the server has prepared for the connection that is open now; a new one knows nothing."""
    opened: tuple[object, set[str]] | None = connection.__dict__.get("prepared_statements")
    if opened is None or opened[0] is not connection.connection:
        opened = connection.__dict__["prepared_statements"] = (connection.connection, set())
    return opened[1]


class Prepared(Generic[Row]):
    """A function from numbers, texts and moments to a queryset; calling it asks the database and returns the rows.

    The function runs once a process, with marks for values: it hands them to the queryset and looks at nothing else.
    An argument is a number unless it is annotated as `str`, `datetime`, `Some` or `SomeTexts`.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Row]]) -> None:
        self.build = build
        self._forms: dict[tuple[int, ...], Form[Row]] = {}
        self.arguments = build.__code__.co_varnames[: build.__code__.co_argcount]
        self.__doc__ = build.__doc__

    def __call__(self, *values: Value | Some | SomeTexts) -> list[Row]:
        asked, rows = self.call(*values), self._forms[_sizes(values)].rows.all()
        # The clone does with rows what it always does; its compiler has nothing left to write.
        rows.query.__dict__["get_compiler"] = lambda using: asked.written.filled(using, asked.values)
        return list(rows)

    def call(self, *values: Value | Some | SomeTexts) -> Call:
        """Return the question with its values, to ask it later or with others. Raises TypeError for too few or many."""
        if len(values) != len(self.arguments):
            raise TypeError(f"{self.build.__qualname__} takes {len(self.arguments)} values, not {len(values)}")
        sizes = _sizes(values)
        if sizes not in self._forms:
            self._forms[sizes] = self._form(sizes)
        spread = (one for value, size in zip(values, sizes, strict=True) for one in _spread(value, size))
        return Call(self._forms[sizes].written, tuple(spread))

    def _form(self, sizes: tuple[int, ...]) -> "Form[Row]":
        """Write the query for so many values to an argument, 0 where it takes one."""
        kinds: list[Any] = [self.build.__annotations__.get(name) for name in self.arguments]
        places = count()
        given: list[Any] = [
            [_mark(SEVERAL[kind], next(places)) for _each in range(size)] if size else _mark(kind, next(places))
            for kind, size in zip(kinds, sizes, strict=True)
        ]
        rows = self.build(*given)
        written = rows.all()  # Writing changes a query, and another thread may be writing this one too.
        compiler = written.query.get_compiler(rows.db)
        sql, parameters = compiler.as_sql()
        compiler.__dict__["connection"] = None  # It belongs to the thread that came first, and goes with it.
        spread = [one for mark, size in zip(given, sizes, strict=True) for one in _spread(mark, size)]
        marks = [_adapted(connections[rows.db], one) for one in spread]
        if not set(marks) <= set(parameters):
            raise TypeError(f"{self.build.__qualname__} hands only its values to its query, and each of them")
        filled = tuple(marks.index(one) if one in marks else None for one in parameters)
        return Form(rows, Written(compiler, sql, tuple(parameters), filled, self._name))

    @property
    def _name(self) -> str:
        """Return a name for the server, of 63 characters at most and no other's."""
        named = re.sub(r"\W+", "_", f"{self.build.__module__}_{self.build.__qualname__}")
        return f"{named[:50]}_{next(NUMBERS)}".lower()


def prepared(build: Callable[..., QuerySet[Any, Row]]) -> Prepared[Row]:
    """Turn a function that builds a queryset out of keys into one that asks it: a decorator."""
    return Prepared(build)
