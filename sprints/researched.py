"""What came of people's research: how many of their excursions, alone or in a team, ended with a decisive verdict."""

from collections import Counter
from collections.abc import Collection, Mapping

from django.db.models import F, Q

from sprints.choices import Verdict
from sprints.models import Excursion
from sprints.rosters import TeamMember

DECISIVE = (Verdict.ANSWERED, Verdict.REFUTED)


def verdicts(members: Collection[int]) -> Mapping[int, int]:
    """Return how many decisive verdicts each membership has; who closed no excursion is left out. Two queries.

    A team's excursion counts for everybody who was in the team when it closed.
    """
    closed = Excursion.objects.filter(verdict__isnull=False)
    own = closed.filter(claim__team=None, claim__membership__in=members).values_list("claim__membership", "verdict")
    there = Q(left_at=None) | Q(left_at__gte=F("team__claims__excursions__closed_at"))
    shared = TeamMember.objects.filter(
        there,
        membership__in=members,
        team__claims__excursions__verdict__isnull=False,
        joined_at__lte=F("team__claims__excursions__closed_at"),
    ).values_list("membership", "team__claims__excursions__verdict")
    found: Counter[int] = Counter()
    for member, verdict in [*own, *shared]:
        found[member] += verdict in DECISIVE
    return found
