"""The checks of a pack version, kept in the process as `curriculum.syllabus` keeps its modules."""

from collections.abc import Sequence
from functools import lru_cache

from curriculum.syllabus import VERSIONS
from mastery.models import CheckVersion


@lru_cache(maxsize=VERSIONS)
def of_version(pk: int, _digest: str) -> Sequence[CheckVersion]:
    """Return the checks of a version without their questions. One query a process; the rows are shared."""
    return tuple(CheckVersion.objects.filter(version=pk).without_questions())
