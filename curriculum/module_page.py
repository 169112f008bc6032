"""What the page of one module shows, asked in a constant number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from curriculum import panels
from curriculum.choices import ItemKind, ModuleStatus
from curriculum.conditions import Condition
from curriculum.deadlines import Deadline
from curriculum.models import ModuleVersion, ObjectiveVersion, Resource, Session
from curriculum.panels import Panel
from curriculum.study import Done, Study


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the template needs; nothing in it asks the database again."""

    module: ModuleVersion
    is_outline: bool
    objectives: Sequence[tuple[ObjectiveVersion, str]]  # each with its state, empty for people who do not study
    required: Sequence[tuple[Resource, Done | None]]  # each with the reader's tick
    further: Sequence[tuple[Resource, Done | None]]
    minutes_left: int  # of the required resources that are not ticked
    session: Session | None
    prework: Deadline | None
    check: Deadline | None
    open_conditions: Sequence[Condition]
    panels_before: Sequence[Panel]
    panels_after: Sequence[Panel]
    previous: ModuleVersion | None
    following: ModuleVersion | None
    contents: Sequence[dict[str, object]]

    @property
    def done(self) -> int:
        return sum(1 for _resource, done in self.required if done)

    @property
    def is_all_done(self) -> bool:
        return bool(self.required) and self.done == len(self.required)

    @property
    def agenda_minutes(self) -> int:
        return sum(int(step["minutes"]) for step in self.module.agenda)


def of(study: Study, module: ModuleVersion) -> Page:
    """Collect the page of `module` for its reader."""
    resources = study.resources(module)
    shown = panels.panels(study.membership, module) if study.is_participant else []
    beside = {one.week: one for one in study.modules}
    return Page(
        module=module,
        is_outline=module.status == ModuleStatus.OUTLINE,
        objectives=_objectives(study, module),
        required=[(one, done) for one, done in resources if one.is_required],
        further=[(one, done) for one, done in resources if not one.is_required],
        minutes_left=study.minutes_left(module),
        session=study.sessions.get(module.module_id),
        prework=study.deadlines.get((module.module_id, ItemKind.PREWORK)),
        check=study.deadlines.get((module.module_id, ItemKind.CHECK)),
        open_conditions=study.open_conditions(module),
        panels_before=[panel for panel in shown if panel.place == "before"],
        panels_after=[panel for panel in shown if panel.place == "after"],
        previous=beside.get(module.week - 1),
        following=beside.get(module.week + 1),
        contents=_contents(module),
    )


def _objectives(study: Study, module: ModuleVersion) -> list[tuple[ObjectiveVersion, str]]:
    return [(one, study.state_of(one) if study.is_participant else "") for one in study.objectives.get(module, ())]


def _contents(module: ModuleVersion) -> list[dict[str, object]]:
    """Return the page's own headings with those of the text below the first part."""
    text = [heading for heading in module.contents if module.before_html]
    exercises = [_heading(_("Exercises"), "exercises")] if module.exercises else []
    return [
        _heading(_("Objectives"), "objectives"),
        _heading(_("Before the session"), "before"),
        *text,
        *exercises,
        _heading(_("In the session"), "session"),
        _heading(_("After the session"), "after"),
    ]


def _heading(text: str, slug: str) -> dict[str, object]:
    return {"level": 2, "text": text, "slug": slug}
