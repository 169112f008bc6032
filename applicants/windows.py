"""When the reviewers of a round may read at a stage. Without dates a stage is always open."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from applicants.models import Round, StageWindow
from applicants.procedures import Stage
from whitebox.errors import RuleViolation
from whitebox.prepared import prepared


@dataclass(frozen=True, slots=True)
class Closed:
    """A stage of a round at which nobody reads now. `opens_at` is in the past, or empty, once it is over."""

    round: int
    stage: str  # its slug: a later version of the form has the same stages as rows of its own
    opens_at: datetime | None
    closes_at: datetime | None


def closed(rounds: Iterable[int], now: datetime) -> list[Closed]:
    """Return the stages of rounds that are not open at `now`. One query."""
    shut = Q(opens_at__gt=now) | Q(closes_at__lte=now)
    rows = StageWindow.objects.filter(shut, round__in=list(rounds)).order_by("round", "stage__position", "pk")
    return [Closed(*row) for row in rows.values_list("round_id", "stage__slug", "opens_at", "closes_at")]


def require_open(round_id: int, stage: str, now: datetime) -> None:
    """Raise RuleViolation while nobody may read at the stage called `stage`. One query."""
    for slug, opens_at, closes_at in _dates(round_id):
        if slug != stage:
            continue
        if opens_at is not None and opens_at > now:
            raise RuleViolation(_("Reading at this stage has not begun. Your desk says when it opens."))
        if closes_at is not None and closes_at <= now:
            raise RuleViolation(
                _("Reading at this stage is over, so nothing can be changed any more. Nothing was saved.")
            )


@prepared
def _dates(round_: int) -> QuerySet[StageWindow, tuple[str, datetime | None, datetime | None]]:
    rows = StageWindow.objects.filter(round=round_).order_by("pk")
    return rows.values_list("stage__slug", "opens_at", "closes_at")


@transaction.atomic
def set_dates(round_: Round, stage: Stage, opens_at: datetime | None, closes_at: datetime | None) -> None:
    """Say when a stage of a round is read; without both dates it is always open. Twice changes nothing."""
    if opens_at is not None and closes_at is not None and closes_at <= opens_at:
        raise RuleViolation(_("A stage closes after it opens. Nothing was changed."))
    if opens_at is None and closes_at is None:
        StageWindow.objects.filter(round=round_, stage=stage).delete()
        return
    StageWindow.objects.update_or_create(
        round=round_, stage=stage, defaults={"opens_at": opens_at, "closes_at": closes_at}
    )
