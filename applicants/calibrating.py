"""Fitting the scores of a round at a stage: after reviews, when the terms change, whenever rows are stale."""

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from applicants import computation, scores
from applicants.calibrations import GREY_FROM, GREY_TO, Calibration, Severity, Summary
from applicants.choices import ApplicationState
from applicants.computation import Computed, Terms
from applicants.judgements import ReviewEdit
from applicants.models import Round
from applicants.procedures import Criterion, Stage
from applicants.scores import Score

BATCH = 10  # reviews that are worth a fit at once
PAUSE = timedelta(minutes=1)  # after which fewer are, too
ROWS = 1_000
ASKED = 5_000  # keys in one query
FITTED = ("calibration", "fitted_hash", "adjusted", "se", "p_top", "p_bar", "tier", "expected_rank", "as_of")
UNFITTED = dict.fromkeys(("calibration", "adjusted", "se", "p_top", "p_bar", "expected_rank", "as_of")) | {"tier": ""}


def places_of(round_: Round) -> int:
    return round_.cohort.seats if round_.places is None else round_.places


def terms_of(round_: Round, stages: Sequence[Stage]) -> Terms:
    """Return what the figures of a stage depend on beside its scores. One query."""
    first = Criterion.objects.filter(rubric__stages=stages[0], is_tier=True).order_by("position").first()
    return Terms(
        places=places_of(round_),
        bar=float(round_.bar),
        tier=first.slug if first else "",
        seed=zlib.crc32(f"{round_.slug}/{stages[0].slug}".encode()),
    )


def newest(round_: Round, stages: Sequence[Stage]) -> Calibration | None:
    """Return the last fit, without the list of reviews that went in: in a large round that is half a megabyte."""
    return Calibration.objects.filter(round=round_, stage__in=stages).defer("edits").order_by("-at", "-pk").first()


def stale(round_: Round, stages: Sequence[Stage]) -> QuerySet[Summary]:
    """Return the rows whose reviews are not those that the last fit had."""
    rows = Summary.objects.filter(round=round_, stage__in=stages).exclude(scores_hash=F("fitted_hash"))
    return rows.exclude(application__state=ApplicationState.WITHDRAWN)


def is_due(round_: Round, stages: Sequence[Stage]) -> bool:
    """Tell whether a fit would change anything. Three queries."""
    last = newest(round_, stages)
    if stale(round_, stages).exists():
        return True
    if last is None:
        return False
    if (last.places, last.bar, last.model) != (places_of(round_), round_.bar, computation.model()):
        return True
    counted = Summary.objects.filter(calibration=last).exclude(application__state=ApplicationState.WITHDRAWN)
    return counted.count() != last.applications


def is_worth_it(round_: Round, stages: Sequence[Stage]) -> bool:
    """Tell whether to fit now or to wait for more reviews: ten, or a minute, whichever comes first."""
    last = newest(round_, stages)
    if last is None or last.at < timezone.now() - PAUSE:
        return True
    return stale(round_, stages).count() >= BATCH


def is_worth_trying(round_id: int, slug: str) -> bool:
    """Tell, at the cost of a few small queries, whether a task that may be one of many should fit now."""
    round_ = Round.objects.select_related("cohort", "form").get(pk=round_id)
    stages = scores.stages_of(round_, slug)
    return bool(stages) and is_due(round_, stages) and is_worth_it(round_, stages)


def waiting() -> Iterator[tuple[int, str]]:
    """Yield the rounds and stages whose figures are due."""
    rows = Summary.objects.order_by().values_list("round", "stage__slug").distinct()
    for round_id, slug in list(rows):
        if is_worth_trying(round_id, slug):
            yield round_id, slug


def refit(round_id: int, slug: str) -> Calibration | None:
    """Fit the scores of a round at a stage and rewrite its summaries; None where nothing has changed.

    May come twice or late: what is computed depends on the rows alone. The fit runs outside of the transaction, which
    would lock an embedded database for its time.
    """
    round_ = Round.objects.select_related("cohort", "form").get(pk=round_id)
    stages = scores.stages_of(round_, slug)
    if not stages or not is_due(round_, stages):
        return None
    last = newest(round_, stages)
    found = scores.of_stage(round_id, stages)
    terms = terms_of(round_, stages)
    computed = computation.compute(found, terms)
    return _keep(_Fresh(round_, stages, terms, found, computed), last)


