"""What readers said of those who joined, as predictors of what became of them: criteria, totals, stages, readers."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, stdev

from django.utils.translation import gettext as _

from applicants import scores
from applicants.choices import ApplicationState
from applicants.judgements import ReviewEdit, Reviewer
from applicants.models import Application
from applicants.procedures import Criterion, Stage
from applicants.scores import Score
from whitebox.people.models import Cohort
from whitebox.programme.prediction import Series, Side
from whitebox.programme.records import Records

Given = Mapping[int, Sequence[float]]  # by application


def series(cohort: Cohort, records: Records) -> Sequence[Series]:
    """Return the predictors of a cohort's rounds: five queries. The spread of all counts whoever was read at all."""
    joined = _joined(cohort, records)
    read = _read(cohort)
    stages = dict(Stage.objects.filter(pk__in={one.stage for one in read}).values_list("pk", "slug"))
    titles = dict(Stage.objects.filter(pk__in=stages).order_by("form").values_list("slug", "title"))
    return [
        _predictor("total", _("Total of all readings"), _totals(read), joined, order=10),
        *_stages(read, stages, titles, joined),
        *_criteria(read, joined, cohort),
        *_readers(read, joined),
    ]


def _joined(cohort: Cohort, records: Records) -> dict[int, int]:
    """Return which membership each application led to."""
    rows = Application.objects.filter(
        round__cohort=cohort, state=ApplicationState.ENROLLED, membership__in=records.keys()
    )
    return dict(rows.values_list("pk", "membership"))


def _read(cohort: Cohort) -> list[Score]:
    return scores.counting(ReviewEdit.objects.filter(review__assignment__application__round__cohort=cohort))


def _totals(read: Iterable[Score]) -> Given:
    found: dict[int, list[float]] = defaultdict(list)
    for one in read:
        found[one.application].append(float(one.total))
    return found


def _stages(
    read: Sequence[Score], stages: Mapping[int, str], titles: Mapping[str, str], joined: Mapping[int, int]
) -> list[Series]:
    by_stage: dict[str, list[Score]] = defaultdict(list)
    for one in read:
        by_stage[stages[one.stage]].append(one)
    return [
        _predictor(f"stage-{slug}", titles[slug], _totals(some), joined, group=_("Stages"), order=20)
        for slug, some in by_stage.items()
    ]


def _criteria(read: Sequence[Score], joined: Mapping[int, int], cohort: Cohort) -> list[Series]:
    given: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
    for one in read:
        for slug, level in one.levels.items():
            if level is not None:
                given[slug][one.application].append(level)
    forms = Criterion.objects.filter(rubric__form__rounds__cohort=cohort, slug__in=given.keys()).order_by("pk")
    titles = dict(forms.values_list("slug", "title"))
    return [
        _predictor(
            f"criterion-{slug}", titles.get(slug, slug), found, joined, group=_("Criteria of the rubric"), order=30
        )
        for slug, found in given.items()
    ]


def _readers(read: Sequence[Score], joined: Mapping[int, int]) -> list[Series]:
    """Return each reader's own totals. Their names are for organizers, who appointed them."""
    by_reader: dict[int, list[Score]] = defaultdict(list)
    for one in read:
        by_reader[one.reviewer].append(one)
    rows = Reviewer.objects.filter(pk__in=by_reader).select_related("membership__user")
    names = {one.pk: one.membership.user.called for one in rows}
    return [
        _predictor(f"reader-{pk}", names[pk], _totals(some), joined, group=_("Readers"), order=40)
        for pk, some in by_reader.items()
    ]


def _predictor(
    slug: str, label: str, given: Given, joined: Mapping[int, int], *, order: int, group: str = ""
) -> Series:
    means = {application: fmean(levels) for application, levels in given.items()}
    return Series(
        Side.PREDICTOR,
        slug,
        label,
        {joined[application]: mean for application, mean in means.items() if application in joined},
        group=group,
        spread_of_all=stdev(means.values()) if len(means) > 1 else None,
        order=order,
    )
