"""Assignments: complete, balanced, optimal, and refused with names and numbers."""

from collections import Counter
from itertools import permutations

import pytest

from whitebox.judging.assignment import Proposal, Shortage, propose


def test_each_application_gets_its_readers_and_loads_are_even() -> None:
    conflicts = [(one, one % 12) for one in range(0, 200, 3)]

    found = propose(range(200), range(12), readers=3, conflicts=conflicts, seed=1)

    assert set(Counter(one for one, _ in found.pairs).values()) == {3}
    assert set(found.loads.values()) == {50}
    assert not set(found.pairs) & set(conflicts)
    assert len(set(found.pairs)) == 600
    assert found.is_feasible


def test_the_same_seed_gives_the_same_pairs_and_another_seed_others() -> None:
    first, again, other = (propose(range(20), range(6), readers=2, seed=seed) for seed in (1, 1, 2))

    assert first == again
    assert first.pairs != other.pairs


def test_merit_is_maximised() -> None:
    merit = {(one, other): ((one * 7 + other * 5) % 11) / 11 for one in range(5) for other in range(5)}

    found = propose(range(5), range(5), readers=1, least=1, most=1, merit=merit)

    best = max(sum(merit[pair] for pair in enumerate(order)) for order in permutations(range(5)))
    assert sum(merit[pair] for pair in found.pairs) == pytest.approx(best)


def test_held_pairs_count_and_are_not_proposed_again() -> None:
    held = [("a", "x"), ("a", "y"), ("b", "x")]

    found = propose("abc", "xyz", readers={"a": 2, "b": 2, "c": 1}, held=held, most=2)

    assert set(found.pairs) <= {("b", "y"), ("b", "z"), ("c", "y"), ("c", "z")}
    assert found.loads["x"] == 2
    assert sum(found.loads.values()) == 5


def test_a_complete_desk_needs_nothing() -> None:
    assert propose("a", "xy", readers=1, held=[("a", "x")]) == Proposal((), {"x": 1, "y": 0})
    assert propose("", "x", readers=2) == Proposal((), {"x": 0})


def test_conflicts_that_force_uneven_loads_are_no_refusal_while_no_bound_was_given() -> None:
    found = propose("abcd", "xy", readers=1, conflicts=[(one, "y") for one in "abc"])

    assert found.loads == {"x": 3, "y": 1}


def test_applications_without_eligible_readers_are_named() -> None:
    found = propose("abc", "xy", readers=2, conflicts=[("a", "x"), ("c", "x"), ("c", "y")])

    assert found.shortages == (Shortage("a", 2, 1), Shortage("c", 2, 0))
    assert found.reason == "Some applications have fewer eligible reviewers than they need."
    assert found.pairs == ()


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"readers": 2, "most": 1}, "6 more reviews are needed, but the loads leave room for 3."),
        ({"readers": 1, "least": 2}, "Reviewers must get 6 more reviews, but only 3 are needed."),
        ({"readers": 2, "least": 3, "most": 2}, "For a reviewer the least load is above the greatest."),
        (
            {"readers": 1, "least": 1, "conflicts": [(one, "z") for one in "abc"]},
            "Conflicts keep some reviewers below their least load.",
        ),
    ],
)
def test_loads_that_do_not_add_up_are_said_with_numbers(options: dict[str, object], reason: str) -> None:
    found = propose("abc", "xyz", **options)  # type: ignore[arg-type]

    assert (found.pairs, found.reason) == ((), reason)
    assert not found.is_feasible


def test_a_bound_that_is_given_is_not_relaxed() -> None:
    conflicts = [(one, other) for one in "abc" for other in "yz"]

    found = propose("abcd", "xyz", readers=1, most=2, conflicts=conflicts)

    assert found.pairs == ()
    assert sum(short.needed - short.available for short in found.shortages) == 1
    assert found.reason == "4 more reviews are needed, but conflicts and loads together leave room for 3."


def test_names_that_occur_twice_are_refused() -> None:
    with pytest.raises(ValueError, match="named twice"):
        propose("aa", "x", readers=1)


def test_a_large_round_is_assigned() -> None:
    found = propose(range(2000), range(20), readers=3)

    assert (len(found.pairs), set(found.loads.values())) == (6000, {300})


def test_loads_that_are_too_small_name_applications_too() -> None:
    found = propose("abc", "xyz", readers=2, most=1)

    assert [(one.needed - one.available) > 0 for one in found.shortages] == [True] * len(found.shortages)
    assert sum(one.needed - one.available for one in found.shortages) == 3


def test_a_small_promise_leaves_the_others_even() -> None:
    found = propose(range(30), "wxyz", readers=2, most={"w": 3})

    assert sorted(found.loads.values()) == [3, 19, 19, 19]


def test_who_comes_late_catches_up_as_far_as_can_be() -> None:
    held = [(one, reviewer) for one in range(20) for reviewer in "xy"]

    found = propose(range(30), "xyz", readers=2, held=held)

    assert found.loads == {"x": 25, "y": 25, "z": 10}
