"""How reviewers use the scale: how strict each is, whether that drifts, and what hangs on one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from applicants import charts
from applicants.board import SURE, View
from applicants.calibrations import Calibration, Severity
from applicants.charts import Whisker
from applicants.models import Application
from whitebox.judging.reliability import design_reliability


@dataclass(frozen=True, slots=True)
class Flip:
    """What would change had one reviewer read nothing, among what the organizer may see."""

    name: str
    lost: list[str]
    gained: list[str]


def of(view: View, calibration: Calibration) -> dict[str, Any]:
    """Return the parts of the page. Two queries."""
    found = list(
        Severity.objects.filter(calibration=calibration)
        .select_related("reviewer__membership__user")
        .order_by("effect", "pk")
    )
    drifting = [one for one in found if one.drift is not None and one.drift_se is not None]
    strict = [Whisker(_name(one), one.effect, SURE * one.se) for one in found]
    drift = [Whisker(_name(one), one.drift or 0.0, SURE * (one.drift_se or 0.0)) for one in drifting]
    return {
        "severities": found,
        "strictness": charts.whiskers(
            strict, label=_("How strict each reviewer is"), low=_("stricter"), high=_("more lenient")
        ),
        "strict_rows": _table(strict, [one.reviews for one in found]),
        "drift": charts.whiskers(
            drift, label=_("How scores change in the order of reading"), low=_("falling"), high=_("rising")
        ),
        "drift_rows": _table(drift, [one.reviews for one in drifting]),
        "told": [one for one in strict if one.is_told],
        "drifting": [one for one in drift if one.is_told],
        "flips": _flips(view, calibration, {one.reviewer_id: _name(one) for one in found}),
        "criteria": _criteria(view, calibration),
    }


def _name(one: Severity) -> str:
    return one.reviewer.membership.user.called


def _table(rows: Sequence[Whisker], reviews: Sequence[int]) -> list[tuple[str, int, str, str]]:
    return [
        (one.name, count, f"{one.value:+.2f}", f"{one.value - one.reach:+.2f} … {one.value + one.reach:+.2f}")
        for one, count in zip(rows, reviews, strict=True)
    ]


def _flips(view: View, calibration: Calibration, names: Mapping[int, str]) -> list[Flip]:
    keys = {pk for flip in calibration.flips for pk in (*flip["lost"], *flip["gained"])} - view.hidden
    codes = dict(Application.objects.filter(pk__in=keys).values_list("pk", "code")) if keys else {}

    def shown(found: Sequence[int]) -> list[str]:
        return [codes[pk] for pk in found if pk in codes]

    found = [
        Flip(name=names.get(flip["reviewer"], "?"), lost=shown(flip["lost"]), gained=shown(flip["gained"]))
        for flip in calibration.flips
    ]
    # A row without codes would tell that an application which is left out stands at the cut.
    return [flip for flip in found if flip.lost or flip.gained]


def _criteria(view: View, calibration: Calibration) -> list[tuple[str, str, str, str]]:
    """Return each criterion with its mean, the reliability of one reading, and that once severity is corrected."""
    titles = {one.slug: one.title for one in view.stage.rubric.criteria.order_by("position")}
    rows = []
    for slug, title in titles.items():
        found = calibration.criteria.get(slug)
        if found is None:
            continue
        single = design_reliability(found["var_applicant"], found["var_reviewer"], found["var_residual"])
        rows.append((title, f"{found['mean']:.2f}", f"{single.before:.2f}", f"{single.after:.2f}"))
    return rows
