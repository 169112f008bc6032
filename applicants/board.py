"""The screening board: what is known of each application at a stage, ranked, for organizers.

It sorts on the indexed columns of summary rows. What an organizer must not see yet is left out of rows, counts and
orders alike: see `blindness`.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from statistics import fmean
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from applicants import blindness, calibrating, charts
from applicants.calibrations import GREY_FROM, GREY_TO, Calibration, Summary, percent
from applicants.choices import ApplicationState, DecisionCode, Tier
from applicants.judgements import Decision, Reconciliation
from applicants.models import Round
from applicants.procedures import Stage
from whitebox.people.models import User

PAGE = 100
APART = 2  # levels between reviewers that ask for a word
SECOND = 2  # readings that every application gets
COUNTED = 100  # beyond that a count says only "or more"
SURE = 1.96  # standard errors on each side of a score

COLUMNS = (
    "application_id", "application__code", "application__state", "application__stage_id", "stage_id", "reviews",
    "mean", "sd", "spread", "adjusted", "se", "p_top", "p_bar", "tier", "scores_hash", "fitted_hash",
)  # fmt: skip
# The column that has to be there to be ranked by, and the order. By `application` Django would join that table and
# follow its own order, the newest first, which no index of summaries serves.
SORTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "adjusted": ("adjusted", ("-adjusted", "application_id")),
    "tier": ("adjusted", ("tier", "-adjusted", "application_id")),
    "chance": ("p_top", ("-p_top", "application_id")),
    "mean": ("mean", ("-mean", "application_id")),
    "spread": ("", ("-spread", "application_id")),
    "reviews": ("", ("reviews", "application_id")),
}


@dataclass(frozen=True, slots=True)
class View:
    """One stage of a round as one organizer sees it."""

    round: Round
    stages: Sequence[Stage]  # the stage, one row for each version of the form
    own: Sequence[Stage]  # all stages of the round's present form
    titles: Mapping[int, str]  # of the stages of all forms
    hidden: frozenset[int]  # applications

    @property
    def stage(self) -> Stage:
        return self.stages[0]

    def summaries(self) -> QuerySet[Summary]:
        rows = Summary.objects.filter(round=self.round)
        # One stage is the rule, and an index serves it in order.
        rows = rows.filter(stage=self.stage) if len(self.stages) == 1 else rows.filter(stage__in=self.stages)
        return rows.exclude(application__in=self.hidden) if self.hidden else rows


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an organizer asked to see, and in which order."""

    show: str = ""
    tier: str = ""
    state: str = ""
    sort: str = "adjusted"


@dataclass(frozen=True, slots=True)
class Line:
    """One application."""

    pk: int
    code: str
    state: str
    at_stage: int | None
    stage: int
    reviews: int
    mean: Decimal | None
    sd: float | None
    spread: Decimal
    adjusted: float | None
    se: float | None
    p_top: float | None
    p_bar: float | None
    tier: str
    scores_hash: str
    fitted_hash: str
    where: str
    pending: str
    cut: float | None

    @property
    def is_stale(self) -> bool:
        return self.scores_hash != self.fitted_hash

    @property
    def is_apart(self) -> bool:
        return self.spread >= APART

    @property
    def dot(self) -> str:
        """The adjusted score with its interval, on the axis that all rows share."""
        if self.adjusted is None or self.se is None:
            return ""
        return charts.dot(self.adjusted, SURE * self.se, self.cut)

    @property
    def percent(self) -> str:
        return percent(self.p_top)

    @property
    def bar(self) -> str:
        return "" if self.p_top is None else charts.bar(self.p_top)


@dataclass(frozen=True, slots=True)
class Ranked:
    """Rows that have a rank, then those that have none yet, so that each part follows an index."""

    whole: QuerySet[Summary]
    ranked: QuerySet[Summary]
    others: QuerySet[Summary] | None
    ordered = True

    def count(self) -> int:
        return self.whole.count()

    def __getitem__(self, part: slice) -> list[tuple[Any, ...]]:
        start, stop = part.start or 0, part.stop
        found = list(self.ranked.values_list(*COLUMNS)[start:stop])
        if self.others is None or len(found) == stop - start:
            return found
        before = start + len(found) if found else self.ranked.count()
        return found + list(self.others.values_list(*COLUMNS)[max(0, start - before) : stop - before])

    def everything(self) -> Iterator[tuple[Any, ...]]:
        for part in (self.ranked, self.others):
            if part is not None:
                yield from part.values_list(*COLUMNS).iterator(chunk_size=2_000)