def again(calibration: Calibration) -> Computed | None:
    """Compute a stored fit again, from the reviews that went into it as they stood then."""
    kept: list[Score] = []
    for start in range(0, len(calibration.edits), ASKED):
        kept += scores.counting(ReviewEdit.objects.filter(pk__in=calibration.edits[start : start + ASKED]))
    stages = [calibration.stage]
    terms = terms_of(Round.objects.select_related("cohort").get(pk=calibration.round_id), stages)
    stored = Terms(calibration.places, float(calibration.bar), terms.tier, calibration.seed, calibration.draws)
    return computation.compute(kept, stored)


@dataclass(frozen=True, slots=True)
class _Fresh:
    round: Round
    stages: Sequence[Stage]
    terms: Terms
    scores: Sequence[Score]
    computed: Computed | None


@transaction.atomic
def _keep(fresh: _Fresh, last: Calibration | None) -> Calibration | None:
    Round.objects.select_for_update().get(pk=fresh.round.pk)
    if newest(fresh.round, fresh.stages) != last:
        return None  # Another worker fitted meanwhile; what it did not have yet stays stale and is fitted next.
    made = _stored(fresh, fresh.computed) if fresh.computed else None
    hashes = {one: scores.digest(some) for one, some in scores.by_application(fresh.scores).items()}
    _write(fresh, made, hashes)
    older = Calibration.objects.filter(round=fresh.round, stage__in=fresh.stages, dossiers=None)
    older.exclude(pk=made.pk if made else 0).delete()
    return made


def _stored(fresh: _Fresh, computed: Computed) -> Calibration:
    fit, terms = computed.fit, fresh.terms
    made = Calibration.objects.create(
        round=fresh.round,
        stage=fresh.stages[0],
        model=computation.model(),
        versions=computation.versions(),
        scores_hash=scores.digest(fresh.scores),
        edits=sorted(one.edit for one in fresh.scores),
        seed=terms.seed,
        draws=terms.draws,
        places=terms.places,
        bar=Decimal(str(terms.bar)),
        reviews=len(fresh.scores) - computed.left_out,
        applications=len(computed.applications),
        reviewers=len(computed.reviewers),
        open_decisions=sum(GREY_FROM < one.p_top < GREY_TO for one in computed.applications.values()),
        left_out=computed.left_out,
        groups=fit.components,
        mean=fit.mean,
        var_applicant=fit.var_applicant,
        var_reviewer=fit.var_reviewer,
        var_residual=fit.var_residual,
        reml=fit.reml,
        reliability_raw=computed.reliability_raw,
        reliability=computed.reliability,
        notes=list(computed.notes),
        criteria=dict(computed.criteria),
        flips=list(computed.flips),
    )
    Severity.objects.bulk_create(
        Severity(
            calibration=made,
            reviewer_id=reviewer,
            reviews=one.reviews,
            effect=one.effect,
            se=one.se,
            drift=one.drift,
            drift_se=one.drift_se,
        )
        for reviewer, one in computed.reviewers.items()
    )
    return made


def _write(fresh: _Fresh, made: Calibration | None, hashes: dict[int, str]) -> None:
    """Give each summary its figures; those that no fit had lose theirs."""
    figures = fresh.computed.applications if fresh.computed else {}
    stages = {one.application: one.stage for one in fresh.scores}
    rows = []
    for application, digest in hashes.items():
        row = Summary(application_id=application, round=fresh.round, stage_id=stages[application])
        row.calibration, row.fitted_hash, row.as_of = made, digest, made.at if made else timezone.now()
        if one := figures.get(application):
            row.adjusted, row.se, row.p_top = one.adjusted, one.se, one.p_top
            row.p_bar, row.tier, row.expected_rank = one.p_bar, one.tier, one.expected_rank
        else:
            row.calibration = None
        rows.append(row)
    Summary.objects.bulk_create(
        rows, batch_size=ROWS, update_conflicts=True, unique_fields=["application", "stage"], update_fields=FITTED
    )
    kept = Summary.objects.filter(round=fresh.round, stage__in=fresh.stages, calibration__isnull=False)
    kept.exclude(calibration=made).update(**UNFITTED, fitted_hash="")
