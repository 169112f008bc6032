"""What the page of one module shows, asked in a constant number of queries."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from curriculum import panels
from curriculum.choices import ItemKind, ModuleStatus
from curriculum.commitments import Question
from curriculum.conditions import Condition
from curriculum.deadlines import Deadline
from curriculum.models import ModuleVersion, Resource, Session
from curriculum.panels import Panel
from curriculum.study import Done, Study
from curriculum.syllabus import TEXTS_KEPT, Key, Syllabus, with_text
from whitebox.prepared import Call, prepared
from whitebox.web import ahead
from whitebox.web.drawing import Fixed


@dataclass(frozen=True, slots=True)
class Place:
    """What a module's page shows of the cohort."""

    slug: str
    title: str
    weeks: int
    zone: str


@dataclass(frozen=True, slots=True)
class Meeting:
    """What a module's page shows of its session."""

    starts_at: datetime
    zone: str
    minutes: int
    place: str
    note: str
    is_cancelled: bool


Row = tuple[Fixed, Done | None]  # a resource, and the reader's tick


@dataclass(frozen=True, slots=True)
class Page:
    """Everything the template needs, in parts that are kept as `whitebox.web.drawing` says; nothing asks again."""

    module: ModuleVersion
    fixed: Fixed  # the module once more
    place: Place
    is_outline: bool
    objectives: tuple[tuple[Fixed, str], ...]  # each with its state, empty for people who do not study
    required: tuple[Row, ...]
    further: tuple[Row, ...]
    minutes_left: int  # of the required resources that are not ticked
    meeting: Meeting | None
    prework: Deadline | None
    check: Deadline | None
    open_conditions: tuple[Condition, ...]
    panels_before: Sequence[Panel]
    panels_after: Sequence[Panel]
    previous: Fixed | None
    following: Fixed | None
    contents: SafeString
    practice: SafeString  # exercises and the plan of the session
    questions: tuple[tuple[str, str], ...]  # the reader's own, each with its answer
    question_key: uuid.UUID  # of the form for another

    @property
    def done(self) -> int:
        return sum(1 for _resource, done in self.required if done)


def of(study: Study, module: ModuleVersion) -> Page:
    """Collect the page of `module` for its reader."""
    key, cohort = study.syllabus.key, study.cohort
    rows = [(Fixed(one, key), done) for one, done in study.resources(module)]
    shown = panels.panels(study.membership, module)
    beside = {one.week: Fixed(one, key) for one in study.modules}
    session = study.sessions.get(module.module_id)
    return Page(
        module=module,
        fixed=Fixed(module, key),
        place=Place(cohort.slug, cohort.title, cohort.weeks, cohort.zone),
        is_outline=module.status == ModuleStatus.OUTLINE,
        objectives=_objectives(study, module),
        required=tuple(row for row in rows if row[0].row.is_required),
        further=tuple(row for row in rows if not row[0].row.is_required),
        minutes_left=study.minutes_left(module),
        meeting=_meeting(session) if session else None,
        prework=study.deadlines.get((module.module_id, ItemKind.PREWORK)),
        check=study.deadlines.get((module.module_id, ItemKind.CHECK)),
        open_conditions=tuple(study.open_conditions(module)),
        panels_before=[panel for panel in shown if panel.place == "before"],
        panels_after=[panel for panel in shown if panel.place == "after"],
        previous=beside.get(module.week - 1),
        following=beside.get(module.week + 1),
        contents=_drawn_contents(module, key, get_language()),
        practice=_practice(module, key, get_language()),
        questions=tuple((one.text, one.answer) for one in _own_questions(study, module)),
        question_key=uuid.uuid4(),
    )


@dataclass(frozen=True, slots=True)
class Preview:
    """What a version says about a week, without a cohort and without a reader."""

    module: ModuleVersion
    objectives: tuple[tuple[Fixed, str], ...]
    resources: tuple[Resource, ...]
    contents: SafeString
    practice: SafeString


def preview(followed: Syllabus, module: ModuleVersion) -> Preview:
    """Collect the page of `module` for people who look at its version before anybody follows it."""
    key = followed.key
    shown = with_text(module, key) if key else module
    return Preview(
        module=shown,
        objectives=tuple((Fixed(one, key), "") for one in followed.objectives.get(module, ())),
        resources=tuple(followed.resources.get(module.pk, ())),
        contents=_drawn_contents(shown, key, get_language()),
        practice=_practice(shown, key, get_language()),
    )


def _meeting(session: Session) -> Meeting:
    return Meeting(
        starts_at=session.starts_at,
        zone=session.zone,
        minutes=session.minutes,
        place=session.place,
        note=session.note,
        is_cancelled=session.is_cancelled,
    )


def foreseen(study: Study, module: ModuleVersion) -> list[Call]:
    """Return what the page of a module will ask; those who teach have no record of their own."""
    if not study.is_participant:
        return []
    return [_questions.call(study.membership.pk, module.module_id), *ahead.of_studying(study.membership)]


def _own_questions(study: Study, module: ModuleVersion) -> list[Question]:
    return _questions(study.membership.pk, module.module_id) if study.is_participant else []


@prepared
def _questions(membership: int, module: int) -> QuerySet[Question]:
    return Question.objects.filter(membership=membership, module=module).order_by("asked_at", "pk")


# What follows is the same for every reader of a pack version, and drawing it was a third of the page.


@lru_cache(maxsize=TEXTS_KEPT)
def _practice(module: ModuleVersion, _key: Key | None, _language: str | None) -> SafeString:
    minutes = sum(int(step["minutes"]) for step in module.agenda)
    return render_to_string("curriculum/_module_practice.html", {"module": module, "agenda_minutes": minutes})


@lru_cache(maxsize=TEXTS_KEPT)
def _drawn_contents(module: ModuleVersion, _key: Key | None, _language: str | None) -> SafeString:
    return render_to_string("components/_contents.html", {"headings": _contents(module)})


def forget() -> None:
    """Drop what is kept. Tests do so, as with the syllabus."""
    for kept in (_practice, _drawn_contents):
        kept.cache_clear()


def _objectives(study: Study, module: ModuleVersion) -> tuple[tuple[Fixed, str], ...]:
    key = study.syllabus.key
    listed = study.objectives.get(module, ())
    return tuple((Fixed(one, key), study.state_of(one) if study.is_participant else "") for one in listed)


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
