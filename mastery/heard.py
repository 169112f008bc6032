"""Second marks of talks. Nobody hears a talk again, so they are asked of whoever heard it beside the first marker."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from mastery import examiners
from mastery.choices import SecondMarkState
from mastery.holding import hold
from mastery.judgements import SecondMark
from mastery.models import Attempt, GradeEvent
from whitebox.errors import RuleViolation
from whitebox.people.models import User


def ask(given: Sequence[GradeEvent], attempt: Attempt, listener: User) -> None:
    """Ask somebody who heard a talk for marks of their own, before they see those that were given."""
    asked = (
        SecondMark(attempt=attempt, item=event.item, first=event, marker=listener, drawn_at=event.at) for event in given
    )
    SecondMark.objects.bulk_create(asked)


@transaction.atomic
def decline(second: SecondMark, *, by: User) -> None:
    """Take that somebody did not hear a talk after all: its second marks are asked of them no longer.

    Twice changes nothing. Raises RuleViolation for a second mark of written work, which somebody has to read.
    """
    hold(second.attempt_id)
    asked = SecondMark.objects.filter(attempt=second.attempt_id, marker=by, state=SecondMarkState.WAITING)
    if asked.filter(pk=second.pk).exists() and not of_talks().filter(pk=second.pk).exists():
        raise RuleViolation(_("This answer has to be read again. Say so if you should not mark this person."))
    asked.filter(pk__in=of_talks().values("pk")).delete()


def of_talks() -> QuerySet[SecondMark]:
    return SecondMark.objects.filter(first__detail__has_key="in_talk")


def let_go() -> int:
    """Delete what waits for nobody, or for somebody who may no longer examine the person. Return how many."""
    waiting = of_talks().filter(state=SecondMarkState.WAITING).select_related("marker", "attempt__membership")
    gone = [one.pk for one in waiting if one.marker is None or not examiners.may_examine(one.marker, one.attempt)]
    return SecondMark.objects.filter(pk__in=gone, state=SecondMarkState.WAITING).delete()[0]
