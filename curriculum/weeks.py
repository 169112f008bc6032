"""The week map: every week with its objectives as shapes, and in words what keeps it closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from curriculum import syllabus
from curriculum.choices import ModuleStatus
from curriculum.conditions import Condition
from curriculum.models import ModuleVersion
from curriculum.study import Study
from curriculum.syllabus import Key


@dataclass(frozen=True, slots=True)
class ObjectiveMark:
    code: str
    title: str
    state: str


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One week as `components/_week_map.html` shows it."""

    number: int
    title: str
    url: str
    state: str
    is_current: bool
    reason: str
    objectives: tuple[ObjectiveMark, ...]


def rows(study: Study, *, now: datetime) -> list[WeekRow]:
    """Return one row a module, in the order of weeks."""
    week, language = study.cohort.week_at(now), get_language()
    return [
        _row(
            module,
            study.syllabus.key,
            study.address(module),
            tuple(study.state_of(one) for one in objectives),
            tuple(study.open_conditions(module)),
            language,
            is_current=module.week == week,
        )
        for module, objectives in study.objectives.items()
    ]


@lru_cache(maxsize=1024)  # people who are equally far in a version share it
def _row(
    module: ModuleVersion,
    key: Key | None,
    address: str,
    states: tuple[str, ...],
    open_conditions: tuple[Condition, ...],
    _language: str | None,
    *,
    is_current: bool,
) -> WeekRow:
    objectives = syllabus.of_version(*key).objectives[module] if key else ()
    marks = tuple(ObjectiveMark(one.number, one.text, state) for one, state in zip(objectives, states, strict=True))
    return WeekRow(
        number=module.week,
        title=module.title,
        url=address,
        state=_state(module, marks, is_locked=bool(open_conditions)),
        is_current=is_current,
        reason=sentence(open_conditions) if open_conditions else "",
        objectives=marks,
    )


def forget() -> None:
    """Drop what is kept. Tests do so, as with the syllabus."""
    _row.cache_clear()


def _state(module: ModuleVersion, marks: Sequence[ObjectiveMark], *, is_locked: bool) -> str:
    if marks and all(mark.state == "mastered" for mark in marks):
        return "mastered"
    if is_locked:
        return "locked"
    if module.status == ModuleStatus.OUTLINE:
        return "waiting"
    return "not_yet" if any(mark.state != "open" for mark in marks) else "open"


def sentence(open_conditions: Sequence[Condition]) -> str:
    """Say in one sentence what the checks of a week wait for, and what to do first."""
    missing = ", ".join(condition.label for condition in open_conditions[:3])
    if len(open_conditions) > 3:
        missing = _("%(some)s and %(more)d more") % {"some": missing, "more": len(open_conditions) - 3}
    todo = next((condition.what_to_do for condition in open_conditions if condition.what_to_do), "")
    locked = _("The checks are locked. Missing: %(missing)s.") % {"missing": missing}
    return f"{locked} {todo}".strip()
