"""Why a week is open or closed to somebody, for those who teach them: rule, evidence row by row, exceptions.

It asks the same `Record` as every page and every endpoint, so what it says is what is enforced.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from curriculum.conditions import Condition
from curriculum.models import ModuleVersion, ObjectiveVersion
from mastery import ledger, overrides
from mastery.choices import AttemptState, CheckKind, OverrideKind
from mastery.gating import Place, Record, Standing
from mastery.models import Attempt, GradeEvent, Override
from mastery.outcomes import Outcome, smallest_pass
from whitebox.errors import RuleViolation
from whitebox.people.models import Membership, User


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one attempt says about one objective."""

    attempt: Attempt
    outcome: Outcome
    needed: int
    grades: list[GradeEvent]  # the whole history of its items, in order

    @property
    def address(self) -> str:
        return reverse("mastery:attempt", args=[self.attempt.pk])

    @property
    def look(self) -> str:
        return "mastered" if self.outcome.is_reached else "not_yet"


@dataclass(frozen=True, slots=True)
class Clause:
    """One condition of a gate with everything that it rests on."""

    objective: ObjectiveVersion
    condition: Condition
    evidence: list[Evidence]


@dataclass(frozen=True, slots=True)
class Gate:
    """A module's gate as it stands for one person."""

    module: ModuleVersion
    rule: str
    clauses: list[Clause]
    standings: list[Standing]  # of its checks
    exceptions: list[Override]

    @property
    def is_open(self) -> bool:
        return all(clause.condition.is_met for clause in self.clauses)


def gate(record: Record, module: ModuleVersion) -> Gate:
    """Put a gate together: four queries beside those of the record."""
    waited = {one.number: one for one in record.followed.asked_first.get(module.module_id, ())}
    conditions = record.numbered_conditions(module.module_id)
    attempts = [attempt for some in record.attempts.values() for attempt in some]
    evidence = _evidence(attempts, {one.objective_id for one in waited.values()})
    clauses = [Clause(waited[n], one, evidence.get(waited[n].objective_id, [])) for n, one in conditions]
    own = [check for check in record.checks if check.for_check.module_id == module.module_id]
    return Gate(
        module, _rule(record, module), clauses, [record.standing(one) for one in own], _exceptions(record, module)
    )


def _rule(record: Record, module: ModuleVersion) -> str:
    waited = record.followed.asked_first.get(module.module_id, ())
    if not waited:
        return _("No week comes before it: its checks are open from the start.")
    weeks = sorted({one.module_version.week for one in waited})
    words = ngettext(
        "Its checks open when every blocking objective of week %(weeks)s is mastered, or by an organizer's exception.",
        "Its checks open when every blocking objective of weeks %(weeks)s is mastered, or by an organizer's exception.",
        len(weeks),
    )
    return words % {"weeks": ", ".join(str(week) for week in weeks)}


def _evidence(attempts: Sequence[Attempt], objectives: set[int]) -> Mapping[int, list[Evidence]]:
    """Return what each attempt says about each objective: only attempts that count."""
    counting = [one.pk for one in attempts if one.state == AttemptState.GRADED]
    loaded = Attempt.objects.filter(
        pk__in=counting, for_check__kind=CheckKind.MASTERY, events__objective__in=objectives
    ).distinct()
    found: dict[int, list[Evidence]] = {}
    for attempt in loaded.with_check().order_by("number").prefetch_related("events__objective", "events__by"):
        events = list(attempt.events.all())
        names = {event.objective.slug: event.objective_id for event in events}
        for slug, outcome in ledger.results(attempt, events).items():
            own = [event for event in events if event.objective.slug == slug]
            needed = smallest_pass(outcome.total, attempt.threshold_percent)
            found.setdefault(names.get(slug, 0), []).append(Evidence(attempt, outcome, needed, own))
    return found


def _exceptions(record: Record, module: ModuleVersion) -> list[Override]:
    """Return the exceptions that were made for this person at this module, with who made them."""
    person = Membership.objects.of_record(record.membership.first_key)
    made = Override.objects.filter(membership__in=person.values("pk")).select_related("by", "for_check")
    here = [one for one in made if one.module_id == module.module_id]
    return here + [one for one in made if one.for_check is not None and one.for_check.module_id == module.module_id]


class ExceptionForm(forms.Form):
    """An exception with its reason. Which ones can be made follows from where the person stands."""

    kind = forms.ChoiceField(label=gettext_lazy("Exception"))
    reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=300, help_text=gettext_lazy("It is kept with the record.")
    )

    def __init__(self, *args: object, found: Gate, **options: object) -> None:
        super().__init__(*args, **options)  # type: ignore[arg-type]  # as Django's own form takes them
        self.offers = _offers(found)
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = list(self.offers.items())


def _offers(found: Gate) -> dict[str, str]:
    offers = {} if found.is_open else {str(OverrideKind.MODULE): _("Open the checks of this week")}
    for one in found.standings:
        if one.place == Place.CORRECTIVE:
            offers[OverrideKind.NEXT_FORM] = _("Open the next form without the corrective")
        elif one.place == Place.EXHAUSTED:
            offers[OverrideKind.SEEN_FORM] = _("Open a form again that was seen before")
    return offers


def make_exception(membership: Membership, found: Gate, kind: str, *, by: User, reason: str) -> Override:
    """Make one of the exceptions that a gate's page offers. Raises RuleViolation."""
    if kind == OverrideKind.MODULE:
        return overrides.open_module(membership, found.module.module, by=by, reason=reason)
    last = next((one.attempt for one in found.standings if one.place in {Place.CORRECTIVE, Place.EXHAUSTED}), None)
    if last is None:
        raise RuleViolation(_("Meanwhile there is nothing to make an exception for. Reload the page."))
    verb = overrides.reuse_form if kind == OverrideKind.SEEN_FORM else overrides.open_next_form
    return verb(Attempt.objects.with_check().get(pk=last.pk), by=by, reason=reason)
