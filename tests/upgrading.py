"""From the schema of the first release to now, with rows: python -m tests.upgrading. Prints what became of them.

The database of the environment is one of today's without rows. It is filled, taken back to the first migrations, looked
at, and migrated again: every row has to be there with every value that the first release knew.
"""

import json
import os
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whitebox.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  # Django comes first
from django.db import connection  # noqa: E402
from django.db.migrations.executor import MigrationExecutor  # noqa: E402
from django.db.migrations.state import StateApps  # noqa: E402

from tests.architecture.world import make  # noqa: E402
from whitebox.web import invariant  # noqa: E402

FIRST = "0001_first"


def first_release() -> list[tuple[str, str]]:
    """Return the first migration of each of our apps."""
    return sorted(key for key in MigrationExecutor(connection).loader.graph.nodes if key[1] == FIRST)


def rows_of(apps: StateApps, targets: list[tuple[str, str]]) -> dict[str, dict[str, str]]:
    """Return a digest of each row by table and key, over the columns that `apps` know."""
    found: dict[str, dict[str, str]] = {}
    for label in sorted({label for label, _name in targets}):
        for model in apps.get_app_config(label).get_models():
            columns = [field.attname for field in model._meta.concrete_fields]
            kept = model._base_manager.order_by("pk").values_list("pk", *columns)
            found[model._meta.db_table] = {str(pk): _digest(values) for pk, *values in kept}
    return found


def _digest(values: list[Any]) -> str:
    return sha256(json.dumps(values, default=_plain, sort_keys=True).encode()).hexdigest()[:16]


def _plain(value: object) -> str:
    return bytes(value).hex() if isinstance(value, memoryview | bytes) else str(value)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        make(Path(folder))
    broken = invariant.breaches()  # the rows of that world are made one by one, not by our verbs
    targets = first_release()
    back = MigrationExecutor(connection)
    old = back.loader.project_state(targets).apps
    back.migrate(targets)
    before = rows_of(old, targets)
    call_command("migrate", verbosity=0)
    after = rows_of(old, targets)
    whole = {table: len(rows) for table, rows in before.items()}
    found = {
        "rows": sum(whole.values()),
        "tables": sum(count > 0 for count in whole.values()),
        "changed": sorted(table for table in before if before[table] != after[table]),
        "broken": [one.name for one in invariant.breaches() if one not in broken],
    }
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
