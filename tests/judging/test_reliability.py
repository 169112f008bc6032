"""Agreement against published tables."""

import math

import pytest

from whitebox.judging import reliability
from whitebox.judging.reliability import expected_wrong_admissions, icc, krippendorff_alpha, spearman_brown

# Shrout and Fleiss (1979), table 2: six targets, four judges.
TARGETS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]
# Krippendorff's "C" data: four coders, twelve units.
CODERS = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")
UNITS = [[None if sign == "." else int(sign) for sign in column] for column in zip(*CODERS, strict=True)]


def test_icc_has_the_published_answers() -> None:
    found = icc(TARGETS)

    assert {name: round(value, 4) for name, value in found.items()} == {
        "ICC(1,1)": 0.1657,
        "ICC(2,1)": 0.2898,
        "ICC(3,1)": 0.7148,
        "ICC(1,k)": 0.4428,
        "ICC(2,k)": 0.6201,
        "ICC(3,k)": 0.9093,
    }


def test_icc_is_found_by_attribute_and_by_every_usual_name() -> None:
    found = icc(TARGETS)

    assert len(found) == 6
    assert found.icc2k == found["ICC(2,k)"] == found["ICC(2,4)"] == found["icc2k"]
    assert found.icc11 == found["ICC(1,1)"] == found["icc11"]


@pytest.mark.parametrize("name", ["ICC(4,1)", "ICC(2,5)", "", "mean"])
def test_icc_knows_no_other_name(name: str) -> None:
    with pytest.raises(KeyError):
        icc(TARGETS)[name]


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ([[1, 2]], "at least two targets"),
        ([[1], [2]], "at least two targets and two judges"),
        ([[1, 2], [3]], "Each target needs one score"),
        ([[1, 2], [3, None]], "allows no gaps"),
        ([[2, 2], [2, 2]], "All scores are equal"),
    ],
)
def test_icc_refuses_in_words(table: list[list[float]], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        icc(table)


def test_icc_of_perfect_agreement_is_one() -> None:
    assert set(icc([[1, 1], [2, 2], [5, 5]]).values()) == {1.0}


@pytest.mark.parametrize(
    ("level", "expected"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_alpha_has_the_published_answers(level: str, expected: float) -> None:
    assert round(krippendorff_alpha(UNITS, level), 3) == expected


def test_alpha_takes_nan_for_missing_and_words_as_nominal() -> None:
    with_nan = [[math.nan if rating is None else float(rating) for rating in unit] for unit in UNITS]
    in_words = [[None if rating is None else f"code {rating}" for rating in unit] for unit in UNITS]

    assert krippendorff_alpha(with_nan, "ordinal") == pytest.approx(krippendorff_alpha(UNITS, "ordinal"))
    assert krippendorff_alpha(in_words, "nominal") == pytest.approx(krippendorff_alpha(UNITS, "nominal"))


@pytest.mark.parametrize("level", reliability.LEVELS)
def test_alpha_of_perfect_agreement_is_one(level: str) -> None:
    assert krippendorff_alpha([[1, 1], [2, 2], [0, 0, 0]], level) == 1.0


@pytest.mark.parametrize(
    ("units", "level", "sentence"),
    [
        ([[1, 2]], "cardinal", "The level is one of"),
        ([[1], [2, None]], "nominal", "No unit has two ratings"),
        ([[1, 1], [1, 1]], "interval", "All ratings are the same"),
        ([["a", "b"]], "ordinal", "must be numbers"),
        ([[1, math.inf]], "interval", "finite number"),
        ([[-1, 2]], "ratio", "start at zero"),
    ],
)
def test_alpha_refuses_in_words(units: list[list[object]], level: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        krippendorff_alpha(units, level)


@pytest.mark.parametrize(("score", "right"), [(0.45, 0.50), (0.60, 0.585), (0.75, 0.68), (0.90, 0.80)])
def test_wrong_admissions_follow_from_reliability(score: float, right: float) -> None:
    assert 1 - expected_wrong_admissions(score, 0.15) == pytest.approx(right, abs=0.005)


@pytest.mark.parametrize(("score", "share", "wrong"), [(0, 0.15, 0.85), (1, 0.15, 0), (0.3, 1, 0), (0, 0.5, 0.5)])
def test_wrong_admissions_at_the_ends(score: float, share: float, wrong: float) -> None:
    assert expected_wrong_admissions(score, share) == pytest.approx(wrong, abs=1e-9)


def test_wrong_admissions_of_a_half_have_a_closed_form() -> None:
    # Sheppard: P(both above the median) = 1/4 + arcsin(rho) / (2 pi).
    expected = 1 - 2 * (0.25 + math.asin(math.sqrt(0.4)) / (2 * math.pi))

    assert expected_wrong_admissions(0.4, 0.5) == pytest.approx(expected, abs=1e-9)


def test_wrong_admissions_are_said_in_words() -> None:
    said = reliability.wrong_admissions_in_words(0.75, places=30, candidates=200)

    assert said == "With this reliability, about 10 of the 30 you admit are not truly among the best 30."


@pytest.mark.parametrize(("score", "share"), [(-0.1, 0.2), (1.1, 0.2), (0.5, 0), (0.5, 1.5), (math.nan, 0.5)])
def test_wrong_admissions_refuse_what_is_no_share(score: float, share: float) -> None:
    with pytest.raises(ValueError, match="must"):
        expected_wrong_admissions(score, share)


def test_spearman_brown_steps_up_and_down() -> None:
    assert spearman_brown(0.5, 3) == pytest.approx(0.75)
    assert spearman_brown(spearman_brown(0.3, 4), 0.25) == pytest.approx(0.3)
    with pytest.raises(ValueError, match="above zero"):
        spearman_brown(0.5, 0)


def test_design_reliability_grows_with_the_correction() -> None:
    found = reliability.design_reliability(1.278, 0.240, 1.268)

    assert (found.before, found.after) == pytest.approx((0.4587, 0.5020), abs=1e-4)
    assert reliability.design_reliability(0, 0, 0) == reliability.DesignReliability(0, 0)
    with pytest.raises(ValueError, match="never below zero"):
        reliability.design_reliability(1, -1, 1)
