"""The list of submissions of one exercise that look alike, for the mentors of one cohort.

It compares within the cohort only. A pair is listed for whoever teaches at least one of the two; the code and the name
of the other are shown to nobody who does not teach them too. Nothing follows from a pair by itself.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from curriculum import syllabus
from mastery import checklist, questions, similarity
from mastery.choices import AttemptState, QuestionKind
from mastery.models import Answer, Attempt, CheckVersion
from mastery.questions import Question
from whitebox.people.access import taught_by
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User


@dataclass(frozen=True, slots=True)
class Exercise:
    """One code item of the cohort's checks."""

    check: CheckVersion
    form: str
    question: Question

    @property
    def key(self) -> str:
        return f"{self.check.for_check.slug}.{self.form}.{self.question.slug}"


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two of a pair. For a reader who does not teach them only the mentor's name is left."""

    membership: Membership
    attempt: Attempt
    code: str
    is_own: bool

    @property
    def mentor(self) -> str:
        return self.membership.mentor.user.called if self.membership.mentor else ""


@dataclass(frozen=True, slots=True)
class Alike:
    one: Side
    other: Side
    percent: int


@dataclass(frozen=True, slots=True)
class Listing:
    exercise: Exercise
    submissions: int
    pairs: Sequence[Alike]


def exercises(cohort: Cohort) -> list[Exercise]:
    """Return the code items of the checks that a cohort follows, in the order of weeks: one query a check."""
    followed = syllabus.present(cohort.pk)
    checks = checklist.of_version(*followed.key) if followed.key else ()
    weeks = {one.module_id: one.week for one in followed.modules}
    loaded = CheckVersion.objects.filter(pk__in=[one.pk for one in checks]).select_related("for_check")
    ordered = sorted(loaded, key=lambda one: (weeks.get(one.for_check.module_id, 0), one.pk))
    return [
        Exercise(check, form, question)
        for check in ordered
        for form in check.forms
        for question in questions.form_of(check, form)
        if question.kind == QuestionKind.CODE
    ]


def listing(cohort: Cohort, exercise: Exercise, user: User) -> Listing:
    """Compare the submissions of an exercise within a cohort: three queries, time by their number."""
    submitted = _submitted(cohort, exercise)
    persons: Mapping[Hashable, Hashable] = {pk: attempt.membership_id for pk, (attempt, _code) in submitted.items()}
    starter = exercise.question.exercise.starter if exercise.question.exercise else ""
    found = similarity.pairs({pk: code for pk, (_attempt, code) in submitted.items()}, starter)
    own = set(Membership.objects.filter(taught_by(user), cohort=cohort).values_list("pk", flat=True))
    pairs = []
    for pair in similarity.of_persons(found, persons):
        sides = [_side(*submitted[pk], own) for pk in (pair.one, pair.other) if isinstance(pk, int)]
        if any(side.is_own for side in sides):
            one, other = sorted(sides, key=lambda side: not side.is_own)
            pairs.append(Alike(one, other, round(100 * pair.share)))
    return Listing(exercise, len(submitted), pairs)


def _submitted(cohort: Cohort, exercise: Exercise) -> dict[int, tuple[Attempt, str]]:
    """Return what was handed in for an exercise, by attempt."""
    attempts = (
        Attempt.objects.filter(
            membership__cohort=cohort,
            membership__role=Role.PARTICIPANT,
            for_check=exercise.check.for_check_id,
            form=exercise.form,
        )
        .exclude(state__in=[AttemptState.OPEN, AttemptState.VOID])
        .select_related("membership__user", "membership__mentor__user")
        .in_bulk()
    )
    answers = Answer.objects.filter(attempt__in=attempts, item=exercise.question.slug)
    return {
        pk: (attempts[pk], code)
        for pk, code in answers.values_list("attempt_id", "value")
        if isinstance(code, str) and code.strip()
    }


def _side(attempt: Attempt, code: str, own: set[int]) -> Side:
    is_own = attempt.membership_id in own
    return Side(attempt.membership, attempt, code if is_own else "", is_own)
