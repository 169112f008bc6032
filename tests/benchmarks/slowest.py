"""The slowest queries of all list pages, with how the database plans them, and how much room the tables take.

Run with the settings of the measured site, on the large load:

python -m tests.benchmarks.slowest PAGES FILE

PAGES is a JSON object from names to an address and a cookie.
"""

import json
import re
import sys
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402  # Django comes first
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

TIMES, SHOWN, LINES = 3, 10, 12
MANY_KEYS = re.compile(r"(\d+, ?\d+, ?\d+)(?:, ?\d+){9,}")  # a page's keys, which tell nobody anything


def slowest(pages: dict[str, tuple[str, str]]) -> list[dict[str, Any]]:
    """Return the queries that took longest, the best of three each, with their plan. Seconds."""
    best: dict[tuple[str, str], float] = {}
    for name, (address, cookie) in pages.items():
        client = Client(headers={"Cookie": cookie, "Host": "127.0.0.1"})
        for _turn in range(TIMES):
            with CaptureQueriesContext(connection) as asked:
                client.get(address)
            for one in asked.captured_queries:
                key = (name, one["sql"])
                best[key] = min(best.get(key, 60.0), float(one["time"]))
    longest = sorted(best.items(), key=lambda row: -row[1])
    found: dict[str, dict[str, Any]] = {}  # one page for each text: many ask the same
    for (name, text), seconds in longest:
        if len(found) < SHOWN and text not in found:
            found[text] = {"page": name, "seconds": seconds, "sql": short(text), "plan": _plan(text)}
    return list(found.values())


def _plan(text: str) -> list[str]:
    """Return the first lines of the plan. A question is repeated to see it, a change is not."""
    if not text.lstrip("( ").startswith(("SELECT", "EXECUTE", "WITH")):
        return []
    how = "EXPLAIN (ANALYZE, COSTS OFF, SUMMARY OFF)" if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN"
    with connection.cursor() as cursor:
        cursor.execute(f"{how} {text.replace('%', '%%')}" if connection.vendor == "sqlite" else f"{how} {text}")
        return [short(str(row[-1])) for row in cursor.fetchall()][:LINES]


def short(text: str) -> str:
    """Leave out all but the first of many keys."""
    return MANY_KEYS.sub(r"\1, …", text)


def sizes() -> dict[str, int]:
    """Return bytes: of the whole database, and of its largest tables with their indexes where it can tell."""
    if connection.vendor == "sqlite":
        return {"database": Path(settings.DATABASES["default"]["NAME"]).stat().st_size}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        whole = {"database": int(cursor.fetchone()[0])}
        cursor.execute(
            "SELECT relname, pg_total_relation_size(oid) FROM pg_class WHERE relkind = 'r' ORDER BY 2 DESC LIMIT 8"
        )
        return whole | {str(name): int(size) for name, size in cursor.fetchall()}


def main(pages: Path, file: Path) -> None:
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    file.write_text(json.dumps({"slowest": slowest(json.loads(pages.read_text())), "sizes": sizes()}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
