"""The two kinds of database, and how each is written to a file and read back by its own tools."""

import os
import sqlite3
import subprocess
import uuid
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, Protocol

import psycopg2
from django.utils.translation import gettext as _
from psycopg2 import sql
from psycopg2.extensions import connection as Connection  # noqa: N812  # it is a class

from whitebox.errors import RuleViolation
from whitebox.operation.backups.inventory import Inventory, Table, table_of

BATCH = 2000  # rows fetched at once
UNOWNED = ("--no-owner", "--no-privileges")  # whoever restores owns it


class Database(Protocol):
    kind: str

    def dump(self, file: Path) -> Inventory:
        """Write one moment of the database to `file` and return what it held at that moment."""

    def is_empty(self) -> bool:
        """Tell whether there is no table."""

    def load(self, file: Path) -> Inventory:
        """Read `file` into this empty database and return what it holds then."""

    def loaded_aside(self, file: Path, folder: Path) -> Inventory:
        """Read `file` into a database that exists for this only, and return what that held."""


def database_of(configured: Mapping[str, Any]) -> Database:
    """Return the database that Django's settings describe."""
    if configured["ENGINE"] == "django.db.backends.sqlite3":
        return SQLite(Path(configured["NAME"]))
    return PostgreSQL({key.lower(): str(configured[key] or "") for key in ("HOST", "PORT", "USER", "PASSWORD", "NAME")})


class SQLite:
    kind = "sqlite"

    def __init__(self, file: Path) -> None:
        self._file = file

    def dump(self, file: Path) -> Inventory:
        """Copy it page by page, at one moment, while others go on writing."""
        with closing(sqlite3.connect(self._file)) as source, closing(sqlite3.connect(file)) as copy:
            source.backup(copy)
        return _inventory_of_file(file)

    def is_empty(self) -> bool:
        if not self._file.exists():
            return True
        with closing(sqlite3.connect(self._file)) as there:
            return not _tables(there)

    def load(self, file: Path) -> Inventory:
        with closing(sqlite3.connect(file)) as source, closing(sqlite3.connect(self._file)) as target:
            source.backup(target)
        return _inventory_of_file(self._file)

    def loaded_aside(self, file: Path, folder: Path) -> Inventory:
        return SQLite(folder / f"aside-{uuid.uuid4().hex}.sqlite3").load(file)


def _inventory_of_file(file: Path) -> Inventory:
    with closing(sqlite3.connect(file)) as there:
        if (said := there.execute("PRAGMA integrity_check").fetchone()[0]) != "ok":
            raise RuleViolation(_("The database file is damaged: %(said)s") % {"said": said})
        return {name: _rows_of_sqlite(there, name) for name in _tables(there)}


def _rows_of_sqlite(there: sqlite3.Connection, name: str) -> Table:
    quoted = name.replace('"', '""')
    return table_of(repr(row) for row in there.execute(f'SELECT * FROM "{quoted}"'))  # noqa: S608  # a table's own name


def _tables(there: sqlite3.Connection) -> list[str]:
    found = there.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    )
    return [str(name) for (name,) in found]


class PostgreSQL:
    kind = "postgresql"

    def __init__(self, server: Mapping[str, str]) -> None:
        self._server = {key: value for key, value in server.items() if value}

    def dump(self, file: Path) -> Inventory:
        """Let pg_dump see the very moment that is counted, by a snapshot both share."""
        with closing(self._session()) as session, session.cursor() as cursor:
            session.set_session(isolation_level="REPEATABLE READ", readonly=True)
            cursor.execute("SELECT pg_export_snapshot()")
            ((snapshot,),) = cursor.fetchall()
            self._run(
                ["pg_dump", "--format=custom", *UNOWNED, f"--snapshot={snapshot}", f"--file={file}"],
            )
            return _inventory(session)

    def is_empty(self) -> bool:
        with closing(self._session()) as session:
            return not _names(session)

    def load(self, file: Path) -> Inventory:
        self._run(
            [
                "pg_restore",
                *UNOWNED,
                "--single-transaction",
                "--exit-on-error",
                "--dbname",
                self._server["name"],
                str(file),
            ]
        )
        with closing(self._session()) as session:
            return _inventory(session)

    def loaded_aside(self, file: Path, folder: Path) -> Inventory:
        with self._scratch() as scratch:
            return scratch.load(file)

    @contextmanager
    def _scratch(self) -> Iterator["PostgreSQL"]:
        name = f"whitebox_scratch_{uuid.uuid4().hex[:12]}"
        try:
            self._administer("CREATE DATABASE {} TEMPLATE template0", name)
        except psycopg2.errors.InsufficientPrivilege:
            raise RuleViolation(
                _("The database's user may make no scratch database. As superuser: ALTER ROLE %(user)s CREATEDB")
                % {"user": self._server.get("user", "whitebox")}
            ) from None
        try:
            yield PostgreSQL(self._server | {"name": name})
        finally:
            self._administer("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _administer(self, statement: str, name: str) -> None:
        with closing(self._session()) as session:
            session.autocommit = True
            session.cursor().execute(sql.SQL(statement).format(sql.Identifier(name)))

    def _session(self) -> Connection:
        there: dict[str, Any] = {key: value for key, value in self._server.items() if key != "name"}
        session: Connection = psycopg2.connect(None, dbname=self._server["name"], options="-c timezone=UTC", **there)
        return session

    def _run(self, command: list[str]) -> None:
        """Run a tool of PostgreSQL. Raises RuleViolation with what it complained of."""
        names = {"host": "PGHOST", "port": "PGPORT", "user": "PGUSER", "password": "PGPASSWORD", "name": "PGDATABASE"}
        environment = dict(os.environ) | {names[key]: value for key, value in self._server.items()}
        try:
            done = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)  # noqa: S603  # no word of it is a visitor's
        except FileNotFoundError:
            raise RuleViolation(
                _("%(tool)s is not installed: apt-get install postgresql-client") % {"tool": command[0]}
            ) from None
        if done.returncode:
            raise RuleViolation(f"{command[0]}: {done.stderr.strip()[-250:]}")


def _inventory(session: Connection) -> Inventory:
    return {name: _rows_of_postgresql(session, name) for name in _names(session)}


def _rows_of_postgresql(session: Connection, name: str) -> Table:
    with session.cursor(name=f"rows_{uuid.uuid4().hex}") as cursor:  # on the server, so that a table fits
        cursor.itersize = BATCH
        cursor.execute(sql.SQL("SELECT whole::text FROM {} AS whole").format(sql.Identifier(name)))
        return table_of(str(row) for (row,) in cursor)


def _names(session: Connection) -> list[str]:
    with session.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        return [str(name) for (name,) in cursor.fetchall()]
