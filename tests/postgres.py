"""The PostgreSQL server of a run, and databases on it that tests make and drop."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import psycopg2
from django.conf import settings
from psycopg2 import sql


def is_postgres() -> bool:
    return str(settings.DATABASES["default"]["ENGINE"]) == "django.db.backends.postgresql"


def address_of(name: str) -> str:
    """Return what DATABASE_URL says for a database on the server of the run."""
    server = _server()
    return f"postgres://{server['user']}:{server['password']}@{server['host']}:{server['port']}/{name}"


@contextmanager
def postgres_database(name: str, *, template: str = "template1") -> Iterator[str]:
    """Make a database, yield its address and drop it."""
    administer("CREATE DATABASE {} TEMPLATE {}", name, template)
    try:
        yield address_of(name)
    finally:
        administer("DROP DATABASE {} WITH (FORCE)", name)


def names(beginning: str) -> list[str]:
    """Return the names of the databases that begin so."""
    with closing(psycopg2.connect(None, dbname="postgres", **_server())) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [beginning])
        return [str(name) for (name,) in cursor.fetchall()]


def administer(statement: str, *identifiers: str) -> None:
    """Run one statement outside a transaction; its `{}` are names of databases."""
    with closing(psycopg2.connect(None, dbname="postgres", **_server())) as connection:
        connection.autocommit = True
        connection.cursor().execute(sql.SQL(statement).format(*map(sql.Identifier, identifiers)))


def _server() -> dict[str, Any]:
    configured = settings.DATABASES["default"]
    server = {key.lower(): configured[key] for key in ("HOST", "PORT", "USER", "PASSWORD")}
    return server | {"port": server["port"] or 5432}
