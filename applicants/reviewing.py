"""A reviewer's judgement: kept as a draft, submitted, changed with its history, or handed back."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applicants import conflicts
from applicants.choices import ApplicationState, AssignmentState, ConflictOrigin, ReviewState
from applicants.judgements import HIGHEST, LOWEST, Assignment, CriterionScore, Review, ReviewEdit
from applicants.models import Criterion, Revision
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
    review.submitted_at = review.submitted_at or timezone.now()
    review.save()
    ReviewEdit.objects.create(
        review=review,
        revision=revision,
        scores={criterion.slug: score for criterion, score in scores.items()},
        note=note,
    )
    Assignment.objects.filter(pk=current.pk).update(state=AssignmentState.DONE)
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
    current = Assignment.objects.select_for_update(of=("self",)).select_related("reviewer", "application")
    held = current.get(pk=assignment.pk, reviewer__membership__user=by)
    if held.state == AssignmentState.RECUSED:
        return
    if held.state == AssignmentState.DONE:
        raise RuleViolation(_("You have submitted this review. Tell the organizers about the conflict."))
    if not reason.strip():
        raise RuleViolation(_("Say in a few words what the conflict is. Only the organizers read it."))
    conflicts.record(held.reviewer, held.application, origin=ConflictOrigin.DECLARED, reason=reason.strip()[:300])


def _locked(assignment: Assignment, *, by: User) -> Assignment:
    held = Assignment.objects.select_for_update(of=("self",)).select_related("application")
    current = held.get(pk=assignment.pk, reviewer__membership__user=by)
    if current.state not in {AssignmentState.OPEN, AssignmentState.DONE}:
        raise RuleViolation(_("This application is no longer on your desk. Nothing was saved."))
    if current.application.state != ApplicationState.SUBMITTED or current.application.stage_id != current.stage_id:
        raise RuleViolation(_("This application has moved on, so this review can no longer change."))
    return current


def _require_complete(assignment: Assignment, scores: Scores) -> None:
    wanted = Criterion.objects.filter(rubric__form__rounds=assignment.application.round_id)
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
    for criterion, score in scores.items():
        CriterionScore.objects.update_or_create(review=review, criterion=criterion, defaults={"score": score})
    review.scores.exclude(criterion__in=list(scores)).delete()
