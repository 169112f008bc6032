"""What double marks say: how far markers agree, where they do not, and who is lenient.

Only answers that two people marked count, since each mentor's own people differ. Levels are compared as shares of
the rubric's highest one.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from mastery import conflicts, questions, second_marks
from mastery.choices import SecondMarkState
from mastery.interval_chart import effect
from mastery.judgements import DEFAULT_PERCENT, MarkingConflict, SecondMark, SecondMarkShare
from mastery.levels import all_of, share
from mastery.models import CheckVersion
from mastery.questions import Question
from whitebox.judging.agreement import FEWEST, Agreement, agreement
from whitebox.judging.calibration import FEW_REVIEWERS, fit, weak_prior
from whitebox.people.models import Cohort, User

FEWEST_OF_ONE = 8  # double marks of a marker, before a figure over them says anything
WITHIN = 1.96  # standard errors on either side of an effect
MOST_LISTED = 100


@dataclass(frozen=True, slots=True)
class Pair:
    """Two marks on one answer, as levels."""

    second: SecondMark
    first_level: int
    second_level: int
    highest: int
    first_share: float
    second_share: float

    @property
    def apart(self) -> int:
        return abs(self.first_level - self.second_level)


@dataclass(frozen=True, slots=True)
class Leniency:
    """How much more of 100 a marker gives than others do on the same answers; None where there are too few."""

    marker: User
    marks: int
    effect: float | None = None
    low: float = 0.0
    high: float = 0.0

    @property
    def words(self) -> str:
        """What the interval says, and no more."""
        if self.effect is None:
            return _("cannot be said yet")
        if self.low <= 0 <= self.high:
            return _("no difference shown")
        return _("gives more than the others") if self.effect > 0 else _("gives less than the others")


@dataclass(frozen=True, slots=True)
class Figures:
    """What the page about a cohort's double marks shows."""

    percent: int
    shares: list[SecondMarkShare]
    waiting: int
    pairs: int
    agreement: Agreement | None
    disagreements: list[Pair]
    leniency: list[Leniency]
    conflicts: list[MarkingConflict]

    @property
    def drawn(self) -> list[tuple[Leniency, str]]:
        """Each marker with the interval drawn, all on one axis; nothing where there are too few."""
        widest = max((max(abs(one.low), abs(one.high)) for one in self.leniency), default=0.0)
        return [
            (one, "" if one.effect is None else effect(one.effect, one.low, one.high, widest=widest))
            for one in self.leniency
        ]

    @property
    def missing(self) -> int:
        """How many double marks are missing until a figure for agreement is shown."""
        return max(0, FEWEST - self.pairs)


def figures(cohort: Cohort) -> Figures:
    """Return everything about the double marks of a cohort: six queries."""
    shares = list(SecondMarkShare.objects.filter(cohort=cohort).select_related("by"))
    found = pairs(cohort)
    counted = SecondMark.objects.filter(attempt__membership__cohort=cohort).aggregate(
        waiting=Count("pk", filter=Q(state=SecondMarkState.WAITING))
    )
    apart = sorted((one for one in found if one.apart), key=_most_urgent)
    return Figures(
        percent=shares[-1].percent if shares else DEFAULT_PERCENT,
        shares=shares[::-1],
        waiting=counted["waiting"],
        pairs=len(found),
        agreement=_agreement(found, seed=cohort.pk),
        disagreements=apart[:MOST_LISTED],
        leniency=leniency(found),
        conflicts=list(conflicts.of_cohort(cohort)),
    )


def _most_urgent(one: Pair) -> tuple[bool, int, int]:
    return one.second.state != SecondMarkState.DIFFERS, -one.apart, one.second.pk


