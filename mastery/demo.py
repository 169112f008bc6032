"""The demonstration's attempts: week 1 in every state that a page can show, week 2 not begun."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from mastery import (
    allowances,
    attempts,
    correctives,
    demo_reviews,
    demo_talks,
    desk_demo,
    marking,
    overrides,
    questions,
    queue,
    regrading,
    working,
)
from mastery.attempts import Value
from mastery.choices import CheckKind, QuestionKind
from mastery.grading import code
from mastery.ledger import Mark
from mastery.marking import Judgement
from mastery.models import Attempt, CheckVersion, CorrectiveAssignment, GradeEvent, GradingJob, ObjectiveMastery
from mastery.questions import Question
from whitebox.packs import loading, storing
from whitebox.packs.contents import Contents
from whitebox.people.models import Membership
from whitebox.programme.demonstration import World

SILENT = {11}  # for more than a week
TWICE = {2}  # "not yet" in form A and again in form B
VOIDED = {8}  # a broken exercise ended their first attempt; they took the form again
ALIKE = {3, 7}  # they handed in the same unusual program
AHEAD = (1, 6, 7, 10, 9)  # they have taken the check of week 2 too, all of it but the talk
LATE_STARTERS = {5, 11}  # by place in the list: they have not taken the check yet
FOUR_DAYS = timedelta(days=4)
UNMARKED = {4, 8}  # they wait on mentor@demo.test's desk
OVERDUE = {4}  # for more than two days
BELOW = {3, 12}  # their written answer is not yet mastered, and they see that differently
SLIPS = {0: ("gradient-checking",), 2: ("chain-rule", "training-loop"), 6: ("reverse-mode",), 9: ("feature-vectors",)}
MORE_TIME = 3
FORM_A = "modules/01-gradients-from-scratch/checks/gradients-mastery/form-a.yml"
NARROW = b'answer: "35"\n    tolerance: {absolute: "0.01"}'
WIDE = NARROW.replace(b"0.01", b"1")
WHAT_WAS_WRONG = _("Item 3 took only answers within 0.01. A slip of one in the last sum is no lack of understanding.")
SAID = _(
    "The program adds each step's gradient to the sum of all earlier ones and never sets it to zero. Near the minimum "
    "the sum still points the old way, so w runs past it until enough opposite gradients have cancelled the sum; it "
    "swings for ever. Set grad to zero at the start of each step. Test: with the reset and the same learning rate the "
    "loss falls at every step; with the bug the first step is right and only later ones overshoot."
)
OWN_WAY = """

def _difference(expected, got, steps=7):
    worst = 0.0
    for at in range(steps):
        left = expected[at] if at < len(expected) else 0.0
        right = got[at] if at < len(got) else 0.0
        worst = max(worst, abs(left - right) / (abs(left) + abs(right) + 1e-9))
    return worst if worst > 1e-6 else 0.0
"""
COMMENTS = (
    _("Clear, and the test would really tell the two causes apart."),
    _("Good. Say next time why the swings do not die out."),
)
BELOW_COMMENT = _(
    "The fault and its repair are there. The test that tells it from a rate that is too large is missing."
)


def fill(world: World) -> None:
    """Let people take the checks of week 1; most have mastered it, some have a corrective open."""
    desk_demo.begin(world)
    found = CheckVersion.objects.followed_by(world.cohort).defer(None)
    first = [check for check in found if check.for_check.module.slug == "gradients-from-scratch"]
    slow = world.participants[MORE_TIME]
    allowances.grant(slow, 150, by=world.organizer, reason=_("Reads with a screen reader."))
    for index, membership in enumerate(world.participants):
        for check in first:
            if check.for_check.kind == CheckKind.PRE_SESSION or index not in LATE_STARTERS:
                _take(world, check, membership, index)
                if check.for_check.kind == CheckKind.MASTERY and index in TWICE:
                    _try_again(world, check, membership, index)
    desk_demo.fill(world)
    second = next(check for check in found if check.for_check.slug == "transformer-mastery")
    for index in AHEAD:
        _go_ahead(world, second, index)
    demo_talks.fill(world, [world.participants[index] for index in AHEAD])
    demo_reviews.fill(world)
    _regrade(world)


def _regrade(world: World) -> None:
    """Leave a regrade that waits for the organizer's decision: the key of one item was too narrow."""
    files = dict(storing.contents_of(world.version).files)
    files[FORM_A] = files[FORM_A].replace(NARROW, WIDE, 1)
    loaded = loading.stage(Contents(files), by=world.organizer)
    fixed = CheckVersion.objects.get(version=loaded, for_check__slug="gradients-mastery")
    run = regrading.begin(world.cohort, fixed, by=world.organizer, reason=WHAT_WAS_WRONG)
    while regrading.step(run.pk, world.now):
        pass


def _go_ahead(world: World, check: CheckVersion, index: int) -> None:
    """Let somebody have taken week 1 days ago and week 2 since, by an exception where week 1 is not mastered yet."""
    quick = world.participants[index]
    _move_back(quick.attempts.get(for_check__kind=CheckKind.MASTERY), world.now - FOUR_DAYS)
    if index in SLIPS:
        reason = _("Was ill, and works through the corrective beside it.")
        overrides.open_module(quick, check.for_check.module, by=world.organizer, reason=reason)
    _take(world, check, quick, index)


def _take(world: World, check: CheckVersion, membership: Membership, index: int) -> None:
    is_mastery = check.for_check.kind == CheckKind.MASTERY
    slips = set(SLIPS.get(index, ())) if is_mastery else {world.rng.choice(("chain-rule", "layer-gradients", ""))}
    if is_mastery and index in VOIDED:
        _lose(world, _submitted(check, membership, index, slips))
    attempt = _graded(world, check, membership, index, slips)
    earlier = timedelta(hours=48 if index in TWICE | SILENT | OVERDUE else 0)
    _move_back(attempt, world.now - _since(check, index) - earlier)


