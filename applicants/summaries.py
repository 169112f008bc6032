"""The summary row of an application at a stage: opened when it gets there, its raw figures kept with each review."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from statistics import stdev

from django.db import transaction
from django.db.models import Exists, OuterRef

from applicants import scores
from applicants.calibrations import Summary
from applicants.judgements import ReviewEdit
from applicants.models import Application, Round
from applicants.scores import Score

BATCH = 1_000
RAW = ("reviews", "mean", "sd", "spread", "scores_hash")


@transaction.atomic
def keep(application: Application, stage_id: int) -> Summary:
    """Count the reviews of an application at a stage again. Call it in the transaction that hands a review in.

    The row is locked before reviews are read: of two that are handed in at once, the second sees the first.
    """
    own = {"round_id": application.round_id}
    Summary.objects.get_or_create(application=application, stage_id=stage_id, defaults=own)
    row = Summary.objects.select_for_update().get(application=application, stage_id=stage_id)
    edits = ReviewEdit.objects.filter(review__assignment__application=application, review__assignment__stage=stage_id)
    _fill(row, scores.counting(edits))
    row.save(update_fields=RAW)
    return row


def open_at(application: Application) -> None:
    """Give an application its row at the stage it is in now. Twice changes nothing."""
    if application.stage_id is not None:
        Summary.objects.get_or_create(
            application=application, stage_id=application.stage_id, defaults={"round_id": application.round_id}
        )


def open_missing() -> int:
    """Give a row to every application that has none at its stage and return how many. For imports, and to repair."""
    present = Summary.objects.filter(application=OuterRef("pk"), stage=OuterRef("stage"))
    lacking = Application.objects.filter(~Exists(present), stage__isnull=False)
    rows = [
        Summary(application_id=pk, round_id=round_id, stage_id=stage_id)
        for pk, round_id, stage_id in lacking.values_list("pk", "round_id", "stage_id")
    ]
    Summary.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return len(rows)


def count_again(round_: Round) -> None:
    """Count all reviews of a round again, in bulk: for rows that were not made by verbs."""
    open_missing()
    edits = ReviewEdit.objects.filter(review__assignment__application__round=round_)
    stages = set(edits.values_list("review__assignment__stage_id", flat=True))
    for stage_id in sorted(stages):
        found = scores.by_application(scores.counting(edits.filter(review__assignment__stage=stage_id)))
        rows = [
            _fill(Summary(application_id=application, round=round_, stage_id=stage_id), some)
            for application, some in found.items()
        ]
        Summary.objects.bulk_create(
            rows, batch_size=BATCH, update_conflicts=True, unique_fields=["application", "stage"], update_fields=RAW
        )


def _fill(row: Summary, found: Sequence[Score]) -> Summary:
    totals = [one.total for one in found]
    row.reviews = len(totals)
    row.mean = (sum(totals) / Decimal(len(totals))).quantize(Decimal("0.001"), ROUND_HALF_UP) if totals else None
    row.sd = float(stdev(totals)) if len(totals) > 1 else None
    row.spread = Decimal(scores.spread(found))
    row.scores_hash = scores.digest(found)
    return row
