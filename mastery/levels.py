"""The levels of a rubric: which there are, from which one an answer is mastered, and what each is worth."""

from django.utils.translation import gettext as _

from mastery.questions import Question
from whitebox.errors import RuleViolation


def points_at(question: Question, level: int) -> int:
    """Return the points of a rubric level: all from the level of mastery on, a share below it, rounded down."""
    full = mastery_level(question)
    return question.points if level >= full else question.points * level // full


def mastery_level(question: Question) -> int:
    """Return the level from which an answer is mastered; code without a rubric is mastered or not yet."""
    return question.mastered_from or 1


def all_of(question: Question) -> list[int]:
    return [one.level for one in question.rubric] or [0, 1]


def described(question: Question) -> list[tuple[int, str]]:
    """Return each level with its words, as HTML; code without a rubric does what is asked or does not."""
    if question.rubric:
        return [(one.level, one.html) for one in question.rubric]
    return [(0, _("Does not do what is asked.")), (1, _("Does what is asked."))]


def clamped(question: Question, level: int) -> int:
    """Return a level that the rubric has."""
    if level not in all_of(question):
        raise RuleViolation(_("Choose one of the levels of the rubric."))
    return level


def share(question: Question, level: int) -> float:
    """Return a level as a share of the rubric's highest, so that rubrics of different length can be compared."""
    return level / max(all_of(question))
