from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from applicants import applying, calibrating, pipeline, summaries, sweeps, tasks
from applicants.calibrations import Calibration, Severity, Summary
from applicants.models import Round
from applicants.procedures import Criterion, Stage
from tests.applicants.conftest import organizer_of
from tests.applicants.readings import judge, read_round
from tests.factories.applicants import ApplicationFactory, RoundFactory
from whitebox.judging import calibration

ROWS: list[list[int | None]] = [[5, 4, 3], [4, 3, None], [None, 2, 1], [3, None, 2], [2, 1, 1], [4, 4, 2]]


@pytest.fixture
def round_(db: None) -> Round:
    made = RoundFactory.create(places=2)
    Criterion.objects.filter(rubric__form=made.form, slug="motivation").update(is_tier=True)
    return made


def test_a_review_keeps_the_raw_figures_at_once(round_: Round) -> None:
    (application, *_), (reader, *_) = read_round(round_, [[5, 2, None]])

    before = Summary.objects.get(application=application)
    judge(application, reader, {"motivation": 4, "reasoning": None})
    after = Summary.objects.get(application=application)

    assert (before.reviews, str(before.mean), int(before.spread)) == (2, "3.500", 3)
    assert before.adjusted is None
    assert before.sd == pytest.approx(2.1213, abs=1e-4)
    assert (after.reviews, str(after.mean), int(after.spread)) == (2, "3.000", 2)
    assert before.scores_hash != after.scores_hash


def test_a_fit_is_the_one_of_judging(round_: Round) -> None:
    found, readers = read_round(round_, ROWS)

    made = calibrating.refit(round_.pk, "screen")

    rows = [
        (one, reader, level)
        for one, levels in zip(found, ROWS, strict=True)
        for reader, level in zip(readers, levels, strict=True)
        if level
    ]
    values = [float(level) for _one, _reader, level in rows]
    expected = calibration.fit(
        [one.pk for one, _reader, _level in rows],
        [reader.pk for _one, reader, _level in rows],
        values,
        prior=calibration.weak_prior(values),
    )
    assert made is not None
    assert (made.mean, made.var_reviewer, made.reml) == (expected.mean, expected.var_reviewer, expected.reml)
    assert (made.reviews, made.applications, made.left_out, made.places) == (15, 6, 0, 2)
    assert "few reviewers" in made.notes
    row = Summary.objects.get(application=found[0])
    assert row.adjusted == expected.adjusted[found[0].pk]
    assert row.se == expected.standard_errors[found[0].pk]
    assert (row.fitted_hash, row.calibration, row.as_of) == (row.scores_hash, made, made.at)
    assert sum(one.p_top or 0 for one in Summary.objects.all()) == pytest.approx(2)
    assert {one.reviewer_id for one in Severity.objects.all()} == {one.pk for one in readers}
    assert {one.tier for one in Summary.objects.all()} <= {"A", "B", "C"}


def test_a_fit_that_would_change_nothing_is_not_made(round_: Round) -> None:
    read_round(round_, ROWS)

    first, second = calibrating.refit(round_.pk, "screen"), calibrating.refit(round_.pk, "screen")

    assert (first is None, second) == (False, None)
    assert Calibration.objects.count() == 1


def test_a_new_review_makes_its_row_stale_until_the_next_fit(round_: Round) -> None:
    found, readers = read_round(round_, ROWS)
    calibrating.refit(round_.pk, "screen")

    judge(found[1], readers[2], 5)
    stale = list(calibrating.stale(round_, [found[1].stage]))  # type: ignore[list-item]  # it has a stage
    calibrating.refit(round_.pk, "screen")

    assert [row.application for row in stale] == [found[1]]
    assert not calibrating.stale(round_, list(Stage.objects.all())).exists()
    assert Calibration.objects.count() == 1


def test_a_stored_fit_is_computed_again_to_the_same_numbers(round_: Round) -> None:
    found, readers = read_round(round_, ROWS)
    made = calibrating.refit(round_.pk, "screen")
    judge(found[1], readers[0], 1)

    assert made is not None
    computed = calibrating.again(made)

    assert computed is not None
    assert (computed.fit.mean, computed.fit.reml) == (made.mean, made.reml)
    stored = {row.application_id: (row.adjusted, row.p_top) for row in Summary.objects.all()}
    assert {one: (figures.adjusted, figures.p_top) for one, figures in computed.applications.items()} == stored


