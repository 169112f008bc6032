"""Several prepared queries in one trip to the database.

A trip to PostgreSQL and back takes longer than the answer of a query that finds a few rows by a key. A page that knows
what it will ask asks for it all in one statement; each query then finds its rows here. See docs/decisions/0115.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.base.base import BaseDatabaseWrapper
from psycopg2.extensions import INTEGER, LONGINTEGER, UNICODE

from whitebox.prepared import ANSWERED, Call, Written, prepared_by, prepares

Cell = Callable[[Any], Any]
TEXTS = frozenset(UNICODE.values)
NUMBERS = frozenset({*INTEGER.values, *LONGINTEGER.values})


@contextmanager
def together(calls: Sequence[Call]) -> Iterator[None]:
    """Ask all of this now; inside the block, the first call with the same values finds its rows here.

    Nothing is answered here that the block does not ask, and the second call of the same query asks anew. On databases
    without a trip (SQLite) nothing is asked ahead. What the block writes is not seen by what was asked: only pages
    that read may use it. Where a block ends, nothing that was asked ahead is left, that of a block around it neither.
    """
    connection, asked = connections[DEFAULT_DB_ALIAS], list(dict.fromkeys(calls))
    if len(asked) < 2 or not prepares(connection):
        yield
        return
    around = connection.__dict__.get(ANSWERED, {})
    connection.__dict__[ANSWERED] = {**around, **_answers(connection, asked)}
    try:
        yield
    finally:
        connection.__dict__[ANSWERED] = {}


def _answers(
    connection: BaseDatabaseWrapper, asked: Sequence[Call]
) -> dict[tuple[Written, tuple[Any, ...]], list[tuple[Any, ...]]]:
    """Return the rows of each call, as the driver would have handed them over."""
    connection.ensure_connection()
    _describe(connection, asked)
    name = _prepare(connection, asked)
    values = [value for call in asked for value in call.values]
    found: list[list[tuple[Any, ...]]] = [[] for _ in asked]
    with connection.cursor() as cursor:
        cursor.execute(f"EXECUTE {name} ({', '.join(['%s'] * len(values))})", values)
        readers = [_readers(cursor, _kinds(connection)[call.written]) for call in asked]
        for cells in cursor.fetchall():
            width, own = readers[cells[0]]
            row = list(cells[1 : width + 1])  # the widest query sets the number of columns
            for place, read in own:
                if row[place] is not None:
                    row[place] = read(row[place])
            found[cells[0]].append(tuple(row))
    return {(call.written, call.values): rows for call, rows in zip(asked, found, strict=True)}


def _prepare(connection: BaseDatabaseWrapper, asked: Sequence[Call]) -> str:
    """Return the name of the statement that asks all, prepared once for each connection.

    A column has one type in all parts of a union, so every value comes as text, and is read as the driver reads it.
    """
    name = "together_" + "_".join(call.written.name.rpartition("_")[2] for call in asked)
    known = prepared_by(connection)
    if name not in known:
        widths = [len(_kinds(connection)[call.written]) for call in asked]
        parts, parameters, first = [], list[Any](), 1
        for number, (call, width) in enumerate(zip(asked, widths, strict=True)):
            sql, own = call.written.with_marks(first, len(call.values))
            columns = [f"c{place}" for place in range(width)]
            shown = [*(f"{column}::text" for column in columns), *["NULL"] * (max(widths) - width)]
            parts.append(f"SELECT {number}, {', '.join(shown)} FROM ({sql}) AS q ({', '.join(columns)})")  # noqa: S608 - Django wrote the SQL
            parameters += own
            first += len(call.values)
        # Not through Django's cursor: this is no query of a page.
        with connection.wrap_database_errors, connection.connection.cursor() as cursor:
            cursor.execute(f"PREPARE {name} AS {' UNION ALL '.join(parts)}", parameters)
        known.add(name)
    return name


def _describe(connection: BaseDatabaseWrapper, asked: Sequence[Call]) -> None:
    """Learn the types of what the queries return, once for each connection."""
    kinds = _kinds(connection)
    for call in asked:
        if call.written not in kinds:
            sql, parameters = call.written.with_values(call.values)
            with connection.wrap_database_errors, connection.connection.cursor() as cursor:
                cursor.execute(f"SELECT * FROM ({sql}) AS q LIMIT 0", parameters)  # noqa: S608 - Django wrote the SQL
                kinds[call.written] = [column.type_code for column in cursor.description]


def _kinds(connection: BaseDatabaseWrapper) -> dict[Written, list[int]]:
    """Return the types of columns by query; types of extensions have other numbers on other servers."""
    known: dict[Written, list[int]] = connection.__dict__.setdefault("kinds_of_prepared", {})
    return known


def _readers(cursor: Any, kinds: Sequence[int]) -> tuple[int, list[tuple[int, Cell]]]:
    """Return how many columns a query has, and which of them are read how: texts are what they are."""
    own: list[tuple[int, Cell]] = [
        (place, int if kind in NUMBERS else partial(cursor.cast, kind))
        for place, kind in enumerate(kinds)
        if kind not in TEXTS
    ]
    return len(kinds), own
