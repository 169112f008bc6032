"""What a person may do with a check now, and why not more. Pages show it and every endpoint obeys it.

A standing is worked out from rows that `Record` loads in three small queries, whatever the number of modules. What
the pack says of objectives and checks is kept in the process, see `curriculum.syllabus`.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.db.models import DateTimeField, IntegerField, QuerySet, Value
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from curriculum import syllabus
from curriculum.conditions import Condition, condition
from curriculum.models import Corrective, ObjectiveVersion
from curriculum.syllabus import Syllabus
from mastery import checklist
from mastery.choices import WAITING, AttemptState, CheckKind, OverrideKind
from mastery.models import Attempt, CheckVersion, CorrectiveAssignment, ObjectiveMastery, Override
from whitebox import addresses
from whitebox.errors import RuleViolation
from whitebox.people.models import Membership
from whitebox.prepared import Call, prepared


class Place(StrEnum):
    """Where a person stands with one check."""

    LOCKED = "locked"  # the module's gate is closed
    READY = "ready"  # a form can be started
    OPEN = "open"  # an attempt is in progress
    WAITING = "waiting"  # for the grader or the mentor
    CORRECTIVE = "corrective"  # the next form opens when it is done
    EXHAUSTED = "exhausted"  # every form has been seen
    DONE = "done"  # nothing is left to do


MASTERED = ""  # among the kinds of exceptions, which are words
START = _lazy("Start form %(form)s when you are ready.")
LABELS = {
    Place.LOCKED: _lazy("locked"),
    Place.READY: _lazy("open"),
    Place.OPEN: _lazy("in progress"),
    Place.WAITING: _lazy("waiting for its grade"),
    Place.CORRECTIVE: _lazy("not yet"),
    Place.EXHAUSTED: _lazy("not yet"),
    Place.DONE: _lazy("mastered"),
}
LOOKS = {
    Place.LOCKED: "locked",
    Place.READY: "open",
    Place.OPEN: "open",
    Place.WAITING: "waiting",
    Place.CORRECTIVE: "not_yet",
    Place.EXHAUSTED: "not_yet",
    Place.DONE: "mastered",
}


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's place with a check, the reasons, and always the next step."""

    check: CheckVersion
    place: Place
    next_step: str
    address: str
    reason: str = ""  # why the next step is not the check itself
    form: str = ""  # the form that can be started or is open
    attempt: Attempt | None = None  # the latest that counts
    conditions: tuple[Condition, ...] = ()
    correctives: tuple[CorrectiveAssignment, ...] = ()

    @property
    def look(self) -> str:
        """The state's shape and colour, as the component draws it."""
        return LOOKS[self.place]

    @property
    def label(self) -> str:
        """The state's word."""
        if self.place == Place.DONE and self.check.for_check.kind == CheckKind.PRE_SESSION:
            return _("done")
        return str(LABELS[self.place])

    @property
    def may_start(self) -> bool:
        return self.place == Place.READY


