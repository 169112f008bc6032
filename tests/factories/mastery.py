"""Courses of two weeks with checks whose answers are known, and attempts made by the verbs."""

import itertools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone

from curriculum.models import Corrective, Module, ModuleVersion, Objective, ObjectiveVersion
from mastery import attempts
from mastery.attempts import Value
from mastery.choices import CheckKind
from mastery.judgements import SecondMarkShare
from mastery.models import Attempt, Check, CheckVersion
from tests.factories.people import CohortFactory, MembershipFactory
from tests.mastery.grading.exercises import SOFTMAX
from whitebox.outbox.models import LetterTemplate
from whitebox.packs.models import Adoption, PackVersion
from whitebox.people.choices import Role
from whitebox.people.models import Membership

KINDS = (
    "attempt-graded",
    "attempt-not-yet",
    "attempt-regraded",
    "attempt-void",
    "attempt-void-staff",
    "corrective-open",
    "reviews-due",
    "talk-booked",
    "talk-booked-staff",
    "talk-cancelled",
    "talk-given-back-staff",
    "talk-to-book",
    "talk-tomorrow",
    "talk-tomorrow-staff",
    "dispute-decided",
    "dispute-due",
    "dispute-opened",
    "dispute-to-decide",
    "mark-corrected",
    "mark-overdue",
    "mark-settled",
    "mark-waiting",
    "marks-differ",
    "second-mark-waiting",
)
PROGRAMME = {
    "format": 1,
    "slug": "pack",
    "title": "Pack",
    "summary": "A pack.",
    "licence": "Apache-2.0",
    "weeks": 2,
    "threshold_percent": 80,
    "zone": "Asia/Manila",
    "seats": 15,
    "session": {"weekday": "saturday", "start": "09:00", "minutes": 120},
    "prework_due": {"days_before": 1, "at": "18:00"},
    "check_due": {"days_after": 5, "at": "18:00"},
}
numbers = itertools.count(1)
tokens = (f"token-{number}" for number in itertools.count(1))


def numeric(slug: str, objective: str, points: int = 1, answer: str = "4") -> dict[str, Any]:
    return {
        "slug": slug,
        "objective": objective,
        "kind": "numeric",
        "points": points,
        "prompt_html": f"<p>What is {slug}?</p>",
        "explanation_html": f"<p>Because of {slug}.</p>",
        "answer": answer,
        "absolute": "0",
    }


def written(slug: str, objective: str, points: int = 2) -> dict[str, Any]:
    return {
        "slug": slug,
        "objective": objective,
        "kind": "written",
        "points": points,
        "prompt_html": "<p>Say why.</p>",
        "explanation_html": "<p>A good answer says why.</p>",
        "rubric": [{"level": level, "html": f"level {level}"} for level in range(3)],
        "mastered_from": 2,
        "words": 100,
    }


def code(slug: str, objective: str, points: int = 2, exercise: Mapping[str, Any] | None = None) -> dict[str, Any]:
    return {
        "slug": slug,
        "objective": objective,
        "kind": "code",
        "points": points,
        "prompt_html": "<p>Write it.</p>",
        "explanation_html": "<p>Subtract the maximum first.</p>",
        "exercise_html": "<p>Softmax of each row.</p>",
        "exercise": exercise
        or {
            "function": SOFTMAX.function,
            "starter": SOFTMAX.starter,
            "reference": SOFTMAX.reference,
            "cases": SOFTMAX.cases,
            "compare": {},
            "limits": {},
        },
    }


def oral(slug: str, objective: str, points: int = 2, bank: str = "talk") -> dict[str, Any]:
    return {
        "slug": slug,
        "objective": objective,
        "kind": "oral",
        "points": points,
        "prompt_html": "<p>A talk about it.</p>",
        "explanation_html": "<p>One explains it so.</p>",
        "bank": bank,
        "questions": [
            {"slug": name, "html": f"<p>SECRET {name}?</p>", "listen_for_html": f"<p>Hear {name}.</p>"}
            for name in ("one", "three", "two")
        ],
        "rubric": [{"level": level, "html": f"level {level}"} for level in range(3)],
        "mastered_from": 2,
    }


def two_items(prefix: str) -> list[dict[str, Any]]:
    return [numeric(f"{prefix}-one", "first"), numeric(f"{prefix}-two", "second")]


RIGHT: dict[str, Value] = {f"{form}-{item}": "4" for form in "ab" for item in ("one", "two")}
HALF: dict[str, Value] = RIGHT | {"a-two": "5", "b-two": "5"}


@dataclass
class Course:
    """One participant with a mentor in a cohort that follows a pack of two complete weeks."""

    participant: Membership
    mentor: Membership
    version: PackVersion
    modules: list[ModuleVersion] = field(default_factory=list)
    checks: list[CheckVersion] = field(default_factory=list)

    @property
    def check(self) -> CheckVersion:
        return self.checks[0]

    @property
    def user(self) -> Any:
        return self.participant.user

    def start(self, check: CheckVersion | None = None) -> Attempt:
        return attempts.start(self.participant, check or self.check, token=next(tokens), by=self.user)

    def take(self, values: Mapping[str, Value], check: CheckVersion | None = None) -> Attempt:
        attempt = self.start(check)
        attempts.submit(attempt, values, by=self.user)
        attempt.refresh_from_db()
        return attempt