def pairs(cohort: Cohort) -> list[Pair]:
    """Return both marks of each answer of a cohort that was marked twice: two queries."""
    given = SecondMark.objects.filter(attempt__membership__cohort=cohort).exclude(state=SecondMarkState.WAITING)
    rows = list(given.select_related("first__by", "marker", "settled_by", "attempt").order_by("pk"))
    versions = CheckVersion.objects.in_bulk({one.attempt.check_version_id for one in rows})
    forms: dict[tuple[int, str], Sequence[Question]] = {}
    return [pair for one in rows if (pair := _pair(one, versions, forms)) is not None]


def _pair(
    one: SecondMark, versions: dict[int, CheckVersion], forms: dict[tuple[int, str], Sequence[Question]]
) -> Pair | None:
    key = one.attempt.check_version_id, one.attempt.form
    if key not in forms:
        forms[key] = questions.form_of(versions[key[0]], key[1])
    question = questions.one_of(forms[key], one.item)
    first = one.first.detail.get("level")
    if question is None or one.level is None or not isinstance(first, int):
        return None
    return Pair(one, first, one.level, max(all_of(question)), share(question, first), share(question, one.level))


def _agreement(found: Sequence[Pair], *, seed: int) -> Agreement | None:
    """Return kappa with its interval; None while there are too few, or while all marks are the same."""
    rated = [(one.first_share, one.second_share) for one in found]
    if len({level for pair in rated for level in pair}) < 2:
        return None
    return agreement(rated, seed=seed)


def leniency(found: Sequence[Pair]) -> list[Leniency]:
    """Return each marker with their leniency, by name; without a figure below `FEWEST_OF_ONE` double marks."""
    rows = [(one.second.pk, marker, level) for one in found for marker, level in _marks(one)]
    counts: dict[User, int] = {}
    for _answer, marker, _level in rows:
        counts[marker] = counts.get(marker, 0) + 1
    able = {marker for marker, count in counts.items() if count >= FEWEST_OF_ONE}
    effects = _effects(rows) if able else {}
    return [
        Leniency(marker, count, *effects[marker.pk]) if marker in able else Leniency(marker, count)
        for marker, count in sorted(counts.items(), key=lambda pair: (pair[0].called, pair[0].pk))
    ]


def _marks(one: Pair) -> list[tuple[User, float]]:
    both = (one.second.first.by, one.first_share), (one.second.marker, one.second_share)
    return [(marker, level) for marker, level in both if marker is not None]


def _effects(rows: Sequence[tuple[int, User, float]]) -> dict[int, tuple[float, float, float]]:
    """Return effect and interval by marker, in hundredths of the scale, from crossed random effects."""
    answers, markers, levels = zip(*((answer, marker.pk, level) for answer, marker, level in rows), strict=True)
    prior = weak_prior(levels) if len(set(markers)) < FEW_REVIEWERS else None
    fitted = fit(answers, markers, levels, prior=prior)
    return {
        marker: (
            100 * effect,
            100 * (effect - WITHIN * fitted.reviewer_errors[marker]),
            100 * (effect + WITHIN * fitted.reviewer_errors[marker]),
        )
        for marker, effect in fitted.reviewer_effects.items()
    }


@dataclass(frozen=True, slots=True)
class Redrawn:
    """What the ledger says was to be drawn, against what was drawn."""

    expected: int
    missing: list[int]  # grade events without their second mark
    added: list[int]  # second marks that the ledger does not ask for

    @property
    def is_same(self) -> bool:
        return not (self.missing or self.added)


def redrawn(cohort: Cohort) -> Redrawn:
    """Draw the sample of a cohort again from the ledger and compare: four queries."""
    wanted = {event.pk for event in second_marks.draws(cohort)}
    drawn = SecondMark.objects.filter(attempt__membership__cohort=cohort).exclude(first__detail__has_key="in_talk")
    stored = dict(drawn.values_list("first", "pk"))
    return Redrawn(
        expected=len(wanted),
        missing=sorted(wanted - stored.keys()),
        added=sorted(pk for first, pk in stored.items() if first not in wanted),
    )