@dataclass(slots=True)
class Record:
    """All that a membership's gates depend on."""

    membership: Membership
    followed: Syllabus
    objectives: Sequence[ObjectiveVersion]
    checks: Sequence[CheckVersion]
    attempts: Mapping[int, list[Attempt]]  # by check, earliest first
    assignments: Mapping[int, list[CorrectiveAssignment]]  # open ones, by attempt
    mastered: Mapping[int, datetime]  # since when, by the primary key of the objective
    exceptions: Set[tuple[str, int, int | None]]  # kind, module or check, and the attempt it follows
    worked_out: dict[int, list[tuple[str, Condition]]] = field(default_factory=dict)  # conditions by module
    stood: dict[int, Standing] = field(default_factory=dict)  # by check; each locked objective asks for one
    ways: dict[int, tuple[str, str]] = field(default_factory=dict)  # what to do and where, by module

    @classmethod
    def of(cls, membership: Membership) -> "Record":
        """Load the present rows: a query for the version that is followed, and those of `read`."""
        return cls.read(membership, syllabus.present(membership.cohort_id))

    @classmethod
    def read(cls, membership: Membership, followed: Syllabus) -> "Record":
        """Load what belongs to the person: three queries, two before the first attempt."""
        passed = _passed(membership.first_key)
        mastered = {objective: at for kind, objective, _check, _after, at in passed if kind == MASTERED}
        attempts: dict[int, list[Attempt]] = defaultdict(list)
        for attempt in _attempts(membership.first_key):
            attempts[attempt.for_check_id].append(attempt)
        assignments: dict[int, list[CorrectiveAssignment]] = defaultdict(list)
        for assignment in open_assignments(membership, mastered.keys(), followed) if attempts else ():
            assignments[assignment.attempt_id].append(assignment)
        return cls(
            membership=membership,
            followed=followed,
            objectives=[one for some in followed.objectives.values() for one in some],
            checks=checklist.of_version(*followed.key) if followed.key else (),
            attempts=attempts,
            assignments=assignments,
            mastered=mastered,
            exceptions=frozenset(
                (kind, module or check, after) for kind, module, check, after, _at in passed if kind != MASTERED
            ),
        )

    @classmethod
    def of_page(cls, membership: Membership) -> "Record":
        """Return the record of a membership that several parts of one page ask for, loaded once.

        It lives as long as the membership object, so only pages may use it: a verb needs the present rows.
        """
        kept: Record | None = membership.__dict__.get("mastery_record")
        if kept is None:
            kept = membership.__dict__["mastery_record"] = cls.read(membership, syllabus.of_page(membership.cohort))
        return kept

    def standing(self, check: CheckVersion) -> Standing:
        """Return where the person stands with a check of the pack that the cohort follows."""
        if check.pk not in self.stood:
            self.stood[check.pk] = self._standing(check)
        return self.stood[check.pk]

    def _standing(self, check: CheckVersion) -> Standing:
        counted = [one for one in self.attempts.get(check.for_check_id, ()) if one.state != AttemptState.VOID]
        last = counted[-1] if counted else None
        address = addresses.address("mastery:check", check.for_check.slug)
        if last is not None and last.state == AttemptState.OPEN:
            return Standing(check, Place.OPEN, _("Go on where you stopped."), _page(last), form=last.form, attempt=last)
        if last is not None and last.state in WAITING:
            return Standing(check, Place.WAITING, _waiting_words(last), _page(last), form=last.form, attempt=last)
        if last is not None and self._is_done(check):
            return Standing(
                check, Place.DONE, _("Nothing is left to do here."), _page(last), form=last.form, attempt=last
            )
        missing = self.conditions(check.for_check.module_id)
        if any(not one.is_met for one in missing):
            return _locked(check, missing, last)
        return self._next_form(check, counted, address)

    def _next_form(self, check: CheckVersion, counted: list[Attempt], address: str) -> Standing:
        last = counted[-1] if counted else None
        seen = {attempt.form for attempt in counted}
        fresh = [form for form in check.forms if form not in seen] or list(check.generated)
        open_ones = tuple(self.assignments.get(last.pk, ())) if last else ()
        if last and open_ones and not self._has_exception(OverrideKind.NEXT_FORM, last):
            return _corrective_first(check, last, open_ones, fresh)
        if not fresh and last and self._has_exception(OverrideKind.SEEN_FORM, last):
            fresh = [next((form for form in check.forms if form != last.form), last.form)]
        if not fresh:
            step = _("You have seen every form. Ask your mentor: they can talk it through and open a form again.")
            return Standing(check, Place.EXHAUSTED, step, _page(last) if last else address, attempt=last)
        is_again = fresh[0] in seen and fresh[0] in check.generated
        words = _("Start form %(form)s with other numbers when you are ready.") if is_again else START
        step = str(words) % {"form": fresh[0]}
        return Standing(check, Place.READY, step, address, form=fresh[0], attempt=last)

    def conditions(self, module_id: int) -> tuple[Condition, ...]:
        """Return what the checks of a module wait for: the blocking objectives of the complete module before it."""
        return tuple(condition for _number, condition in self.numbered_conditions(module_id))

    def numbered_conditions(self, module_id: int) -> list[tuple[str, Condition]]:
        """Return the conditions of a module, each with the number of its objective."""
        if module_id not in self.worked_out:
            self.worked_out[module_id] = self._numbered(module_id)
        return self.worked_out[module_id]

    def _numbered(self, module_id: int) -> list[tuple[str, Condition]]:
        if (OverrideKind.MODULE, module_id, None) in self.exceptions:
            return []
        return [(one.number, self._condition(one)) for one in self.followed.asked_first.get(module_id, ())]

    def _condition(self, objective: ObjectiveVersion) -> Condition:
        label = _stated(objective.number, objective.text, get_language())
        if self.is_mastered(objective):
            return condition(label, is_met=True)
        module = objective.module_version.module_id
        if module not in self.ways:
            self.ways[module] = self._way(module)
        step, address = self.ways[module]
        return condition(label, is_met=False, what_to_do=step, address=address)

    def _way(self, module_id: int) -> tuple[str, str]:
        """Return what to do for the objectives of a module that are missing, and where: the same for all of them."""
        before = self._mastery_check(module_id)
        if before is None:
            return _("Ask your mentor how to show that you have it."), ""
        standing = self.standing(before)
        if standing.place == Place.LOCKED:
            # Its own step names the check that comes first; a chain of names helps nobody.
            return standing.next_step, standing.address
        return _("%(check)s: %(step)s") % {"check": before.title, "step": standing.next_step}, standing.address

    def _mastery_check(self, module_id: int) -> CheckVersion | None:
        checks = (one for one in self.checks if one.for_check.module_id == module_id)
        return next((one for one in checks if one.for_check.kind == CheckKind.MASTERY), None)

    def _is_done(self, check: CheckVersion) -> bool:
        if check.for_check.kind == CheckKind.PRE_SESSION:
            return True
        module_id = check.for_check.module_id
        return all(self.is_mastered(one) for one in self.objectives if one.module_version.module_id == module_id)

    def is_mastered(self, objective: ObjectiveVersion) -> bool:
        return objective.objective_id in self.mastered

    def _has_exception(self, kind: OverrideKind, after: Attempt) -> bool:
        return (kind, after.for_check_id, after.number) in self.exceptions


