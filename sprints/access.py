"""Who may see and do what in research. What a person may not see cannot be found."""

from datetime import datetime

from django.db.models import Q, QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404

from sprints.choices import InfohazardLevel
from sprints.models import Claim, Excursion, LogEntry
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User

# Those who research, the best role first; reviewers and advisers only read the bank.
RESEARCHERS = (Role.PARTICIPANT, Role.MENTOR, Role.ORGANIZER)


def memberships_or_404(user: User) -> list[Membership]:
    """Return the active memberships of somebody who may read the bank. One query."""
    found = list(Membership.objects.active().filter(user=user).select_related("cohort__claim_rule"))
    if not found:
        raise Http404
    return found


def researcher(user: User, at: datetime) -> Membership | None:
    """Return the membership a person claims problems under: in a cohort that has started, the best role."""
    found = Membership.objects.active().filter(
        user=user, role__in=RESEARCHERS, cohort__in=Cohort.objects.running(at).values("pk")
    )
    ranked = sorted(found.select_related("cohort__claim_rule", "user"), key=_rank)
    return ranked[0] if ranked else None


def may_research(memberships: list[Membership], at: datetime) -> bool:
    """Tell whether one of these memberships would let its person claim a problem."""
    return any(
        one.role in RESEARCHERS and one.cohort.started_at is not None and one.cohort.started_at <= at
        for one in memberships
    )


def _rank(membership: Membership) -> tuple[int, int]:
    return RESEARCHERS.index(Role(membership.role)), -membership.pk


def _led(user: User) -> QuerySet[Membership]:
    return Membership.objects.active().filter(user=user, role=Role.ORGANIZER)


def visible_excursions(user: User) -> QuerySet[Excursion]:
    """Return the excursions `user` may read: the own ones, those of the cohorts they organize, those they mentor.

    A secret one is closed to the mentor. Advisers, reviewers and superusers have no way in of their own.
    """
    mentoring = Membership.objects.active().filter(user=user, role=Role.MENTOR)
    return Excursion.objects.filter(
        Q(claim__membership__user=user)
        | Q(claim__membership__cohort__in=_led(user).values("cohort"))
        | (~Q(level=InfohazardLevel.SECRET) & Q(claim__membership__mentor__in=mentoring))
    ).select_related("claim__problem", "claim__membership__user", "claim__membership__cohort")


def excursion_or_404(user: User, pk: int) -> Excursion:
    return get_object_or_404(visible_excursions(user), pk=pk)


def own_excursion_or_404(user: User, pk: int) -> Excursion:
    """Return an excursion that `user` writes."""
    return get_object_or_404(visible_excursions(user).filter(claim__membership__user=user), pk=pk)


def own_claim_or_404(user: User, pk: int) -> Claim:
    return get_object_or_404(Claim.objects.with_people().filter(membership__user=user), pk=pk)


def releasable_claim_or_404(user: User, pk: int) -> Claim:
    """Return a claim that `user` may end: the own one, or one of a cohort they organize."""
    led = Q(membership__cohort__in=_led(user).values("cohort"))
    return get_object_or_404(Claim.objects.with_people().filter(Q(membership__user=user) | led), pk=pk)


def entry_or_404(excursion: Excursion, pk: int) -> LogEntry:
    return get_object_or_404(excursion.entries.all(), pk=pk)
