"""A lookup of foreign keys for rows that a query finds and that are few, such as the memberships of a record.

PostgreSQL cannot tell how few such a query finds and reads the whole other table to be safe: 4 to 8 ms of a home page
where somebody masters objectives among 40,000. Given an array it takes the index for each of its keys.
"""

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import ForeignKey
from django.db.models.fields.related_lookups import RelatedIn
from django.db.models.sql.compiler import SQLCompiler


@ForeignKey.register_lookup
class AmongFew(RelatedIn):
    """`membership__among_few=query`: the same rows as `__in`, on every database."""

    lookup_name = "among_few"

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        column, of_column = self.process_lhs(compiler, connection)
        query, of_query = self.process_rhs(compiler, connection)
        return f"{column} = ANY(ARRAY{query})", [*of_column, *of_query]
