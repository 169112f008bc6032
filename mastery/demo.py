"""The demonstration's attempts: week 1 in every state that a page can show, week 2 not begun."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from mastery import attempts, marking, questions, queue, working
from mastery.attempts import Value
from mastery.choices import CheckKind, QuestionKind
from mastery.grading import code
from mastery.ledger import Mark
from mastery.marking import Judgement
from mastery.models import Attempt, CheckVersion, GradeEvent, ObjectiveMastery
from mastery.questions import Question
from whitebox.people.models import Membership
from whitebox.programme.demonstration import World

LATE_STARTERS = {5, 11}  # by place in the list: they have not taken the check yet
UNMARKED = {4, 8}  # they wait on mentor@demo.test's desk
SLIPS = {0: ("gradient-checking",), 2: ("chain-rule", "training-loop"), 6: ("reverse-mode",), 9: ("feature-vectors",)}
SAID = _(
    "The program adds each step's gradient to the sum of all earlier ones and never sets it to zero. Near the minimum "
    "the sum still points the old way, so w runs past it until enough opposite gradients have cancelled the sum; it "
    "swings for ever. Set grad to zero at the start of each step. Test: with the reset and the same learning rate the "
    "loss falls at every step; with the bug the first step is right and only later ones overshoot."
)
COMMENTS = (
    _("Clear, and the test would really tell the two causes apart."),
    _("Good. Say next time why the swings do not die out."),
)


def fill(world: World) -> None:
    """Let people take the checks of week 1; most have mastered it, some have a corrective open."""
    found = CheckVersion.objects.followed_by(world.cohort).defer(None)
    first = [check for check in found if check.for_check.module.slug == "gradients-from-scratch"]
    for index, membership in enumerate(world.participants):
        for check in first:
            if check.for_check.kind == CheckKind.PRE_SESSION or index not in LATE_STARTERS:
                _take(world, check, membership, index)


def _take(world: World, check: CheckVersion, membership: Membership, index: int) -> None:
    is_mastery = check.for_check.kind == CheckKind.MASTERY
    slips = set(SLIPS.get(index, ())) if is_mastery else {world.rng.choice(("chain-rule", "layer-gradients", ""))}
    attempt = attempts.start(membership, check, token=f"demo-{check.pk}", by=membership.user)
    asked = questions.of_attempt(attempt)
    answers = {question.slug: _answer(question, is_right=question.objective not in slips) for question in asked}
    attempts.submit(attempt, answers, by=membership.user)
    for job in attempt.jobs.all():
        _grade(job.pk, world.now, is_real=index == 0)
    attempt.refresh_from_db()
    if index not in UNMARKED:
        _mark(world, attempt, membership)
    _move_back(attempt, world.now - timedelta(hours=(5 if is_mastery else 120) + 6 * (index % 7)))


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
    is_right = question.exercise is not None and answer == question.exercise.reference
    reason = _("Recorded for the demonstration without running the code.")
    return Mark(question.slug, question.points if is_right else 0, {}, reason)


def _mark(world: World, attempt: Attempt, membership: Membership) -> None:
    mentor = membership.mentor
    if mentor is None:
        return
    for question in marking.unmarked(attempt, list(attempt.events.all())):
        if question.kind == QuestionKind.WRITTEN:
            judgement = Judgement(question.mastered_from, world.rng.choice(COMMENTS))
            marking.mark(attempt, question.slug, judgement, by=mentor.user)


def _move_back(attempt: Attempt, moment: datetime) -> None:
    """Let an attempt have happened earlier: the verbs write the present time, and a demonstration needs a past."""
    attempt.refresh_from_db()
    graded_at = moment + timedelta(hours=2) if attempt.graded_at else None
    Attempt.objects.filter(pk=attempt.pk).update(
        opened_at=moment - timedelta(hours=2), saved_at=moment, submitted_at=moment, graded_at=graded_at
    )
    GradeEvent.objects.filter(attempt=attempt).update(at=moment + timedelta(hours=2))
    ObjectiveMastery.objects.filter(attempt=attempt).update(at=moment + timedelta(hours=2))
    attempt.assignments.update(opened_at=moment + timedelta(hours=2))
