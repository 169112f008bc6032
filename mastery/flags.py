"""The early warnings of mastery: stuck at "not yet", and correctives that stay open."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from curriculum.models import ObjectiveVersion
from mastery import blindness, cohort_states
from mastery.cohort_states import States, Tries
from mastery.models import CorrectiveAssignment
from mastery.reminders import CORRECTIVE_OPEN
from whitebox.people.models import Cohort, Membership
from whitebox.people.warnings import Flag, Urgency

Blind = Mapping[tuple[int, int], frozenset[int]]  # who must not see it, by record and objective

STUCK_AFTER = 2  # graded checks that leave the same objective at "not yet"


def raised(cohort: Cohort, people: Sequence[Membership], now: datetime) -> Iterator[Flag]:
    """Yield the flags: six queries whatever the number of people."""
    states, blind = cohort_states.of_page(cohort, people), blindness.blind_markers(people)
    for one in people:
        yield from _stuck(one, states, blind)
    yield from _open_correctives(people, states, blind, now)


def _stuck(person: Membership, states: States, blind: Blind) -> Iterator[Flag]:
    """One flag for each module whose check was graded twice or more and left something at "not yet"."""
    missing: dict[int, list[ObjectiveVersion]] = defaultdict(list)
    for one in states.missing(person):
        missing[one.module_version.module_id].append(one)
    for module, some in missing.items():
        tries = states.tried(person, module)
        if tries.graded < STUCK_AFTER or tries.waiting:
            continue
        is_exhausted = module in states.checks and tries.forms >= len(states.checks[module].forms)
        yield Flag(
            person.pk,
            "stuck",
            gettext_lazy("stuck at “not yet”"),
            _reason(some, tries, is_exhausted=is_exhausted),
            Urgency.NOW if is_exhausted else Urgency.SOON,
            since=tries.last,
            address=reverse("people:person", args=[person.cohort.slug, person.pk]) + "#progress",
            evidence=gettext_lazy("objectives and attempts"),
            not_for=frozenset[int]().union(*(blind[person.first_key, one.objective_id] for one in some)),
        )


def _reason(missing: Sequence[ObjectiveVersion], tries: Tries, *, is_exhausted: bool) -> str:
    words = ngettext(
        "Objective %(numbers)s is not yet mastered after %(count)d graded attempts.",
        "Objectives %(numbers)s are not yet mastered after %(count)d graded attempts.",
        len(missing),
    ) % {"numbers": ", ".join(one.number for one in missing), "count": tries.graded}
    if not is_exhausted:
        return words
    return words + " " + _("Every form has been seen: talk it through, and ask an organizer to open one again.")


def _open_correctives(people: Sequence[Membership], states: States, blind: Blind, now: datetime) -> Iterator[Flag]:
    """One query: correctives that have been open for three days and are still needed."""
    by_key = {one.pk: one for one in people}
    waiting = CorrectiveAssignment.objects.filter(
        attempt__membership__in=by_key, done_at=None, opened_at__lte=now - CORRECTIVE_OPEN
    ).select_related("corrective__objective_version", "attempt")
    for one in waiting.defer("corrective__html").order_by("opened_at", "pk"):
        person = by_key[one.attempt.membership_id]
        if one.objective_id in states.has(person.first_key):
            continue
        yield Flag(
            person.pk,
            "corrective",
            gettext_lazy("corrective stays open"),
            _("“%(title)s” for objective %(number)s has been open for %(days)d days.")
            % {
                "title": one.corrective.title,
                "number": one.corrective.objective_version.number,
                "days": (now - one.opened_at).days,
            },
            Urgency.WATCH,
            since=one.opened_at,
            address=reverse("people:person", args=[person.cohort.slug, person.pk]) + "#progress",
            evidence=gettext_lazy("objectives and attempts"),
            not_for=blind[person.first_key, one.objective_id],
        )