def make_course(
    forms: Mapping[str, list[dict[str, Any]]] | None = None,
    *,
    threshold: int = 80,
    check_threshold: int | None = None,
    kind: CheckKind = CheckKind.MASTERY,
    blocking: bool = True,
) -> Course:
    """Make two weeks, each with the objectives `first` and `second` and one check; only week 1's items can be given."""
    number = next(numbers)
    cohort = CohortFactory.create(threshold_percent=threshold)
    # Nothing is drawn for a second mark, so that no test depends on chance; see `read_twice`.
    SecondMarkShare.objects.create(cohort=cohort, percent=0)
    version = PackVersion.objects.create(
        pack=f"pack-{number}",
        number=1,
        digest=f"{number}",
        title="Pack",
        programme=PROGRAMME,
        published_at=timezone.now(),
    )
    Adoption.objects.create(cohort=cohort, version=version)
    mentor = MembershipFactory.create(cohort=cohort, role=Role.MENTOR)
    course = Course(MembershipFactory.create(cohort=cohort, mentor=mentor), mentor, version)
    for kind_of_letter in KINDS:
        LetterTemplate.objects.get_or_create(
            kind=kind_of_letter,
            defaults={"subject": "{{ check }}", "body": "{{ items }} {{ corrective }} {{ reason }} {{ link }}"},
        )
    for week in (1, 2):
        asked = forms if forms and week == 1 else {"A": two_items("a"), "B": two_items("b")}
        make_week(
            course,
            week,
            asked,
            threshold=check_threshold if week == 1 else None,
            kind=kind if week == 1 else CheckKind.MASTERY,
            blocking=blocking,
        )
    return course


def read_twice(course: Course) -> None:
    """Let every mark of the cohort be given twice from now on."""
    SecondMarkShare.objects.create(cohort=course.participant.cohort, percent=100)


def make_week(
    course: Course,
    week: int,
    forms: Mapping[str, list[dict[str, Any]]],
    *,
    threshold: int | None = None,
    kind: CheckKind = CheckKind.MASTERY,
    blocking: bool = True,
) -> None:
    module = Module.objects.create(pack=course.version.pack, slug=f"week-{week}")
    module_version = ModuleVersion.objects.create(
        module=module, version=course.version, week=week, title=f"Week {week}", summary="", status="complete"
    )
    for position, slug in enumerate(("first", "second"), start=1):
        objective = Objective.objects.create(module=module, slug=slug)
        stated = ObjectiveVersion.objects.create(
            objective=objective,
            module_version=module_version,
            position=position,
            number=f"{week}.{position}",
            text=f"Do the {slug} thing",
            topic="things",
            is_blocking=blocking,
        )
        for place in (1, 2):
            Corrective.objects.create(
                objective_version=stated,
                position=place,
                slug=f"way-{place}",
                title=f"Way {place} to {slug}",
                kind="reading",
                minutes=10,
                html="<p>Another way.</p>",
            )
    check = Check.objects.create(module=module, slug=f"check-{week}-{course.version.pk}", kind=kind)
    course.modules.append(module_version)
    course.checks.append(
        CheckVersion.objects.create(
            for_check=check,
            version=course.version,
            digest="0",
            title=f"Check of week {week}",
            minutes=20,
            threshold_percent=threshold,
            forms=sorted(forms),
            specification={"forms": forms},
        )
    )


def make_fixed(course: Course, forms: Mapping[str, list[dict[str, Any]]]) -> CheckVersion:
    """Publish another version of the pack whose check of week 1 asks this; nobody follows it yet."""
    before = course.check
    number = PackVersion.objects.filter(pack=course.version.pack).count() + 1
    version = PackVersion.objects.create(
        pack=course.version.pack,
        number=number,
        digest=f"{course.version.pack}-{number}",
        title="Pack",
        programme=PROGRAMME,
        published_at=timezone.now(),
    )
    module = ModuleVersion.objects.create(
        module=course.modules[0].module, version=version, week=1, title="Week 1", summary="", status="complete"
    )
    for stated in course.modules[0].objectives.all():
        ObjectiveVersion.objects.create(
            objective=stated.objective,
            module_version=module,
            position=stated.position,
            number=stated.number,
            text=stated.text,
            topic=stated.topic,
            is_blocking=stated.is_blocking,
        )
    return CheckVersion.objects.create(
        for_check=before.for_check,
        version=version,
        digest=f"fixed-{number}",
        title=before.title,
        minutes=before.minutes,
        forms=sorted(forms),
        specification={"forms": forms},
    )
