"""100,000 attempts of 1,000 people, with the ledger, the correctives and the mastery that follow from them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from curriculum.models import Corrective, Objective, Resource, Tick
from mastery import questions
from mastery.choices import AttemptState, CheckKind, JobState, QuestionKind
from mastery.models import Attempt, CheckVersion, CorrectiveAssignment, GradeEvent, GradingJob, ObjectiveMastery
from mastery.questions import Question
from tests.benchmarks.loads.crowd import Crowd
from whitebox.people.models import Membership

ATTEMPTS_EACH = 100  # of a participant
MASTERY_ATTEMPTS = 5  # of these, at each mastery check; the others are at the checks before a session
WAITING_EVERY = 10  # the last attempt of each tenth person of the present cohort waits for a mark
REACHED = 0.5  # chance that an attempt before the last reaches an objective
BATCH = 50  # people held in memory at once


@dataclass(slots=True)
class History:
    """The rows of some people, parents before children."""

    attempts: list[Attempt] = field(default_factory=list)
    jobs: list[GradingJob] = field(default_factory=list)
    events: list[GradeEvent] = field(default_factory=list)
    assignments: list[CorrectiveAssignment] = field(default_factory=list)
    mastered: list[ObjectiveMastery] = field(default_factory=list)

    def store(self) -> None:
        Attempt.objects.bulk_create(self.attempts)
        GradingJob.objects.bulk_create(self.jobs)
        GradeEvent.objects.bulk_create(self.events)
        CorrectiveAssignment.objects.bulk_create(self.assignments)
        ObjectiveMastery.objects.bulk_create(self.mastered)


@dataclass(frozen=True, slots=True)
class Paper:
    """A check with what its attempts need, read once."""

    check: CheckVersion
    asked: dict[str, tuple[Question, ...]]  # by form
    objectives: dict[str, int]
    correctives: dict[str, Corrective]

    @property
    def is_mastery(self) -> bool:
        return self.check.for_check.kind == CheckKind.MASTERY


def study(crowd: Crowd) -> None:
    """Let everybody prepare and take the checks."""
    papers = [_paper(check) for check in CheckVersion.objects.followed_by(crowd.present).defer(None)]
    followed = Resource.objects.filter(module_version__version__adoptions__cohort=crowd.present)
    resources = list(followed.filter(is_required=True).select_related("module_version"))
    # Past cohorts first: what they wrote is older than what the present one writes.
    people = sorted(crowd.participants, key=lambda one: one.cohort_id == crowd.present.pk)
    for first in range(0, len(people), BATCH):
        some = people[first : first + BATCH]
        history = History()
        for place, membership in enumerate(some, first):
            _take_all(crowd, history, membership, papers, place)
        history.store()
        Tick.objects.bulk_create(
            Tick(membership=one, module_id=resource.module_version.module_id, resource_slug=resource.slug)
            for one in some
            for resource in resources
        )


def _paper(check: CheckVersion) -> Paper:
    module = check.for_check.module_id
    correctives = Corrective.objects.filter(
        objective_version__module_version__module=module, objective_version__module_version__version=check.version_id
    ).select_related("objective_version__objective")
    return Paper(
        check,
        {form: questions.form_of(check, form) for form in check.forms},
        dict(Objective.objects.filter(module_id=module).values_list("slug", "pk")),
        {one.objective_version.objective.slug: one for one in correctives},
    )


def _take_all(crowd: Crowd, history: History, membership: Membership, papers: Sequence[Paper], place: int) -> None:
    before = [paper for paper in papers if not paper.is_mastery]
    left = ATTEMPTS_EACH - MASTERY_ATTEMPTS * (len(papers) - len(before))
    is_waiting = membership.cohort_id == crowd.present.pk and place % WAITING_EVERY == 0
    for paper in papers:
        if paper.is_mastery:
            _take(crowd, history, membership, paper, MASTERY_ATTEMPTS, is_waiting=is_waiting)
    for number, paper in enumerate(before):
        count = left // len(before) + (number < left % len(before))
        _take(crowd, history, membership, paper, count, is_waiting=False)


def _take(
    crowd: Crowd, history: History, membership: Membership, paper: Paper, count: int, *, is_waiting: bool
) -> None:
    """Take a check `count` times; the last time reaches everything that an earlier one did not."""
    has: set[str] = set()
    for number in range(1, count + 1):
        is_last = number == count
        attempt = _attempt(crowd, membership, paper, number, is_graded=not (is_last and is_waiting))
        asked = paper.asked[attempt.form]
        reached = {one for one in paper.objectives if is_last or one in has or crowd.rng.random() < REACHED}
        history.attempts.append(attempt)
        history.events += _events(attempt, paper, asked, reached, _job(history, attempt, paper))
        if paper.is_mastery and attempt.graded_at:
            _follow_up(history, attempt, paper, {one.objective for one in asked}, reached, has)


def _attempt(crowd: Crowd, membership: Membership, paper: Paper, number: int, *, is_graded: bool) -> Attempt:
    at = crowd.now - timedelta(days=60, minutes=-600 * number)
    return Attempt(
        membership=membership,
        for_check_id=paper.check.for_check_id,
        check_version=paper.check,
        form=paper.check.forms[(number - 1) % len(paper.check.forms)],
        number=number,
        seed=crowd.rng.randrange(2**31),
        threshold_percent=crowd.present.threshold_percent,
        state=AttemptState.GRADED if is_graded else AttemptState.NEEDS_MARK,
        client_token=f"large-{paper.check.pk}-{number}",
        opened_at=at,
        saved_at=at + timedelta(hours=1),
        submitted_at=at + timedelta(hours=1),
        graded_at=at + timedelta(hours=2) if is_graded else None,
    )


def _job(history: History, attempt: Attempt, paper: Paper) -> GradingJob | None:
    if not paper.is_mastery:
        return None
    history.jobs.append(
        GradingJob(
            attempt=attempt,
            check_version=paper.check,
            learner_id=attempt.membership.user_id,
            state=JobState.DONE,
            tries=1,
            queued_at=_at(attempt),
            ended_at=attempt.submitted_at,
        )
    )
    return history.jobs[-1]


def _events(
    attempt: Attempt, paper: Paper, asked: Sequence[Question], reached: set[str], job: GradingJob | None
) -> Iterator[GradeEvent]:
    """Yield a grade for each item; a written answer of an attempt that waits has none yet."""
    for question in asked:
        if attempt.graded_at is None and question.kind == QuestionKind.WRITTEN:
            continue
        yield GradeEvent(
            attempt=attempt,
            check_version=paper.check,
            item=question.slug,
            objective_id=paper.objectives[question.objective],
            points=question.points if question.objective in reached else 0,
            total=question.points,
            job=job if question.kind == QuestionKind.CODE else None,
            at=_at(attempt),
        )


def _at(attempt: Attempt) -> datetime:
    return attempt.graded_at or attempt.submitted_at or attempt.opened_at


def _follow_up(
    history: History, attempt: Attempt, paper: Paper, asked: set[str], reached: set[str], has: set[str]
) -> None:
    """Write what was mastered with this attempt first, and a corrective, gone through, for what was not."""
    for objective in sorted((reached & asked) - has):
        has.add(objective)
        history.mastered.append(
            ObjectiveMastery(
                membership=attempt.membership,
                objective_id=paper.objectives[objective],
                attempt=attempt,
                at=_at(attempt),
            )
        )
    for objective in sorted(asked - reached):
        if objective in paper.correctives:
            history.assignments.append(
                CorrectiveAssignment(
                    attempt=attempt,
                    objective_id=paper.objectives[objective],
                    corrective=paper.correctives[objective],
                    opened_at=_at(attempt),
                    done_at=_at(attempt) + timedelta(hours=1),
                )
            )
