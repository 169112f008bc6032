"""What a database holds, as figures that two databases of one kind can be compared by."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

MODULUS = 2**256


@dataclass(frozen=True, slots=True)
class Table:
    """How many rows a table has, and the sum of their SHA-256 in hexadecimal.

    The sum depends on each row and on no order, so that none must be asked for.
    """

    rows: int
    digest: str


Inventory = Mapping[str, Table]


def table_of(rows: Iterable[str]) -> Table:
    """Add up the rows of a table, each as text."""
    count = total = 0
    for row in rows:
        count += 1
        total = (total + int.from_bytes(hashlib.sha256(row.encode()).digest())) % MODULUS
    return Table(count, f"{total:064x}")


def differences(expected: Inventory, found: Inventory) -> Iterator[str]:
    """Say in which tables two inventories differ."""
    for name in sorted({*expected, *found}):
        before, after = expected.get(name), found.get(name)
        if before is None or after is None:
            yield f"{name} is only in one of them"
        elif before.rows != after.rows:
            yield f"{name} has {after.rows} rows instead of {before.rows}"
        elif before.digest != after.digest:
            yield f"{name} has other rows"
