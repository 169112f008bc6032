"""What is known on a problem: what its source says, and the works that people here add."""

import re
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sprints import access
from sprints.bank import locked
from sprints.models import Problem
from sprints.works import Work
from whitebox.errors import RuleViolation
from whitebox.people.models import User

ADDRESS = re.compile(r"https?://[^\s<>\"')\]]+")


@transaction.atomic
def add(problem: Problem, title: str, url: str, *, published_on: date | None = None, by: User) -> Work:
    """Name a work that bears on a problem; the same address again returns the work that is there."""
    current = locked(problem.pk)
    access.require_researcher(by)
    if not title.strip():
        raise RuleViolation(_("Give the work its title."))
    made, _created = Work.objects.get_or_create(
        problem=current,
        url=url,
        defaults={"title": " ".join(title.split())[:200], "published_on": published_on, "by": by},
    )
    _settle(current)
    return made


@transaction.atomic
def remove(work: Work, *, by: User) -> None:
    """Take a work away again; only whoever named it and organizers do."""
    current = locked(work.problem_id)
    if work.by_id != by.pk and not access.organizes_any(by):
        raise RuleViolation(_("Only the person who added this work, or an organizer, can take it away."))
    Work.objects.filter(pk=work.pk).delete()
    _settle(current)


def _settle(problem: Problem) -> None:
    problem.is_known = bool(problem.existing_work) or problem.works.exists()
    problem.save(update_fields=["is_known"])


@dataclass(frozen=True, slots=True)
class Line:
    """One line of what the source says: text before, an address, text behind; without an address the text alone."""

    before: str
    address: str = ""
    behind: str = ""


def of_text(text: str) -> list[Line]:
    """Cut a source's cell into lines, each with its first address to follow."""
    return [_line(line) for line in text.splitlines()]


def _line(line: str) -> Line:
    found = ADDRESS.search(line)
    if found is None:
        return Line(line)
    address = found.group().rstrip(".,;")
    return Line(line[: found.start()], address, line[found.start() + len(address) :])


def cell(problem: Problem) -> str:
    """Return what a sheet says of existing work: the source's lines, then those added here. The works are loaded."""
    return "\n".join([*problem.existing_work.splitlines(), *(work.line for work in problem.works.all())])


def of_source(problem: Problem, text: str) -> str:
    """Return the lines of a cell that were not added here. The works are loaded."""
    own = {work.line for work in problem.works.all()}
    return "\n".join(line for line in text.splitlines() if line not in own)


def neglect_in_words(problem: Problem) -> str:
    """Say how neglected a problem is: what is known, who is at it, since when nobody is. Asks nothing."""
    if problem.answered_at is not None:
        return _("It is answered.")
    if problem.is_taken:
        return _("Somebody here is at it.")
    if problem.working_on:
        return _("The list names somebody who is at it; here nobody is.")
    since = {"day": date_format(problem.idle_since, "M Y")}
    if problem.is_known:
        return _("Something is known on it; nobody at it since %(day)s.") % since
    return _("Nothing is known on it, and nobody at it since %(day)s.") % since
