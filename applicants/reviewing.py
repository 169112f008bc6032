"""A reviewer's judgement: kept as a draft, submitted, changed with its history, or handed back."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applicants import conflicts, summaries, tasks, windows
from applicants.choices import ApplicationState, AssignmentState, ConflictOrigin, ReviewState
from applicants.judgements import HIGHEST, LOWEST, Assignment, CriterionScore, Review, ReviewEdit
from applicants.models import Application, Revision
from applicants.procedures import Criterion
from whitebox.errors import RuleViolation
from whitebox.people.models import User

Scores = Mapping[Criterion, int | None]  # None: the reviewer abstains; a criterion that is missing has no score yet


@transaction.atomic
def save_draft(assignment: Assignment, revision: Revision, scores: Scores, note: str, *, by: User) -> Review:
    """Keep what a reviewer has so far. A submitted review is left as it is: change it by submitting again."""
    current = _locked(assignment, by=by)
    review, _created = Review.objects.get_or_create(assignment=current, defaults={"revision": revision})
    if review.state == ReviewState.SUBMITTED:
        raise RuleViolation(_("This review is submitted. Submit it again to change it; the earlier one is kept."))
    _write(review, revision, scores, note)
    review.save()
    return review


@transaction.atomic
def submit(assignment: Assignment, revision: Revision, scores: Scores, note: str, *, by: User) -> Review:
    """Hand in a review, pinned to the revision that was read. Handing in the same again writes nothing.

    Raises RuleViolation while a criterion has neither a level nor an abstention, or none has a level.
    """
    current = _locked(assignment, by=by)
    _require_complete(current, scores)
    review, _created = Review.objects.get_or_create(assignment=current, defaults={"revision": revision})
    if review.state == ReviewState.SUBMITTED and _is_same(review, revision, scores, note):
        return review
    _write(review, revision, scores, note)
    review.state, review.total = ReviewState.SUBMITTED, total(scores)
    review.is_complete = all(score is not None for score in scores.values())
    review.submitted_at = review.submitted_at or timezone.now()
    review.save()
    ReviewEdit.objects.create(
        review=review,
        revision=revision,
        scores={criterion.slug: score for criterion, score in scores.items()},
        total=review.total,
        note=note,
    )
    Assignment.objects.filter(pk=current.pk).update(state=AssignmentState.DONE)
    summaries.keep(current.application, current.stage_id)
    tasks.refit.delay_on_commit(current.application.round_id, current.stage.slug)
    return review


def total(scores: Scores) -> Decimal:
    """Return the weighted mean of the criteria that have a level; its weights are those of these criteria only."""
    given = [(criterion.weight, score) for criterion, score in scores.items() if score is not None]
    weights = sum(weight for weight, _score in given)
    mean = Decimal(sum(weight * score for weight, score in given)) / Decimal(weights)
    return mean.quantize(Decimal("0.001"), ROUND_HALF_UP)


@transaction.atomic
def recuse(assignment: Assignment, *, reason: str, by: User) -> None:
    """Step back from an application for a conflict of interest. Twice changes nothing."""
    held = _own(assignment, by=by)
    if held.state == AssignmentState.RECUSED:
        return
    if held.state == AssignmentState.DONE:
        raise RuleViolation(_("You have submitted this review. Tell the organizers about the conflict."))
    if not reason.strip():
        raise RuleViolation(_("Say in a few words what the conflict is. Only the organizers read it."))
    conflicts.record(held.reviewer, held.application, origin=ConflictOrigin.DECLARED, reason=reason.strip()[:300])


@transaction.atomic
def hand_back(assignment: Assignment, *, reason: str = "", by: User) -> None:
    """Give a reading back for lack of time; a draft stays in the history. Twice changes nothing.

    Raises RuleViolation once the review is submitted, or for a reading that ended otherwise.
    """
    held = _own(assignment, by=by)
    if held.state == AssignmentState.DECLINED:
        return
    if held.state != AssignmentState.OPEN:
        raise RuleViolation(_("This reading is no longer open, so it cannot be handed back."))
    held.state, held.reason = AssignmentState.DECLINED, reason.strip()[:300]
    held.save(update_fields=["state", "reason"])


def _own(assignment: Assignment, *, by: User) -> Assignment:
    # The application first, as everywhere: a conflict may end an interview of it.
    Application.objects.select_for_update(of=("self",)).get(pk=assignment.application_id)
    locked = Assignment.objects.select_for_update(of=("self",)).select_related("reviewer", "application")
    return locked.get(pk=assignment.pk, reviewer__membership__user=by)


def _locked(assignment: Assignment, *, by: User) -> Assignment:
    held = Assignment.objects.select_for_update(of=("self",)).select_related("application", "stage")
    current = held.get(pk=assignment.pk, reviewer__membership__user=by)
    conflicts.require_none(by, current.application)
    if current.state not in {AssignmentState.OPEN, AssignmentState.DONE}:
        raise RuleViolation(_("This application is no longer on your desk. Nothing was saved."))
    if current.application.state != ApplicationState.SUBMITTED or current.application.stage_id != current.stage_id:
        raise RuleViolation(_("This application has moved on, so this review can no longer change."))
    windows.require_open(current.application.round_id, current.stage.slug, timezone.now())
    return current


def _require_complete(assignment: Assignment, scores: Scores) -> None:
    wanted = Criterion.objects.filter(rubric__stages=assignment.stage_id)
    missing = [criterion.title for criterion in wanted if criterion not in scores]
    if missing:
        raise RuleViolation(_("Choose a level, or abstain, for: %(titles)s.") % {"titles": ", ".join(missing)})
    if not any(score is not None for score in scores.values()):
        raise RuleViolation(_("Give at least one level. If you cannot judge this application, step back from it."))


def _is_same(review: Review, revision: Revision, scores: Scores, note: str) -> bool:
    stored = dict(review.scores.values_list("criterion_id", "score"))
    given = {criterion.pk: score for criterion, score in scores.items()}
    return (review.revision_id, review.note, stored) == (revision.pk, note, given)


def _write(review: Review, revision: Revision, scores: Scores, note: str) -> None:
    if any(score is not None and not LOWEST <= score <= HIGHEST for score in scores.values()):
        raise RuleViolation(_("A level lies between 1 and 5."))
    review.revision, review.note, review.changed_at = revision, note, timezone.now()
    rows = [CriterionScore(review=review, criterion=criterion, score=score) for criterion, score in scores.items()]
    CriterionScore.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["review", "criterion"], update_fields=["score"]
    )
    review.scores.exclude(criterion__in=list(scores)).delete()
