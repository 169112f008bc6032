"""What came of people's research, as an outcome that selection may have predicted."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from sprints import researched
from whitebox.people.models import Cohort
from whitebox.programme.prediction import Series, Side
from whitebox.programme.records import Records


def series(cohort: Cohort, records: Records) -> Sequence[Series]:
    counted = researched.verdicts(records.keys())
    return [
        Series(
            Side.OUTCOME,
            "research",
            _("Research"),
            {member: float(count) for member, count in counted.items()},
            definition=_("How many excursions ended with a decisive verdict. Who closed none is left out."),
            order=30,
        )
    ]
