"""Words of ours that stand in SQL as they are."""

from typing import Any

from django.db import models


class Literal(models.Value):
    """A word of ours that stands in the SQL itself: SQLite uses a partial index only for words it can compare."""

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[()]]:
        return f"'{self.value}'", ()
