"""The early warnings of the curriculum: not begun, silent, absent, behind, unsure.

Each rule can be checked by hand: its reason names the figures. After how many days of silence somebody is warned of is
the cohort's own setting, the one that the letters to the idle go by.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from curriculum import absences, idleness, nudges, pace, syllabus
from curriculum.commitments import Confidence, PaceRule
from whitebox.people.models import Cohort, Membership
from whitebox.people.warnings import Flag, Urgency

A_WEEK = 7  # days behind; less is kept an eye on
LOW_CONFIDENCE = 2  # a mean below this, of 1 to 5
FEWEST_TOPICS = 3  # a mean of fewer says nothing
MANY_ABSENCES = 3


def raised(cohort: Cohort, people: Sequence[Membership], now: datetime) -> Iterator[Flag]:
    """Yield the flags of a cohort that runs now; before and after there is nothing to be behind with."""
    week = cohort.week_at(now)
    if cohort.started_at is None or week is None or not 1 <= week <= cohort.weeks:
        return
    keys = [one.pk for one in people]
    rule, last = nudges.rule_of(cohort), idleness.latest_of_page(cohort, people)
    plans = pace.of_cohort_page(cohort, people, now)
    sure = _confidence(cohort, keys, week)
    for one in people:
        yield from _silent(one, last.get(one.pk), rule, now)
        yield from _behind(one, plans[one.pk])
        yield from _unsure(one, sure.get(one.pk, ()))
    yield from _absent(keys)


def _silent(person: Membership, last: datetime | None, rule: PaceRule, now: datetime) -> Iterator[Flag]:
    since = last or idleness.begun(person)
    days = (now - since).days
    if days < (rule.mentor_after if last else rule.nudge_after):
        return
    reason = (
        _("Nothing since %(day)s, %(days)d days: no tick, attempt, question, plan or log entry.")
        if last
        else _("Could begin on %(day)s, %(days)d days ago, and has done nothing yet.")
    )
    is_urgent = days >= (rule.organizer_after if last else rule.mentor_after)
    yield Flag(
        person.pk,
        "silent" if last else "not-started",
        gettext_lazy("silent") if last else gettext_lazy("not started"),
        reason % {"day": date_format(since.astimezone(person.cohort.tz), "D j M"), "days": days},
        Urgency.NOW if is_urgent else Urgency.SOON,
        since=since,
        address=_plan_of(person),
        evidence=gettext_lazy("the plan"),
    )


def _behind(person: Membership, plan: pace.Plan) -> Iterator[Flag]:
    days, missed = plan.days_behind, plan.missed
    if not days or missed is None or missed.target is None:
        return
    yield Flag(
        person.pk,
        "behind",
        gettext_lazy("behind the own plan") if plan.is_agreed else gettext_lazy("behind the cohort"),
        _("%(sentence)s: week %(week)d was meant for %(day)s.")
        % {
            "sentence": plan.sentence_to_others[:1].upper() + plan.sentence_to_others[1:],
            "week": missed.module.week,
            "day": date_format(missed.target, "D j M"),
        },
        Urgency.SOON if days >= A_WEEK else Urgency.WATCH,
        address=_plan_of(person),
        evidence=gettext_lazy("the plan"),
    )


def _plan_of(person: Membership) -> str:
    return reverse("curriculum:pace_person", args=[person.cohort.slug, person.pk])


def _absent(people: Sequence[int]) -> Iterator[Flag]:
    """Two queries."""
    for streak in absences.in_a_row(Q(pk__in=people)):
        member, weeks = streak.membership, list(streak.weeks)
        yield Flag(
            member.pk,
            "absent",
            gettext_lazy("missed sessions in a row"),
            _("Absent from sessions %(weeks)s, without an excuse.") % {"weeks": ", ".join(map(str, weeks))},
            Urgency.NOW if len(weeks) >= MANY_ABSENCES else Urgency.SOON,
            address=reverse("people:person", args=[member.cohort.slug, member.pk]) + "#attendance",
            evidence=gettext_lazy("attendance"),
        )


def _confidence(cohort: Cohort, people: Sequence[int], week: int) -> dict[int, list[int]]:
    """Return how sure each person feels about the topics taught so far, by their latest word: two queries."""
    followed = syllabus.present(cohort.pk)
    taught = {one.topic for module, some in followed.objectives.items() if module.week <= week for one in some}
    rows = Confidence.objects.filter(membership__in=people, topic__in=taught).order_by("at", "pk")
    found: dict[int, dict[str, int]] = {}
    for member, topic, level in rows.values_list("membership", "topic", "level"):
        found.setdefault(member, {})[topic] = level
    return {member: list(levels.values()) for member, levels in found.items()}


def _unsure(person: Membership, levels: Sequence[int]) -> Iterator[Flag]:
    if len(levels) < FEWEST_TOPICS or sum(levels) >= LOW_CONFIDENCE * len(levels):
        return
    words = ngettext(
        "Rates %(count)d topic taught so far %(mean).1f of 5.",
        "Rates the %(count)d topics taught so far %(mean).1f of 5 on average.",
        len(levels),
    )
    yield Flag(
        person.pk,
        "unsure",
        gettext_lazy("low confidence"),
        words % {"count": len(levels), "mean": sum(levels) / len(levels)},
        Urgency.WATCH,
        address=reverse("people:person", args=[person.cohort.slug, person.pk]) + "#pace",
        evidence=gettext_lazy("pace and confidence"),
    )
