"""The next review: where it goes, who is asked, and what is never proposed."""

import numpy as np
import pytest

from tests.judging.test_calibration import fitted, unbalanced
from whitebox.judging.calibration import Fit, fit
from whitebox.judging.routing import next_review
from whitebox.judging.selection import probability_of_top

Cohort = tuple[Fit[int, int], dict[int, float]]


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    generator = np.random.default_rng(2)
    worth = generator.normal(0, 1, 40)
    pairs = [(one, (one + 3 * turn) % 8) for one in range(40) for turn in range(2)]
    found = fitted([(one, other, worth[one] + other / 8 + generator.normal()) for one, other in pairs])
    return found, probability_of_top(found, 10, seed=1)


def test_an_open_decision_is_read_before_a_settled_one(cohort: Cohort) -> None:
    found, chances = cohort

    ((application, _),) = next_review(found, chances, loads=found.readings)

    assert 0.2 < chances[application] < 0.8


def test_a_batch_is_the_same_twice_and_has_no_application_twice(cohort: Cohort) -> None:
    found, chances = cohort

    pairs = next_review(found, chances, loads=found.readings, batch=10, seed=3)

    assert pairs == next_review(found, chances, loads=found.readings, batch=10, seed=3)
    assert len({application for application, _ in pairs}) == 10
    assert not set(pairs) & {(one, (one + 3 * turn) % 8) for one in range(40) for turn in range(2)}


def test_loads_stay_even_and_below_their_limit(cohort: Cohort) -> None:
    found, chances = cohort
    loads = dict.fromkeys(range(8), 10) | {5: 7}

    pairs = next_review(found, chances, loads=loads, batch=40, most=11)

    asked = [reviewer for _, reviewer in pairs]
    assert {one: loads[one] + asked.count(one) for one in loads} == dict.fromkeys(range(8), 11)


def test_conflicts_and_held_pairs_are_not_proposed(cohort: Cohort) -> None:
    found, chances = cohort
    ((application, _),) = next_review(found, chances, loads=found.readings)
    others = [(application, reviewer) for reviewer in range(8)]

    by_conflict = next_review(found, chances, loads=found.readings, conflicts=others)
    by_holding = next_review(found, chances, loads=found.readings, held=others)

    assert by_conflict[0][0] != application
    assert by_holding[0][0] != application


def test_only_what_is_between_minimum_and_cap_and_asked_for_is_read() -> None:
    rows = unbalanced(12, 9, 30, seed=5)
    found = fitted(rows)
    chances = probability_of_top(found, 4, seed=1)

    pairs = next_review(found, chances, loads=found.readings, minimum=2, cap=3, batch=99)
    few = next_review(found, chances, loads=found.readings, applications={1, 2}, minimum=1, batch=99)

    held = {one: len({row[1] for row in rows if row[0] == one}) for one in found.reviews}
    expected = {one for one, count in found.reviews.items() if count >= 2 and held[one] < 3}
    assert {application for application, _ in pairs} == expected
    assert {application for application, _ in few} == {1, 2}


def test_a_reading_under_way_makes_another_less_worth(cohort: Cohort) -> None:
    found, chances = cohort
    ((application, reviewer),) = next_review(found, chances, loads=found.readings)

    after = next_review(found, chances, loads=found.readings, held=[(application, reviewer)])

    assert after[0][0] != application


def test_a_reviewer_who_joins_groups_is_preferred() -> None:
    rows = [(one, other, float(one % 3 + other)) for one in range(12) for other in ((0, 1) if one < 6 else (2, 3))]
    found = fitted(rows)
    chances = probability_of_top(found, 4, seed=1)

    pairs = next_review(found, chances, loads={0: 0, 1: 0, 2: 50, 3: 50, 4: 0}, batch=2, applications=range(6))

    joined = [reviewer for _, reviewer in pairs if reviewer in {2, 3}]
    assert len(joined) == 1  # One bridge joins them; the second goes to the least loaded.


def test_where_nothing_differs_the_least_read_come_first() -> None:
    alike = fit("abcabcc", "rrrssst", [1] * 7)

    pairs = next_review(alike, dict.fromkeys("abc", 1 / 3), loads={"t": 0, "u": 0}, batch=2)

    assert {application for application, _ in pairs} == {"a", "b"}


def test_a_bound_may_name_some_readers_only(cohort: Cohort) -> None:
    found, chances = cohort
    loads = dict.fromkeys(found.readings, 0)
    bounded = next(iter(loads))

    pairs = next_review(found, chances, loads=loads, batch=40, most={bounded: 1})

    given = [reviewer for _, reviewer in pairs]
    assert given.count(bounded) == 1
    assert len(given) > len(loads)