def test_an_abstention_counts_in_the_mean_and_not_in_the_fit(round_: Round) -> None:
    found, readers = read_round(round_, ROWS)
    other = ApplicationFactory.create(round=round_)
    judge(other, readers[0], {"motivation": 5, "reasoning": None})

    made = calibrating.refit(round_.pk, "screen")

    assert made is not None
    assert (made.reviews, made.left_out) == (15, 1)
    row = Summary.objects.get(application=other)
    assert (str(row.mean), row.adjusted, row.calibration) == ("5.000", None, None)
    assert not calibrating.is_due(round_, [found[0].stage])  # type: ignore[list-item]  # it has a stage


def test_whoever_withdraws_leaves_the_fit(round_: Round) -> None:
    found, _readers = read_round(round_, ROWS)
    calibrating.refit(round_.pk, "screen")

    applying.withdraw(found[0], reason="Another offer.")
    made = calibrating.refit(round_.pk, "screen")

    assert made is not None
    assert (made.applications, Summary.objects.get(application=found[0]).adjusted) == (5, None)


@pytest.mark.parametrize("change", [{"places": 3}, {"bar": 4}])
def test_other_terms_make_another_fit(round_: Round, change: dict[str, Any]) -> None:
    read_round(round_, ROWS)
    first = calibrating.refit(round_.pk, "screen")

    Round.objects.filter(pk=round_.pk).update(**change)

    second = calibrating.refit(round_.pk, "screen")
    assert second is not None
    assert second != first


def test_tasks_after_each_review_make_one_fit_a_minute(round_: Round) -> None:
    found, readers = read_round(round_, ROWS)
    tasks.refit(round_.pk, "screen")
    made = Calibration.objects.get()

    judge(found[1], readers[2], 5)
    for _delivered in range(2):
        tasks.refit(round_.pk, "screen")
    early = Calibration.objects.get()
    with time_machine.travel(timezone.now() + timedelta(minutes=2)):
        due = list(calibrating.waiting())
        tasks.refit(round_.pk, "screen")

    assert early == made
    assert due == [(round_.pk, "screen")]
    assert Calibration.objects.get() != made


def test_ten_new_reviews_do_not_wait(round_: Round) -> None:
    read_round(round_, ROWS)
    tasks.refit(round_.pk, "screen")
    made = Calibration.objects.get()

    read_round(round_, [[3, 4, 2]] * 10)
    tasks.refit(round_.pk, "screen")

    assert Calibration.objects.get() != made


def test_a_review_hands_out_a_fit(round_: Round, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        read_round(round_, ROWS)

    assert Calibration.objects.exists()


def test_every_application_at_a_stage_has_its_row(round_: Round) -> None:
    application = ApplicationFactory.create(round=round_)
    interview = Stage.objects.get(form=round_.form, slug="interview")

    opened = [summaries.open_missing() for _ in range(2)]
    pipeline.move(application, interview, by=organizer_of(round_.cohort))

    assert opened == [1, 0]
    assert [row.stage.slug for row in Summary.objects.filter(application=application)] == ["screen", "interview"]


def test_the_sweep_repairs_what_was_made_in_bulk(round_: Round) -> None:
    read_round(round_, ROWS)
    kept = list(Summary.objects.order_by("pk").values("application", "reviews", "mean", "sd", "spread", "scores_hash"))
    Summary.objects.all().delete()

    summaries.count_again(round_)

    fields = ("application", "reviews", "mean", "sd", "spread", "scores_hash")
    assert list(Summary.objects.order_by("application").values(*fields)) == kept
    assert sweeps.calibrate(timezone.now()) == 1


def test_without_any_review_there_is_no_fit(round_: Round) -> None:
    ApplicationFactory.create(round=round_)

    assert calibrating.refit(round_.pk, "screen") is None
    assert calibrating.refit(round_.pk, "no-such-stage") is None


def test_drift_is_told_from_eight_readings_on(round_: Round) -> None:
    levels: list[list[int | None]] = [
        [1, 3, 2],
        [1, 2, 2],
        [2, 3, 3],
        [2, 2, 2],
        [3, 3, 3],
        [4, 3, 2],
        [4, 2, 3],
        [5, 3, 3],
        [5, 3, None],
    ]
    _found, readers = read_round(round_, levels)

    calibrating.refit(round_.pk, "screen")

    drifts = dict(Severity.objects.values_list("reviewer", "drift"))
    assert (drifts[readers[0].pk] or 0) > 1
