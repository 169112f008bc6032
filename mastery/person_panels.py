"""What mastery knows of a participant, for those who teach them: each objective, each attempt."""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from curriculum.models import ModuleVersion
from mastery import blindness, cohort_states, progress
from mastery.choices import AttemptState, CheckKind
from mastery.gating import Place, Record, Standing
from mastery.models import Attempt, GradeEvent
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User
from whitebox.people.person_parts import Fact, Panel, TeamLink
from whitebox.web.templatetags.states import Mark

TEACHES = frozenset({Role.MENTOR, Role.ORGANIZER})
LOOKS = {AttemptState.GRADED: "open", AttemptState.OPEN: "open", AttemptState.VOID: "locked"}


@dataclass(frozen=True, slots=True)
class Attempted:
    """One attempt, with its points where they are known."""

    attempt: Attempt
    title: str
    points: tuple[int, int] | None
    address: str  # empty while it is open, for it is theirs, and while the reader has to mark it blind

    @property
    def look(self) -> str:
        return LOOKS.get(AttemptState(self.attempt.state), "waiting")


@dataclass(frozen=True, slots=True)
class Week:
    module: ModuleVersion
    marks: Sequence[Mark]
    check: Standing | None  # of the mastery check
    attempts: Sequence[Attempted]

    @property
    def is_ahead(self) -> bool:
        """Whether nothing has happened yet and nothing can: its place is below the others."""
        is_untouched = not self.attempts and all(mark.state == "open" for mark in self.marks)
        return is_untouched and (self.check is None or self.check.place == Place.LOCKED)


@dataclass(frozen=True, slots=True)
class Progress:
    weeks: Sequence[Week]
    ahead: Sequence[Week]
    mastered: int
    total: int


def facts(cohort: Cohort, people: Sequence[Membership], reader: User, now: datetime) -> Mapping[int, Sequence[Fact]]:
    """Return how many objectives each has mastered, and which are not yet, as far as `reader` may know."""
    states = cohort_states.of_page(cohort, people).without(blindness.kept_from(reader))
    total = len(states.objectives)
    return {
        one.pk: [
            Fact(_("Mastered"), f"{states.count(one)} / {total}"),
            Fact(_("Not yet"), ", ".join(missing.number for missing in states.missing(one))),
        ]
        for one in people
    }


def panels(membership: Membership, reader: User, now: datetime) -> Sequence[Panel]:
    """Return the progress of a person: eight queries whatever the number of objectives and attempts.

    What `reader` has still to mark blind stands as waiting, without its points and without what follows from it.
    """
    record = Record.of_page(membership)
    modules: dict[ModuleVersion, list[Mark]] = defaultdict(list)
    states, kept = progress.states(membership, []), blindness.kept_from(reader)[membership.first_key]
    for one in record.objectives:
        state = "waiting" if one.objective_id in kept else states.get(one.objective_id, "open")
        modules[one.module_version].append(Mark(one.number, one.text, state))
    attempted = _attempted(record, blindness.attempts_kept_from(reader))
    blind = {one.module_version.module_id for one in record.objectives if one.objective_id in kept}
    checks = {
        one.for_check.module_id: one
        for one in record.checks
        if one.for_check.kind == CheckKind.MASTERY and one.for_check.module_id not in blind
    }
    weeks = [
        Week(
            module,
            marks,
            record.standing(checks[module.module_id]) if module.module_id in checks else None,
            attempted[module.module_id],
        )
        for module, marks in modules.items()
    ]
    mastered = sum(mark.state == "mastered" for marks in modules.values() for mark in marks)
    begun = [week for week in weeks if not week.is_ahead]
    ahead = [week for week in weeks if week.is_ahead]
    return [Panel("mastery/_person_progress.html", Progress(begun, ahead, mastered, len(record.objectives)), order=20)]


def _attempted(record: Record, kept: Set[int]) -> Mapping[int, list[Attempted]]:
    """Return the attempts at each module's checks, earliest first: one query for their points."""
    made = [one for some in record.attempts.values() for one in some]
    rows = GradeEvent.objects.filter(attempt__in=made, superseded_by=None).order_by().values_list("attempt")
    points = {pk: (got, total) for pk, got, total in rows.annotate(Sum("points"), Sum("total"))}
    checks = {one.for_check_id: one for one in record.checks}
    found: dict[int, list[Attempted]] = defaultdict(list)
    for one in sorted(made, key=lambda attempt: attempt.opened_at):
        check = checks.get(one.for_check_id)
        if check is None:
            continue
        is_own, is_kept = one.state == AttemptState.OPEN, one.pk in kept
        found[check.for_check.module_id].append(
            Attempted(
                one,
                check.title,
                points.get(one.pk) if one.state == AttemptState.GRADED and not is_kept else None,
                "" if is_own or is_kept else reverse("mastery:attempt", args=[one.pk]),
            )
        )
    return found


def links(cohort: Cohort, roles: frozenset[Role]) -> Sequence[TeamLink]:
    found = []
    if roles & TEACHES:
        found += [
            TeamLink(_("Gradebook"), reverse("mastery:gradebook", args=[cohort.slug]), order=30),
            TeamLink(_("Similar code"), reverse("mastery:similar", args=[cohort.slug]), order=70),
        ]
    if Role.ORGANIZER in roles:
        found += [
            TeamLink(_("Items"), reverse("mastery:items", args=[cohort.slug]), order=75),
            TeamLink(_("Grader faults"), reverse("mastery:faults", args=[cohort.slug]), order=95),
        ]
    return found