def standing(membership: Membership, check: CheckVersion) -> Standing:
    """Return where a person stands with one check."""
    return Record.of(membership).standing(check)


def require_start(membership: Membership, check: CheckVersion) -> Standing:
    """Return the standing of a check that can be started. Raises RuleViolation with the next step where it cannot."""
    found = standing(membership, check)
    if not found.may_start:
        raise RuleViolation(f"{found.reason} {found.next_step}".strip())
    return found


def open_assignments(membership: Membership, mastered: Set[int], followed: Syllabus) -> Sequence[CorrectiveAssignment]:
    """Return the correctives a person still has to do, for objectives that are not in `mastered` meanwhile.

    One query, and one more where some come from a version that the cohort no longer follows.
    """
    found = [one for one in _not_done(membership.first_key) if one.objective_id not in mastered]
    strange = {one.corrective_id for one in found} - followed.correctives.keys()
    older = Corrective.objects.select_related("objective_version").defer("html").in_bulk(strange) if strange else {}
    for one in found:
        one.corrective = older.get(one.corrective_id) or followed.correctives[one.corrective_id]
    return sorted(found, key=lambda one: (one.corrective.objective_version.position, one.pk))


def _record(first: int) -> QuerySet[Membership, int]:
    """Return the memberships of a record: what was done before a deferral counts after it."""
    return Membership.objects.of_record(first).values_list("pk", flat=True)


def foreseen(membership: Membership) -> list[Call]:
    """Return what reading a record asks."""
    return [asked.call(membership.first_key) for asked in (_passed, _attempts, _not_done)]


@prepared
def _passed(first: int) -> QuerySet[Any, tuple[str, Any, Any, Any, Any]]:
    """Return what lets a person pass: an objective with the moment it was mastered, or an exception that was made.

    A row is a kind, then the objective or the module, the check, the attempt that the exception follows, the moment.
    """
    nothing = Value(None, output_field=IntegerField())
    mastered = ObjectiveMastery.objects.filter(membership__among_few=_record(first)).order_by()
    excepted = Override.objects.filter(membership__among_few=_record(first)).order_by()
    never = Value(None, output_field=DateTimeField())
    return mastered.values_list(Value(MASTERED), "objective", nothing, nothing, "at").union(
        excepted.values_list("kind", "module", "for_check", "after_attempt", never), all=True
    )


@prepared
def _attempts(first: int) -> QuerySet[Attempt]:
    return Attempt.objects.filter(membership__among_few=_record(first)).order_by("number")


@prepared
def _not_done(first: int) -> QuerySet[CorrectiveAssignment]:
    own = Attempt.objects.filter(membership__among_few=_record(first)).values("pk")
    return CorrectiveAssignment.objects.filter(attempt__among_few=own, done_at=None).order_by()


@lru_cache(maxsize=1024)  # a week map states the objectives of all weeks
def _stated(number: str, text: str, _language: str | None) -> str:
    return _("Objective %(number)s: %(text)s") % {"number": number, "text": text}


def _page(attempt: Attempt) -> str:
    return addresses.address("mastery:attempt", attempt.pk)


def _waiting_words(attempt: Attempt) -> str:
    if attempt.state == AttemptState.NEEDS_MARK:
        return _("Your written answer waits for your mentor. There is nothing you need to do.")
    if attempt.state == AttemptState.NEEDS_TALK:
        return _("One part is answered in a talk. Book a time, if you have not yet.")
    return _("Your answers are being graded. There is nothing you need to do.")


def _locked(check: CheckVersion, conditions: tuple[Condition, ...], last: Attempt | None) -> Standing:
    unmet = [one for one in conditions if not one.is_met]
    words = ngettext(
        "Locked: %(count)d objective of the module before is not mastered yet.",
        "Locked: %(count)d objectives of the module before are not mastered yet.",
        len(unmet),
    ) % {"count": len(unmet)}
    first = unmet[0]
    return Standing(check, Place.LOCKED, first.what_to_do, first.address, words, attempt=last, conditions=conditions)


def _corrective_first(
    check: CheckVersion, last: Attempt, open_ones: tuple[CorrectiveAssignment, ...], fresh: list[str]
) -> Standing:
    first = open_ones[0]
    words = _("Do “%(title)s”, about %(minutes)d min.") % {
        "title": first.corrective.title,
        "minutes": first.corrective.minutes,
    }
    if fresh:
        words += " " + _("Form %(form)s opens when your correctives are done.") % {"form": fresh[0]}
    return Standing(
        check,
        Place.CORRECTIVE,
        words,
        addresses.address("mastery:corrective", first.pk),
        attempt=last,
        correctives=open_ones,
    )
