"""What memberships say about a cohort: who came, who stays, who finished."""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet
from django.utils.translation import gettext as _

from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort, Membership
from whitebox.programme import outcome_facts
from whitebox.programme.facts import Evidence, Fact
from whitebox.programme.periods import Period


def facts(cohort: Cohort, period: Period) -> Sequence[Fact]:
    """Count the participants by how they stand, and what became of them: five queries."""
    return [*_of_memberships(cohort, period), *outcome_facts.of_cohort(cohort, period)]


def _of_memberships(cohort: Cohort, period: Period) -> list[Fact]:
    everybody = _participants(cohort)
    found = everybody.aggregate(joined=Count("pk", filter=period.within("joined_at")), all=Count("pk"))
    states = _by_state(everybody, period)
    words = {
        MembershipState.COMPLETED: _("Completed"),
        MembershipState.DEFERRED: _("Deferred to another cohort"),
        MembershipState.WITHDRAWN: _("Withdrew"),
        MembershipState.DISQUALIFIED: _("Disqualified"),
    }
    definition = _("Entered this state in the period and are in it still, of all participants who ever joined.")
    active = states.pop(MembershipState.ACTIVE)
    completed = states[MembershipState.COMPLETED]
    return [
        Fact(
            "enrolled",
            _("Joined"),
            found["joined"],
            cohort.seats,
            _("Participants who joined in the period, of the seats."),
            public=found["joined"],
            at_most=found["joined"] if cohort.started_at else None,
            evidence=partial(_joined, cohort, period),
        ),
        Fact("active", _("Study now"), active, found["all"], _("Of all participants who ever joined this cohort.")),
        *(
            Fact(
                state.value,
                words[state],
                count,
                found["all"],
                definition,
                public=count if state == MembershipState.COMPLETED else None,
                at_most=completed + active if state == MembershipState.COMPLETED else None,
                evidence=partial(_in_state, cohort, period, state),
            )
            for state, count in states.items()
        ),
    ]


def _participants(cohort: Cohort) -> QuerySet[Membership]:
    return Membership.objects.filter(cohort=cohort, role=Role.PARTICIPANT)


def _by_state(everybody: QuerySet[Membership], period: Period) -> dict[MembershipState, int]:
    """Count who is in each state now, those who left or finished by when they did. One query."""
    since = _since(everybody)
    ended = period.within("since")
    counted = {
        state.value: Count("pk", filter=Q(state=state) if state == MembershipState.ACTIVE else Q(state=state) & ended)
        for state in MembershipState
    }
    found = since.aggregate(**counted)
    return {state: found[state.value] for state in MembershipState}


def _since(rows: QuerySet[Membership]) -> QuerySet[Membership]:
    """Add to memberships when they came into their present state, as `since`."""
    return rows.annotate(since=Max("changes__at", filter=Q(changes__entered=F("state"))))


def _joined(cohort: Cohort, period: Period) -> list[Evidence]:
    rows = _participants(cohort).filter(period.within("joined_at")).select_related("user").order_by("joined_at", "pk")
    return [Evidence(one.user.called, one.joined_at.astimezone(cohort.tz).date()) for one in rows]


def _in_state(cohort: Cohort, period: Period, state: MembershipState) -> list[Evidence]:
    rows: QuerySet[Any] = _since(_participants(cohort).filter(state=state)).filter(period.within("since"))
    found = rows.select_related("user").order_by("since", "pk")
    return [Evidence(one.user.called, one.since.astimezone(cohort.tz).date() if one.since else None) for one in found]
