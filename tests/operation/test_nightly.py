from django.db import connection

from whitebox.operation import nightly


def test_nightly_check_lets_sqlite_count_its_rows(db: None) -> None:
    nightly.check_invariants()

    if connection.vendor == "sqlite":  # PostgreSQL's autovacuum keeps its own.
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM sqlite_master WHERE name = 'sqlite_stat1'")
            assert cursor.fetchone() == (1,)
