"""What became of a cohort in numbers: placements told apart by what the work is for, answers, certificates."""

from collections.abc import Sequence
from functools import partial

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort, Membership
from whitebox.programme.choices import RESEARCH, Work
from whitebox.programme.facts import Evidence, Fact
from whitebox.programme.models import Certificate, FollowUp, Placement
from whitebox.programme.periods import Period

SERIOUS = Q(work=Work.SAFETY, kind__in=RESEARCH)
OTHER_SAFETY = Q(work=Work.SAFETY) & ~Q(kind__in=RESEARCH)


def of_cohort(cohort: Cohort, period: Period) -> Sequence[Fact]:
    """Return what became of those who joined: three queries."""
    joined = Membership.objects.filter(cohort=cohort, role=Role.PARTICIPANT).exclude(state=MembershipState.DEFERRED)
    people = joined.aggregate(all=Count("pk"), done=Count("pk", filter=Q(state=MembershipState.COMPLETED)))
    return [
        *_placed(cohort, period, people["all"]),
        _certified(cohort, period, people["done"]),
        _answered(cohort, period, people["done"]),
    ]


def _started(cohort: Cohort, period: Period) -> QuerySet[Placement]:
    return Placement.objects.standing().filter(period.days("starts_on", cohort.tz), membership__cohort=cohort)


def _placed(cohort: Cohort, period: Period, people: int) -> list[Fact]:
    kinds = {
        "placed": (SERIOUS, _("Placed in research on safety")),
        "placed_safety": (OTHER_SAFETY, _("Other work on safety")),
        "placed_other": (Q(work=Work.OTHER), _("Placed in other work")),
        "placed_capabilities": (Q(work=Work.CAPABILITIES), _("Capabilities, or a role outside safety at a top lab")),
    }
    counted = {slug: Count("membership", filter=rule, distinct=True) for slug, (rule, _label) in kinds.items()}
    found = _started(cohort, period).aggregate(**counted)
    definition = _("People with such a placement that began in the period, of all who joined and were not deferred.")
    return [
        Fact(
            slug,
            label,
            found[slug],
            people,
            definition,
            public=found[slug] if slug == "placed" else None,
            evidence=partial(_evidence, cohort, period, rule),
        )
        for slug, (rule, label) in kinds.items()
    ]


def _evidence(cohort: Cohort, period: Period, rule: Q) -> list[Evidence]:
    rows = _started(cohort, period).filter(rule).select_related("membership__user").order_by("starts_on", "pk")
    return [
        Evidence(
            _("%(name)s: %(organisation)s, %(kind)s")
            % {"name": one.membership.user.called, "organisation": one.organisation, "kind": one.get_kind_display()},
            one.starts_on,
            one.evidence_url,
        )
        for one in rows
    ]


def _certified(cohort: Cohort, period: Period, done: int) -> Fact:
    valid = Certificate.objects.filter(period.within("at"), membership__cohort=cohort, revoked_at=None)
    definition = _("Made out in the period and not revoked, of those who completed the programme.")
    return Fact("certified", _("Certificates"), valid.count(), done, definition)


def _answered(cohort: Cohort, period: Period, done: int) -> Fact:
    said = FollowUp.objects.filter(period.within("answered_at"), membership__cohort=cohort)
    return Fact(
        "followed_up",
        _("Answered how they are"),
        said.values("membership").distinct().count(),
        done,
        _("People who answered after 3, 6 or 12 months, in the period, of those who completed the programme."),
    )
