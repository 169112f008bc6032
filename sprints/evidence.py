"""What research says about a cohort: what was claimed, asked, solved, and where its teams came in hackathons."""

from collections.abc import Sequence
from functools import partial

from django.db.models import Count, F, Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from sprints.choices import ProblemState
from sprints.contests import Entry
from sprints.models import Claim, Excursion, Problem
from sprints.researched import DECISIVE
from whitebox.people.models import Cohort
from whitebox.programme.facts import Evidence, Fact
from whitebox.programme.periods import Period


def facts(cohort: Cohort, period: Period) -> Sequence[Fact]:
    """Return the facts of a cohort's research: five queries."""
    return [*_of_excursions(cohort, period), _solved(cohort, period), _place(cohort, period)]


def _of_excursions(cohort: Cohort, period: Period) -> list[Fact]:
    claimed = Claim.objects.filter(membership__cohort=cohort)
    claims = claimed.aggregate(
        problems=Count("problem", filter=period.within("since"), distinct=True),
        people=Count("membership", filter=period.within("since"), distinct=True),
    )
    asked = Excursion.objects.filter(claim__membership__cohort=cohort)
    closed = Q(verdict__isnull=False) & period.within("closed_at")
    counted = asked.aggregate(
        closed=Count("pk", filter=closed), decided=Count("pk", filter=closed & Q(verdict__in=DECISIVE))
    )
    return [
        Fact(
            "claimed",
            _("Problems claimed"),
            claims["problems"],
            definition=_("Different problems that %(people)d people of this cohort began to hold in the period.")
            % {"people": claims["people"]},
        ),
        Fact(
            "excursions",
            _("Excursions with a decisive verdict"),
            counted["decided"],
            counted["closed"],
            _("Answered or refuted, of all excursions that were closed in the period."),
        ),
    ]


def _solved(cohort: Cohort, period: Period) -> Fact:
    # Everybody may be told of what is published, and a level alone publishes nothing: so there is no public number.
    return Fact(
        "solved",
        _("Problems solved"),
        _problems(cohort, period).count(),
        definition=_(
            "Problems that an organizer marked as answered in the period, and on which somebody of this cohort closed "
            "an excursion as answered or refuted."
        ),
        evidence=partial(_solved_evidence, cohort, period),
    )


def _problems(cohort: Cohort, period: Period) -> QuerySet[Problem]:
    """Return problems that were answered with the help of a cohort. One look-up: all of it holds for one excursion."""
    decided = Q(claims__membership__cohort=cohort, claims__excursions__verdict__in=DECISIVE)
    return Problem.objects.filter(decided, period.within("answered_at"), state=ProblemState.ANSWERED).distinct()


def _solved_evidence(cohort: Cohort, period: Period) -> list[Evidence]:
    rows = _problems(cohort, period).order_by("answered_at", "pk")
    return [
        Evidence(
            f"{one.number} {one.title}",
            one.answered_at.astimezone(cohort.tz).date() if one.answered_at else None,
            reverse("sprints:problem", args=[one.pk]),
        )
        for one in rows
    ]


def _place(cohort: Cohort, period: Period) -> Fact:
    """Return the best place in a hackathon whose results are out, ours or others'."""
    found = _placed(cohort, period).aggregate(own=Min("result__place"), elsewhere=Min("placement__place"))
    places = [place for place in found.values() if place is not None]
    best = min(places) if places else None
    return Fact(
        "hackathon_place",
        _("Best place in a hackathon"),
        best,
        definition=_("Of the teams of this cohort, in hackathons whose results came out in the period."),
        none=_("none yet"),
        public=best,
        evidence=partial(_place_evidence, cohort, period),
    )


def _placed(cohort: Cohort, period: Period) -> QuerySet[Entry]:
    out = Q(hackathon__cohort=cohort, hackathon__released_at__isnull=False) & period.within("hackathon__released_at")
    return Entry.objects.present().filter(out, Q(result__isnull=False) | Q(placement__isnull=False))


def _place_evidence(cohort: Cohort, period: Period) -> list[Evidence]:
    rows = _placed(cohort, period).annotate(got=F("result__place"), got_elsewhere=F("placement__place"))
    found = rows.select_related("hackathon", "team", "placement").order_by("hackathon__released_at", "pk")
    return [_as_evidence(one, cohort) for one in found]


def _as_evidence(entry: Entry, cohort: Cohort) -> Evidence:
    placed = getattr(entry, "placement", None)
    place = getattr(entry, "got_elsewhere", None) or getattr(entry, "got", None)
    words = _("%(hackathon)s: %(team)s, place %(place)s") % {
        "hackathon": entry.hackathon.title,
        "team": entry.team.name,
        "place": place,
    }
    out = entry.hackathon.released_at
    address = placed.evidence if placed else reverse("sprints:results", args=[entry.hackathon_id])
    return Evidence(words, out.astimezone(cohort.tz).date() if out else None, address)
