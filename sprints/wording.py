"""The words of a problem, one form for all that is searched, and how a search asks the database for them."""

import re
import unicodedata
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Lookup
from django.db.models.sql.compiler import SQLCompiler

LONGEST = 1000
WORD = re.compile(r"\w+(?:\.\w+)*")

# PostgreSQL keeps the words as lexemes in a generated column that only it has: computing them anew for each row of a
# search took 20 microseconds a row, reading them takes one.
LEXEMES_COLUMN = "search_lexemes"
LEXEMES = "array_to_tsvector(string_to_array(search_text, ' '))"


def words(text: str) -> list[str]:
    """Return the words of a text as they are compared; a problem number is one word."""
    return WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def search_text(*parts: str) -> str:
    """Return what a search looks at: words with a blank between them, none of them cut."""
    whole = " ".join(dict.fromkeys(words(" ".join(parts))))
    return whole if len(whole) <= LONGEST else whole[: LONGEST + 1].rpartition(" ")[0]


class HasWords(Lookup[Any]):
    """Each of some words begins a word of the column: `search_text__has_words=["ind", "head"]`.

    PostgreSQL answers by full text and its index, others by LIKE.
    """

    lookup_name = "has_words"
    prepare_rhs = False

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        column, _none = self.process_lhs(compiler, connection)
        asked = tuple(f"% {_escaped(word)}%" for word in self.rhs)
        every = " AND ".join([f"' ' || {column} LIKE %s ESCAPE '\\'"] * len(asked))
        return f"({every})", asked

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[str | int, ...]]:
        table = connection.ops.quote_name(self.lhs.alias)
        return f"{table}.{LEXEMES_COLUMN} @@ %s::tsquery", (" & ".join(f"'{word}':*" for word in self.rhs),)


def _escaped(word: str) -> str:
    return word.replace("_", "\\_")


class SearchField(CharField[str, str]):
    """A column of words. A lookup of its own, so that no other column is asked in this way."""


SearchField.register_lookup(HasWords)
