"""How fast people mastered what the weeks teach, as an outcome that selection may have predicted."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _

from curriculum import syllabus
from mastery import progress
from whitebox.people.models import Cohort, Membership
from whitebox.programme.prediction import Series, Side
from whitebox.programme.records import Records

DAY = timedelta(days=1)


def series(cohort: Cohort, records: Records) -> Sequence[Series]:
    """Return the pace of everybody. The queries do not grow with the number of people."""
    return [
        Series(
            Side.OUTCOME,
            "pace",
            _("Mastery pace"),
            _pace(records),
            definition=_(
                "How many days before the end of the training an objective was mastered, on average over all "
                "objectives; one that never was, or only afterwards, counts 0 days."
            ),
            order=10,
        )
    ]


def _pace(records: Records) -> dict[int, float]:
    members = Membership.objects.filter(pk__in=records.keys()).select_related("cohort")
    mastered = progress.dates(set(records.keys()))
    taught = {cohort: _taught(cohort) for cohort in {one.cohort_id for one in members}}
    found = {}
    for one in members:
        # Of somebody who was deferred, the record hangs on the membership as which it began.
        reached = mastered.get(one.first_key, {})
        end, objectives = _end(one.cohort), taught[one.cohort_id]
        if end is not None and objectives:
            found[one.pk] = sum(_ahead(end, reached.get(key)) for key in objectives) / len(objectives)
    return found


def _taught(cohort: int) -> set[int]:
    return {one.objective_id for some in syllabus.present(cohort).objectives.values() for one in some}


def _end(cohort: Cohort) -> datetime | None:
    """Return the end of a cohort's last week."""
    last = cohort.first_day(cohort.weeks)
    return datetime.combine(last + timedelta(weeks=1), time(), tzinfo=cohort.tz) if last is not None else None


def _ahead(end: datetime, at: datetime | None) -> float:
    return max(0.0, (end - at) / DAY) if at is not None else 0.0
