"""What became of people, as far as the programme itself knows: whether they completed it and were placed."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from whitebox.people.choices import MembershipState
from whitebox.people.models import Cohort, Membership
from whitebox.programme.models import Placement
from whitebox.programme.prediction import Series, Side
from whitebox.programme.records import Records

STILL_OPEN = (MembershipState.ACTIVE, MembershipState.DEFERRED)


def series(cohort: Cohort, records: Records) -> Sequence[Series]:
    """Return completion and placement. Who studies still has no outcome yet."""
    states = dict(
        Membership.objects.filter(pk__in=records.keys()).exclude(state__in=STILL_OPEN).values_list("pk", "state")
    )
    placed = set(Placement.objects.serious().filter(membership__in=records.keys()).values_list("membership", flat=True))
    done = {pk for pk, state in states.items() if state == MembershipState.COMPLETED}
    return [
        Series(
            Side.OUTCOME,
            "completion",
            _("Completion"),
            {pk: float(pk in done) for pk in states},
            definition=_("1 for who completed the programme, 0 for who left it. Who studies still is left out."),
            order=20,
        ),
        Series(
            Side.OUTCOME,
            "placed",
            _("Placement"),
            {pk: float(pk in placed) for pk in done},
            definition=_("Of those who completed: 1 for who was placed in research on safety, 0 for who was not."),
            order=40,
        ),
    ]