def view_of(round_: Round, slug: str, user: User) -> View | None:
    """Return a stage of a round as `user` may see it, the first one without a name; None for a name it has not.

    Two queries.
    """
    found = list(Stage.objects.filter(form__version=round_.form.version_id).order_by("-form__number", "position"))
    own = [stage for stage in found if stage.form_id == round_.form_id]
    wanted = slug or (own[0].slug if own else "")
    stages = [stage for stage in found if stage.slug == wanted]
    if not stages:
        return None
    hidden = blindness.unseen(user.pk, round_)
    return View(round_, stages, own, {stage.pk: stage.title for stage in found}, hidden)


def rows(view: View, chosen: Chosen) -> Ranked:
    found = view.summaries().filter(*_conditions(chosen))
    needed, order = SORTS.get(chosen.sort, SORTS["adjusted"])
    if not needed:
        return Ranked(found, found.order_by(*order), None)
    empty = found.filter(**{f"{needed}__isnull": True}).order_by("reviews", "application_id")
    return Ranked(found, found.filter(**{f"{needed}__isnull": False}).order_by(*order), empty)


def _conditions(chosen: Chosen) -> Iterator[Any]:
    shows: Mapping[str, Q] = {
        "grey": Q(p_top__gt=GREY_FROM, p_top__lt=GREY_TO),
        "apart": Q(spread__gte=APART),
        "second": Q(reviews__lt=SECOND),
        "stale": ~Q(scores_hash=F("fitted_hash")),
    }
    if chosen.show in shows:
        yield shows[chosen.show]
    if chosen.show == "undecided":
        yield ~Exists(Decision.objects.filter(application=OuterRef("application"), superseded_at=None))
    if chosen.tier in Tier.values:
        yield Q(tier=chosen.tier)
    if chosen.state in ApplicationState.values:
        yield Q(application__state=chosen.state)


def lines(view: View, found: Sequence[tuple[Any, ...]], cut: float | None) -> list[Line]:
    """Return rows with what else stands in them: where the application is, and what is decided. One query."""
    decided = Decision.objects.filter(application__in=[row[0] for row in found], released_at=None, superseded_at=None)
    pending = dict(decided.order_by().values_list("application_id", "code"))
    return [Line(*row, *_beside(view, row, pending.get(row[0]), cut)) for row in found]


def _beside(view: View, row: tuple[Any, ...], pending: str | None, cut: float | None) -> tuple[Any, ...]:
    return _where(view, row[2], row[3], row[4]), _label(pending), cut


def _where(view: View, state: str, at_stage: int | None, stage: int) -> str:
    if state == ApplicationState.SUBMITTED and at_stage is not None and at_stage != stage:
        return view.titles.get(at_stage, "")
    return str(ApplicationState(state).label)


def _label(code: str | None) -> str:
    return str(DecisionCode(code).label) if code else ""


def cut_of(view: View, places: int) -> float | None:
    """Return the score between the last who would be in and the first who would be out. One query.

    Among those that may be seen: between two rows of the list it would tell the score of one that is left out.
    """
    if places < 1:
        return None
    ranked = view.summaries().filter(adjusted__isnull=False)
    around: list[Any] = list(
        ranked.order_by("-adjusted", "application_id").values_list("adjusted", flat=True)[places - 1 : places + 1]
    )
    return fmean(around) if len(around) == 2 else None


def newest(view: View) -> Calibration | None:
    return calibrating.newest(view.round, view.stages)


def unsettled(view: View) -> QuerySet[Summary]:
    """Return the rows whose reviewers differ by two levels or more, and no note says what came of it."""
    noted = Reconciliation.objects.filter(application=OuterRef("application"), stage=OuterRef("stage"))
    return view.summaries().filter(~Exists(noted), spread__gte=APART)


def open_decisions(view: View, calibration: Calibration | None) -> int:
    """Return how many decisions are open: counted by the fit, less those that must not be seen. A query for these."""
    count = calibration.open_decisions if calibration else 0
    if count and view.hidden:
        rows = Summary.objects.filter(round=view.round, stage__in=view.stages, application__in=view.hidden)
        count -= rows.filter(p_top__gt=GREY_FROM, p_top__lt=GREY_TO).count()
    return count


def counted(found: QuerySet[Summary]) -> int:
    """Count rows, up to a hundred: beyond that the page says "or more", and stays as fast."""
    return found.order_by()[:COUNTED].count()


def single(view: View) -> QuerySet[Summary]:
    """Return the rows at this stage that lack a second review."""
    rows = view.summaries().filter(reviews__lt=SECOND, application__stage=F("stage"))
    return rows.filter(application__state=ApplicationState.SUBMITTED)
