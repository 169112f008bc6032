"""Problems that people here add, under numbers of their own: L-1, L-2 and on."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from sprints import access
from sprints.bank import source_called
from sprints.models import Category, Problem, ProblemSource
from sprints.numbering import sort_key
from sprints.wording import search_text
from whitebox.errors import RuleViolation
from whitebox.people.models import User

SLUG = "additions"
PREFIX = "L-"


@dataclass(frozen=True, slots=True)
class Addition:
    """What is said of a new problem."""

    title: str
    category: Category
    subcategory: str = ""
    lowest: str = ""
    highest: str = ""
    source_url: str = ""


@transaction.atomic
def add(addition: Addition, *, by: User) -> Problem:
    """Put a problem of our own into the bank; the same title in the same category returns the one that is there."""
    access.require_researcher(by)
    source_called(SLUG, title=str(_("Our own additions")), numbering=str(_("L and a number, in the order they came.")))
    # The source's row is the lock: two additions at once get two numbers.
    source = ProblemSource.objects.select_for_update().get(slug=SLUG)
    title = " ".join(addition.title.split())[:500]
    if not title:
        raise RuleViolation(_("Write the problem as one question."))
    present = Problem.objects.filter(source=source, title=title, category=addition.category).first()
    if present is not None:
        return present
    number = _next(source)
    lowest, highest = addition.lowest or addition.highest, addition.highest or addition.lowest
    if lowest > highest:
        raise RuleViolation(_("The range of the difficulty runs backwards: the easier letter comes first."))
    return Problem.objects.create(
        source=source,
        number=number,
        sort_key=sort_key(number),
        category=addition.category,
        subcategory=" ".join(addition.subcategory.split())[:200],
        difficulty_lowest=lowest,
        difficulty_highest=highest,
        title=title,
        source_url=addition.source_url,
        search_text=search_text(number, title, addition.subcategory, addition.category.name),
        added_by=by,
    )


def _next(source: ProblemSource) -> str:
    """Return the number after the highest one of ours; other numbers of the source do not count."""
    last = Problem.objects.filter(source=source, number__startswith=PREFIX).order_by("-sort_key").first()
    return f"{PREFIX}{int(last.number.removeprefix(PREFIX)) + 1 if last else 1}"
