"""Who hears that somebody is idle, has not begun, or slips behind their own plan.

One letter for each idle spell and each hearer: the key holds the day of the last activity. First the person hears of
it, then their mentor, then the organizers; after how many days is a setting of the cohort.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from operator import attrgetter

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from curriculum import idleness, pace
from curriculum.commitments import PaceRule
from curriculum.deadlines import programme_of
from whitebox.outbox.letters import Request
from whitebox.outbox.rendering import Value
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User

SLIPPED_WITHIN = timedelta(days=3)  # after a longer outage the home page says it, a letter would only be late


def due(now: datetime) -> Iterator[Request]:
    """Yield the letters that are due by `now`: queries grow with running cohorts, not with people."""
    for cohort in Cohort.objects.running(now).select_related("pace_rule", "adoption__version").order_by("pk"):
        week = cohort.week_at(now)
        if week is not None and 1 <= week <= cohort.weeks:
            yield from _of_cohort(cohort, now)


def rule_of(cohort: Cohort) -> PaceRule:
    """Return after how many idle days who hears of it: as the cohort has set it, else as its programme says."""
    found: PaceRule | None = getattr(cohort, "pace_rule", None)
    programme = programme_of(cohort)
    if found is not None or programme is None:
        return found or PaceRule(cohort=cohort)
    days = programme.nudges
    return PaceRule(
        cohort=cohort,
        nudge_after=days.learner_days,
        mentor_after=days.mentor_days,
        organizer_after=days.organizer_days,
    )


def _of_cohort(cohort: Cohort, now: datetime) -> Iterator[Request]:
    people = Membership.objects.active().filter(cohort=cohort, user__is_active=True)
    members = list(people.filter(role=Role.PARTICIPANT).select_related("user", "mentor__user").order_by("pk"))
    for member in members:
        member.cohort = cohort
    last = idleness.latest([one.pk for one in members])
    organizers = [
        one.user for one in people.filter(role=Role.ORGANIZER).select_related("user").order_by("joined_at", "pk")
    ]
    rule = rule_of(cohort)
    for member in members:
        yield from _about_idle(member, last.get(member.pk), rule, organizers, now)
    yield from _slipping(cohort, members, organizers, now)


def _about_idle(
    member: Membership, last: datetime | None, rule: PaceRule, organizers: list[User], now: datetime
) -> Iterator[Request]:
    since = last or idleness.begun(member)
    days = (now - since).days
    if days >= rule.nudge_after:
        yield _letter("idle-nudge" if last else "not-started", member, member.user, since, days, organizers, now)
    if days >= rule.mentor_after and member.mentor is not None:
        yield _letter("idle-mentor", member, member.mentor.user, since, days, organizers, now)
    if days >= rule.organizer_after:
        for organizer in organizers:
            yield _letter("idle-organizer", member, organizer, since, days, organizers, now)


def _letter(  # who, about whom, since when
    kind: str, member: Membership, to: User, since: datetime, days: int, organizers: list[User], now: datetime
) -> Request:
    is_own = to.pk == member.user_id
    page = reverse("web:home") if is_own else reverse("curriculum:pace_person", args=[member.cohort.slug, member.pk])
    return Request(
        kind,
        f"{kind}:{member.pk}:{to.pk}:{since:%Y%m%d}",
        to,
        {**_facts(member, organizers), "days": days, "link": settings.SITE_URL + page},
        due_at=now,
        about=f"people.membership:{member.pk}",
        cohort_id=member.cohort_id,
    )


def _slipping(cohort: Cohort, members: list[Membership], organizers: list[User], now: datetime) -> Iterator[Request]:
    """One letter for each day of a person's own plan that has passed. Without an own plan the check's day speaks."""
    plans = pace.of_cohort(cohort, members, now)
    for member in members:
        plan = plans[member.pk]
        for step in filter(attrgetter("is_own"), plan.steps):
            if step.target and step.is_missed(plan.today) and plan.today - step.target <= SLIPPED_WITHIN:
                yield Request(
                    "pace-slipping",
                    f"pace-slipping:{member.pk}:{step.module.module_id}:{step.target:%Y%m%d}",
                    member.user,
                    {
                        **_facts(member, organizers),
                        "module": step.module.title,
                        "days": (plan.today - step.target).days,
                        "link": settings.SITE_URL + reverse("curriculum:pace", args=[cohort.slug]),
                    },
                    due_at=now,
                    about=f"people.membership:{member.pk}",
                    cohort_id=cohort.pk,
                )


def _facts(member: Membership, organizers: list[User]) -> dict[str, Value]:
    return {
        "participant": member.user.called,
        "mentor": member.mentor.user.called if member.mentor else "",
        "organizer_name": organizers[0].called if organizers else _("The organizers"),
        "programme": member.cohort.title,
        "cohort": member.cohort.title,
    }