def _try_again(world: World, check: CheckVersion, membership: Membership, index: int) -> None:
    """Let somebody do the correctives and find the next form as hard."""
    for assignment in CorrectiveAssignment.objects.filter(attempt__membership=membership):
        correctives.finish(assignment, by=membership.user)
    attempt = _graded(world, check, membership, index, set(SLIPS[index]))
    _move_back(attempt, world.now - timedelta(hours=7))


def _submitted(check: CheckVersion, membership: Membership, index: int, slips: set[str]) -> Attempt:
    token = f"demo-{check.pk}-{Attempt.objects.filter(membership=membership).count()}"
    attempt = attempts.start(membership, check, token=token, by=membership.user)
    asked = questions.of_attempt(attempt)
    answers = {question.slug: _answer(question, is_right=question.objective not in slips) for question in asked}
    if index in ALIKE:
        answers |= {one.slug: f"{answers[one.slug]}{OWN_WAY}" for one in asked if one.kind == QuestionKind.CODE}
    attempts.submit(attempt, answers, by=membership.user)
    return attempt


def _graded(world: World, check: CheckVersion, membership: Membership, index: int, slips: set[str]) -> Attempt:
    attempt = _submitted(check, membership, index, slips)
    for job in attempt.jobs.all():
        _grade(job.pk, world.now, is_real=index == 0)
    attempt.refresh_from_db()
    if index not in UNMARKED:
        _mark(world, attempt, membership, is_below=index in BELOW)
    return attempt


def _lose(world: World, attempt: Attempt) -> None:
    """Let the grader fail: the attempt is void, and the list of grader faults says so."""
    asked = [one.slug for one in questions.of_attempt(attempt) if one.kind == QuestionKind.CODE]
    for waiting in attempt.jobs.live():
        job = queue.claim(waiting.pk, now=world.now)
        if job is not None:
            queue.spoil(job, f"{asked[0]}: bad_cases the reference returned shape (3,) for case 4, (3, 1) was declared")
    _move_back(attempt, world.now - timedelta(hours=80))


def _since(check: CheckVersion, index: int) -> timedelta:
    """Return how long ago a person took a check; participant@demo.test so early that some of it is due for a look."""
    if check.for_check.kind == CheckKind.PRE_SESSION:
        return timedelta(hours=120 + 6 * (index % 7))
    if check.for_check.slug == "transformer-mastery":
        return timedelta(hours=44)
    return timedelta(hours=60 if index == 0 else 5 + 6 * (index % 7))


def _answer(question: Question, *, is_right: bool) -> Value:
    chosen = [str(place) for place, one in enumerate(question.options) if one.is_correct is is_right]
    places = [str(place) for place in range(1, len(question.in_order) + 1)]
    match question.kind:
        case QuestionKind.SINGLE | QuestionKind.MULTIPLE:
            return chosen if question.kind == QuestionKind.MULTIPLE else chosen[0]
        case QuestionKind.ORDERING:
            return places if is_right else places[::-1]
        case QuestionKind.CODE if question.exercise is not None:
            return question.exercise.reference if is_right else question.exercise.starter
        case QuestionKind.ORAL:
            return ""
        case QuestionKind.NUMERIC:
            return str(question.answer if is_right else question.answer + 1)
        case _:
            return SAID


def _grade(job_id: int, now: datetime, *, is_real: bool) -> None:
    """Run the code of one person where there is a sandbox; record the others' outcome, which is known."""
    if is_real and code.availability().ok:
        working.work(job_id)
        return
    job = queue.claim(job_id, now=now)
    if job is None:
        return
    answers = attempts.answers_of(job.attempt)
    asked = [one for one in questions.of_attempt(job.attempt) if one.kind == QuestionKind.CODE]
    queue.finish(job, [_known(question, answers[question.slug]) for question in asked])


def _known(question: Question, answer: Value) -> Mark:
    is_right = question.exercise is not None and str(answer).startswith(question.exercise.reference)
    reason = _("Recorded for the demonstration without running the code.")
    return Mark(question.slug, question.points if is_right else 0, {}, reason)


def _mark(world: World, attempt: Attempt, membership: Membership, *, is_below: bool) -> None:
    mentor = membership.mentor
    if mentor is None:
        return
    for question in marking.unmarked(attempt, list(attempt.events.all())):
        if question.kind == QuestionKind.WRITTEN:
            said = world.rng.choice(COMMENTS)
            judgement = Judgement(question.mastered_from - is_below, BELOW_COMMENT if is_below else said)
            marking.mark(attempt, question.slug, judgement, by=mentor.user)


def _move_back(attempt: Attempt, moment: datetime) -> None:
    """Let an attempt have happened earlier: the verbs write the present time, and a demonstration needs a past."""
    attempt.refresh_from_db()
    graded_at = moment + timedelta(hours=2) if attempt.graded_at else None
    Attempt.objects.filter(pk=attempt.pk).update(
        opened_at=moment - timedelta(hours=2), saved_at=moment, submitted_at=moment, graded_at=graded_at
    )
    GradingJob.objects.filter(attempt=attempt).update(queued_at=moment)
    GradeEvent.objects.filter(attempt=attempt).update(at=moment + timedelta(hours=2))
    ObjectiveMastery.objects.filter(attempt=attempt).update(at=moment + timedelta(hours=2))
    attempt.assignments.update(opened_at=moment + timedelta(hours=2))
    attempt.second_marks.update(drawn_at=moment + timedelta(hours=2))
