"""Code that was graded before, just as it is: the stored result is the answer, and no attempt is spent on it."""

from collections.abc import Mapping, Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mastery import ledger
from mastery.choices import AttemptState, QuestionKind
from mastery.models import Attempt, GradeEvent
from mastery.questions import Question
from whitebox.errors import RuleViolation
from whitebox.people.models import Membership
from whitebox.prepared import prepared

Value = str | list[str]

NOTHING_SENT = gettext_lazy("Nothing was handed in and no attempt is used: change something first.")


def stored(attempt: Attempt, asked: Sequence[Question], values: Mapping[str, Value]) -> dict[str, GradeEvent]:
    """Return by item the grade of code that this person handed in before, on the same version, just as it is.

    The first result counts, whatever it was: a second run could only differ by luck. Marks by people are no result of
    the machine. Three queries, one where nothing was handed in before.
    """
    code = [one.slug for one in asked if one.kind == QuestionKind.CODE and is_code(values.get(one.slug))]
    found: dict[str, GradeEvent] = {}
    for earlier in _earlier(attempt) if code else ():
        answers = {one.item: one.value for one in earlier.answers.all()}
        for item, event in ledger.current(earlier.events.all()).items():
            if item in code and event.by_id is None and answers.get(item) == values[item]:
                event.attempt = earlier
                found.setdefault(item, event)
    return found


def refusals(attempt: Attempt, asked: Sequence[Question], values: Mapping[str, Value]) -> dict[str, str]:
    """Return by item what became of code where a whole submission was graded before, just as it is, and is not yet."""
    found = stored(attempt, asked, values)
    for earlier in {event.attempt for event in found.values()}:
        answers = {one.item: one.value for one in earlier.answers.all()}
        same = all((answers.get(one.slug) or "") == (values.get(one.slug) or "") for one in asked)
        own = {item: event for item, event in found.items() if event.attempt == earlier}
        missed = {item: event for item, event in own.items() if event.points < event.total}
        if same and missed:
            return {item: _told(event) for item, event in missed.items()}
    return {}


def refuse(attempt: Attempt, asked: Sequence[Question], values: Mapping[str, Value]) -> None:
    """Raise RuleViolation, with the stored results, where a submission was graded before just as it is."""
    found = refusals(attempt, asked, values)
    if found:
        raise RuleViolation(" ".join([*found.values(), str(NOTHING_SENT)]))


def _earlier(attempt: Attempt) -> list[Attempt]:
    """Return this person's graded attempts at the same form, earliest first, with answers and grades."""
    if attempt.number == 1:
        return []  # Numbers count what this person has ever begun at this check.
    return _at_the_same(attempt.membership.first_key, attempt.check_version_id, attempt.form, attempt.pk)


@prepared
def _at_the_same(first: int, version: int, form: str, attempt: int) -> QuerySet[Attempt]:
    record = Membership.objects.of_record(first).values_list("pk", flat=True)
    graded = Attempt.objects.filter(check_version=version, form=form, state=AttemptState.GRADED).exclude(pk=attempt)
    same = graded.filter(membership__among_few=record)
    return same.order_by("number").prefetch_related("answers", "events")


def _told(event: GradeEvent) -> str:
    facts = {"number": event.attempt.number, "points": event.points, "total": event.total}
    told = _("You handed in exactly this code in attempt %(number)d: %(points)d of %(total)d points.") % facts
    return f"{told} {event.detail.get('message', '')}".strip()


def is_code(value: Value | None) -> bool:
    return bool(value and "".join(value).strip())
