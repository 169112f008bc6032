"""The severity model against published answers, a dense oracle, and the cases where variances vanish."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.judging.examples import PASTES, PENICILLIN, dense
from whitebox.judging.calibration import Fit, HalfNormal, Note, PastVariance, fit, weak_prior

Row = tuple[int, int, float]


def fitted(rows: list[Row]) -> Fit[int, int]:
    return fit(*zip(*rows, strict=True))


def unbalanced(applicants: int, reviewers: int, count: int, seed: int, severity: float = 0.5) -> list[Row]:
    generator = np.random.default_rng(seed)
    worth, strict = generator.normal(0, 1.1, applicants), generator.normal(0, severity, reviewers)
    one, other = generator.integers(0, applicants, count), generator.integers(0, reviewers, count)
    scores = 5 + worth[one] + strict[other] + generator.normal(0, 1, count)
    return list(zip(one.tolist(), other.tolist(), scores.tolist(), strict=True))


@pytest.mark.parametrize("swapped", [False, True])
def test_penicillin_has_the_published_answer(swapped: bool) -> None:
    plates, samples, diameters = zip(*PENICILLIN, strict=True)

    found = fit(samples, plates, diameters) if swapped else fit(plates, samples, diameters)

    plate, sample = (found.var_reviewer, found.var_applicant) if swapped else (found.var_applicant, found.var_reviewer)
    effects = found.applicant_effects if swapped else found.reviewer_effects
    assert found.reml == pytest.approx(330.8605890, abs=1e-6)
    # The analysis of variance gives .846704 in closed form; lme4 stops a little beside it.
    assert math.sqrt(plate) == pytest.approx(0.84671, abs=1e-5)
    assert sample == pytest.approx(3.73091, abs=1e-5)
    assert found.var_residual == pytest.approx(0.30242, abs=5e-6)
    assert found.mean == pytest.approx(22.97222, abs=5e-6)
    expected = [2.1871, -1.0105, 1.9379, -0.0969, -0.0138, -3.0037]
    assert [effects[name] for name in "ABCDEF"] == pytest.approx(expected, abs=6e-5)


def test_pastes_have_the_published_answer_though_the_groups_are_disjoint() -> None:
    casks, batches, strengths = zip(*PASTES, strict=True)

    found = fit(casks, batches, strengths)

    assert found.reml == pytest.approx(246.9907, abs=5e-5)
    spread = [math.sqrt(one) for one in (found.var_applicant, found.var_reviewer, found.var_residual)]
    assert spread == pytest.approx([2.9041, 1.2874, 0.8234], abs=1e-4)
    assert found.mean == pytest.approx(60.0533, abs=5e-5)
    assert found.components == 10


def test_a_balanced_table_has_the_answer_of_the_analysis_of_variance() -> None:
    generator = np.random.default_rng(3)
    table = generator.normal(0, 1, (9, 4)) + generator.normal(0, 2, (9, 1)) + generator.normal(0, 2, (1, 4))
    rows = [(one, other, float(table[one, other])) for one, other in product(range(9), range(4))]

    found = fitted(rows)

    of_target = 4 * table.mean(axis=1).var(ddof=1)
    of_judge = 9 * table.mean(axis=0).var(ddof=1)
    error = ((table - table.mean(1)[:, None] - table.mean(0)[None] + table.mean()) ** 2).sum() / 24
    assert found.var_residual == pytest.approx(error, rel=1e-9)
    assert found.var_applicant == pytest.approx((of_target - error) / 4, rel=1e-9)
    assert found.var_reviewer == pytest.approx((of_judge - error) / 9, rel=1e-9)


@pytest.mark.parametrize(("applicants", "reviewers"), [(12, 5), (5, 12), (7, 7)])
def test_everything_agrees_with_the_dense_model(applicants: int, reviewers: int) -> None:
    rows = unbalanced(applicants, reviewers, 40, seed=applicants)
    ids = sorted({one for one, _, _ in rows})

    found = fitted(rows)

    plain = dense(rows, *found.ratios)
    assert found.reml == pytest.approx(plain.reml, abs=1e-9)
    assert found.var_residual == pytest.approx(plain.residual, rel=1e-9)
    assert found.mean == pytest.approx(plain.mean, rel=1e-9)
    assert [found.applicant_effects[one] for one in ids] == pytest.approx(plain.applicants, abs=1e-9)
    np.testing.assert_allclose(found.covariance(ids), plain.errors, atol=1e-9)
    np.testing.assert_allclose(found.covariance(ids[3:1:-1]), plain.errors[3:1:-1, 3:1:-1], atol=1e-9)
    spread = np.sqrt(np.diag(plain.errors))
    assert [found.standard_errors[one] for one in ids] == pytest.approx(spread, abs=1e-9)
    level = np.sqrt(np.diag(plain.level_errors))
    assert [found.adjusted_errors[one] for one in ids] == pytest.approx(level, abs=1e-9)


def test_reviewers_errors_are_those_of_applicants_when_the_sides_change_places() -> None:
    rows = unbalanced(12, 5, 40, seed=1)

    one, other = fitted(rows), fitted([(reviewer, applicant, score) for applicant, reviewer, score in rows])

    assert one.reviewer_errors == pytest.approx(other.standard_errors, abs=1e-9)
    assert one.standard_errors == pytest.approx(other.reviewer_errors, abs=1e-9)


tables = st.integers(0, 2**32 - 1).flatmap(
    lambda seed: st.builds(
        unbalanced,
        st.integers(2, 6),
        st.integers(2, 5),
        st.integers(3, 18),
        st.just(seed),
        st.sampled_from([0.0, 0.5, 3.0]),
    )
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tables)
def test_no_point_of_a_fine_grid_is_better(rows: list[Row]) -> None:
    found = fitted(rows)

    ratios = [0.0, *np.geomspace(1e-2, 1e3, 14)]
    best = min(dense(rows, ga, gb).reml for ga, gb in product(ratios, ratios))
    assert found.reml <= best + 1e-6
    assert all(math.isfinite(value) for value in [*found.applicant_effects.values(), *found.standard_errors.values()])


@settings(max_examples=25, deadline=None)
@given(tables, st.randoms(use_true_random=False))
def test_order_names_and_units_change_nothing_else(rows: list[Row], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    found = fitted(rows)

    again, moved = fitted(shuffled), fitted([(one, other, score + 1000) for one, other, score in rows])
    larger = fitted([(one, other, 7 * score) for one, other, score in rows])
    renamed = fit(*zip(*[(f"a{-one}", (other * 7) % 11, score) for one, other, score in rows], strict=True))

    assert again == found  # Bit for bit.
    assert again.model_hash == found.model_hash
    # A handful of scores can leave the criterion flat for miles, so that rounding decides: four digits, not nine.

    def near(expected: dict[int, float]) -> object:
        return pytest.approx(expected, rel=1e-3, abs=1e-4)

    assert moved.mean == pytest.approx(found.mean + 1000, abs=1e-3)
    assert moved.reml == pytest.approx(found.reml, abs=1e-4)
    assert moved.applicant_effects == near(dict(found.applicant_effects))
    assert larger.applicant_effects == near({one: 7 * e for one, e in found.applicant_effects.items()})
    effects = {one: renamed.applicant_effects[f"a{-one}"] for one in found.applicant_effects}
    assert effects == near(dict(found.applicant_effects))


def test_units_and_names_change_nothing_to_nine_digits_where_the_answer_is_inside() -> None:
    rows = unbalanced(60, 8, 200, seed=4)

    found = fitted(rows)
    moved = fitted([(one, 7 - other, score - 40) for one, other, score in rows])

    assert moved.mean == pytest.approx(found.mean - 40, abs=1e-9)
    assert moved.var_reviewer == pytest.approx(found.var_reviewer, abs=1e-9)
    assert moved.applicant_effects == pytest.approx(found.applicant_effects, abs=1e-9)


@pytest.mark.parametrize(
    ("rows", "variances"),
    [
        pytest.param([("a", "r", 3)], (0, 0, 0), id="one score"),
        pytest.param([("a", "r", 3), ("b", "r", 4)], (0.25, 0, 0.25), id="two applicants of one reviewer"),
        pytest.param([("a", "r", 3), ("a", "s", 4)], (0, 0.25, 0.25), id="one applicant"),
        pytest.param([("a", "r", 3), ("b", "s", 4)], (1 / 6, 1 / 6, 1 / 6), id="everybody once"),
        pytest.param([("a", "r", 3), ("a", "r", 4), ("a", "r", 5)], (0, 0, 1), id="one pair, repeated"),
        pytest.param([(one, other, 0.1) for one in "abc" for other in "rs"], (0, 0, 0), id="all equal"),
        pytest.param(
            [(one, "r", score) for one, score in zip("abc", (1, 2, 3), strict=True)], (0.5, 0, 0.5), id="each once"
        ),
        pytest.param([(one, other, ord(one)) for one in "abc" for other in "rs"], (1, 0, 0), id="reviewers agree"),
        pytest.param([(one, other, ord(other)) for one in "abc" for other in "rst"], (0, 1, 0), id="applicants alike"),
    ],
)
def test_vanishing_variances_are_answers(
    rows: list[tuple[str, str, float]], variances: tuple[float, float, float]
) -> None:
    applicants, reviewers, scores = zip(*rows, strict=True)

    found = fit(applicants, reviewers, scores)

    assert (found.var_applicant, found.var_reviewer, found.var_residual) == pytest.approx(variances, abs=1e-6)
    assert found.mean == pytest.approx(float(np.mean(scores)))
    numbers = [found.reml, *found.applicant_effects.values(), *found.reviewer_effects.values()]
    numbers += [*found.standard_errors.values(), *found.adjusted_errors.values(), *found.reviewer_errors.values()]
    assert all(math.isfinite(number) for number in numbers)
    assert (Note.NO_RESIDUAL in found.notes) == (variances[2] == 0)


def test_boundary_is_noted_and_gives_the_shrunken_mean() -> None:
    # Reviewers agree better than chance would have it: their variance is zero.
    rows = [(one, other, float(one) + (-1) ** (one + other)) for one in range(8) for other in range(6)]

    found = fitted(rows)

    shrink = found.var_applicant / (found.var_applicant + found.var_residual / 6)
    assert found.var_reviewer == 0
    assert found.notes == (Note.BOUNDARY,)
    assert found.applicant_effects == pytest.approx({one: shrink * (one - 3.5) for one in range(8)})
    assert set(found.reviewer_effects.values()) == {0.0}


def test_groups_that_no_score_joins_are_counted_and_share_one_scale() -> None:
    rows = [
        (one, other, float(one % 5 + other)) for one in range(10) for other in ((0, 1, 2) if one < 5 else (3, 4, 5))
    ]

    found = fitted(rows)

    assert (found.components, found.bridges) == (2, 1)
    assert Note.DISCONNECTED in found.notes
    assert len(set(found.component_of.values())) == 2
    assert found.component_of[0] == found.component_of_reviewer[2]
    assert found.component_of[9] == found.component_of_reviewer[3]
    # A difference between groups may be quality or severity, so it is known less well than one inside a group.
    inside, across = found.covariance([0, 1]), found.covariance([0, 9])
    assert across[0, 0] + across[1, 1] - 2 * across[0, 1] > inside[0, 0] + inside[1, 1] - 2 * inside[0, 1]


def test_counts_and_raw_means_belong_to_their_ids() -> None:
    found = fit(["b", "a", "b"], [2, 1, 1], [4, 1, 6])

    assert found.reviews == {"a": 1, "b": 2}
    assert found.readings == {1: 2, 2: 1}
    assert found.raw_means == {"a": 1.0, "b": 5.0}
    assert found.adjusted["b"] == found.mean + found.applicant_effects["b"]
    assert Note.FEW_REVIEWERS in found.notes


def test_a_prior_draws_severity_towards_zero_and_is_noted() -> None:
    rows = unbalanced(30, 3, 90, seed=2, severity=2)
    applicants, reviewers, scores = zip(*rows, strict=True)

    free = fit(applicants, reviewers, scores)
    held = fit(applicants, reviewers, scores, prior=HalfNormal(0.3))
    wide = fit(applicants, reviewers, scores, prior=HalfNormal(1e6))

    assert 0 < held.var_reviewer < free.var_reviewer
    assert held.reml > free.reml
    assert wide.var_reviewer == pytest.approx(free.var_reviewer, rel=1e-6)
    assert held.notes == (Note.FEW_REVIEWERS, Note.PRIOR)


@pytest.mark.parametrize("swapped", [False, True])
@pytest.mark.parametrize("variance", [0.0, 0.4])
def test_a_past_variance_is_kept(swapped: bool, variance: float) -> None:
    applicants, reviewers, scores = zip(*unbalanced(3 if swapped else 30, 6, 90, seed=2), strict=True)

    found = fit(applicants, reviewers, scores, prior=PastVariance(variance))

    assert found.var_reviewer == pytest.approx(variance, rel=1e-9)
    assert found.reml >= fit(applicants, reviewers, scores).reml


def test_a_past_variance_speaks_for_a_single_reviewer() -> None:
    found = fit("abcabc", "rrrrrr", [1, 2, 3, 2, 3, 5], prior=PastVariance(0.5))

    assert found.var_reviewer == pytest.approx(0.5)


def test_weak_prior_is_half_the_spread_and_none_without_spread() -> None:
    assert weak_prior([1, 3]) == HalfNormal(0.5)
    assert weak_prior([2, 2]) is None


@pytest.mark.parametrize("prior", [lambda: HalfNormal(0), lambda: HalfNormal(math.nan), lambda: PastVariance(-1)])
def test_priors_refuse_what_is_no_variance(prior: object) -> None:
    with pytest.raises(ValueError, match="must be a number"):
        prior()  # type: ignore[operator]


def test_a_start_nearby_gives_the_same_answer() -> None:
    rows = unbalanced(40, 6, 150, seed=5)
    before = fitted(rows[:140])

    found = fit(*zip(*rows, strict=True), start=before)

    plain = fitted(rows)
    assert found.reml == pytest.approx(plain.reml, abs=1e-9)
    assert found.applicant_effects == pytest.approx(plain.applicant_effects, abs=1e-8)


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (([1, 2], [1], [1.0, 2.0]), "equally long, but there are 2, 1 and 2"),
        (([], [], []), "There are no scores to fit"),
        (([1], [1], [math.nan]), "Score nan is not a finite number"),
        (([1, 1], [1, 2], [1.0, math.inf]), "Score inf is not a finite number"),
        (([1, 1], [1, 2], [1.0, None]), "A score is missing"),
        (([1, 1], [1, 2], [1.0, 1e200]), "too large"),
    ],
)
def test_what_cannot_be_fitted_is_refused_in_words(
    columns: tuple[list[int], list[int], list[float]], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        fit(*columns)


def test_covariance_refuses_strangers() -> None:
    found = fitted([(1, 1, 2.0), (2, 1, 3.0)])

    with pytest.raises(ValueError, match="Applicant 7 has no scores"):
        found.covariance([1, 7])


def test_a_large_table_is_fitted_without_a_dense_covariance() -> None:
    rows = [
        (one, (one * 7 + turn * 31) % 100, float((one * 13 + turn * 5) % 17))
        for one in range(20_000)
        for turn in range(3)
    ]

    found = fitted(rows)

    assert len(found.standard_errors) == 20_000
    assert found.covariance([5, 19_999]).shape == (2, 2)


def test_ids_of_several_kinds_may_be_mixed() -> None:
    found = fit([1, "b", (2, 3)], ["r", None, "r"], [1, 2, 3])

    assert set(found.applicant_effects) == {1, "b", (2, 3)}
