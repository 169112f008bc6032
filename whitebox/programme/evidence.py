"""What memberships say about a cohort: who came, who stays, who finished."""

from collections.abc import Sequence

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort, Membership
from whitebox.programme.facts import Fact


def facts(cohort: Cohort) -> Sequence[Fact]:
    """Count the participants by state: one query."""
    counted = {state: Count("pk", filter=Q(state=state)) for state in MembershipState}
    rows = Membership.objects.filter(cohort=cohort, role=Role.PARTICIPANT)
    found = rows.aggregate(joined=Count("pk"), **{state.value: count for state, count in counted.items()})
    joined = found["joined"]
    words = {
        MembershipState.ACTIVE: _("Study now"),
        MembershipState.COMPLETED: _("Completed"),
        MembershipState.DEFERRED: _("Deferred to another cohort"),
        MembershipState.WITHDRAWN: _("Withdrew"),
        MembershipState.DISQUALIFIED: _("Disqualified"),
    }
    all_of_them = _("Of all participants who ever joined this cohort.")
    return [
        Fact("joined", _("Joined"), joined, cohort.seats, _("Participants who ever joined, of the seats.")),
        *(Fact(state.value, words[state], found[state.value], joined, all_of_them) for state in MembershipState),
    ]
