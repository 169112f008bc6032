"""Numbers that differ from attempt to attempt, and stay what they were for each."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mastery import check_store, gating, generated, questions, variants
from mastery.check_files import ItemEntry
from mastery.gating import Place
from mastery.models import Attempt, CheckVersion, CorrectiveAssignment
from mastery.variants import BadSum
from tests.factories.mastery import Course, make_course, make_fixed
from tests.mastery.test_rules import do_correctives
from whitebox.errors import RuleViolation

DRAWN: dict[str, Any] = {
    "slug": "a-sum",
    "objective": "first",
    "kind": "numeric",
    "points": 1,
    "prompt": "What is $[[n]] + [[m]]$, with `[[n]]` apples?",
    "answer": "n + m",
    "explanation": "It is [[n]] and [[m]] together.",
    "values": {"n": {"first": 2, "last": 40}, "m": ["1", "3", "5.5"]},
}


NO_CODE: Any = None  # the folder, which only code asks for


def entry(**changes: Any) -> ItemEntry:
    return ItemEntry.model_validate(DRAWN | changes)


def stored(slug: str, objective: str) -> dict[str, Any]:
    return check_store._item(entry(slug=slug, objective=objective), NO_CODE)


@pytest.fixture
def course(db: None) -> Course:
    forms = {"A": [stored("a-one", "first"), stored("a-two", "second")]}
    course = make_course(forms)
    CheckVersion.objects.filter(pk=course.check.pk).update(generated=["A"])
    course.check.generated = ["A"]
    return course


def right(attempt: Attempt) -> dict[str, str | list[str]]:
    return {one.slug: str(one.answer) for one in questions.of_attempt(attempt)}


def test_texts_are_filled_in_mathematics_and_in_code() -> None:
    item = stored("a-sum", "first")

    question = questions.question(item, {"n": "7", "m": "5.5"})

    assert "<mn>7</mn>" in question.prompt_html
    assert "<code>7</code> apples" in question.prompt_html
    assert "It is 7 and 5.5 together." in question.explanation_html
    assert question.answer == Decimal("12.5")
    assert "80706" not in question.prompt_html + question.explanation_html


def test_the_same_seed_asks_the_same_for_ever() -> None:
    """These were drawn when the first variant was made. Another number here changes questions people answered."""
    declared = {"n": [str(number) for number in range(2, 41)], "m": ["1", "3", "5.5"]}

    assert [variants.drawn(declared, "a-sum", seed) for seed in (1, 2, 2**31 - 1)] == FOR_EVER


FOR_EVER = [{"n": "14", "m": "3"}, {"n": "34", "m": "1"}, {"n": "38", "m": "5.5"}]


def test_items_of_one_attempt_are_drawn_apart() -> None:
    declared = {"n": [str(number) for number in range(1000)]}

    assert len({variants.drawn(declared, f"item-{number}", 5)["n"] for number in range(20)}) > 10


def test_an_attempt_shows_and_grades_its_own_numbers(course: Course) -> None:
    attempt = course.start()
    first = questions.of_attempt(attempt)
    attempt.refresh_from_db()

    assert questions.of_attempt(attempt) == first
    done = course.take(right(attempt))
    assert course.participant.mastered.count() == 2
    assert done == attempt


def test_rule_2_generated_variants_count_as_forms(course: Course) -> None:
    first = course.take({"a-one": "0", "a-two": "0"})
    do_correctives(course)
    standing = gating.standing(course.participant, course.check)
    assert (standing.place, standing.form) == (Place.READY, "A")
    assert "with other numbers" in standing.next_step

    second = course.start()

    assert (second.form, second.number) == ("A", 2)
    assert [one.prompt_html for one in questions.of_attempt(second)] != [
        one.prompt_html for one in questions.of_attempt(first)
    ]


def test_rule_4_a_variant_waits_for_the_corrective_too(course: Course) -> None:
    course.take({"a-one": "0", "a-two": "0"})

    with pytest.raises(RuleViolation, match="Do “Way 1 to first”"):
        course.start()
    assert CorrectiveAssignment.objects.count() == 2


def test_a_seed_that_asks_the_same_again_is_drawn_anew() -> None:
    form = [{"slug": "x", "values": {"n": ["1", "2"]}}]
    of = {seed: variants.drawn(form[0]["values"], "x", seed)["n"] for seed in range(50)}  # type: ignore[arg-type]  # a form as it is stored
    same = [seed for seed in of if of[seed] == of[0]]
    other = next(seed for seed in of if of[seed] != of[0])
    draws = iter([*same, other])

    assert variants.fresh_seed(form, [0], lambda: next(draws)) == other


def test_a_regrade_asks_what_the_person_was_asked(course: Course) -> None:
    attempt = course.start()
    fixed = [{**stored("a-one", "first"), "answer": "n * m"}, stored("a-three", "second")]
    other = make_fixed(course, {"A": fixed})

    asked = questions.on_version(attempt, other)

    values = variants.drawn(fixed[0]["values"], "a-one", attempt.seed)
    assert [one.slug for one in asked] == ["a-one"]  # the other one nobody has been asked
    assert asked[0].answer == Decimal(values["n"]) * Decimal(values["m"])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"prompt": "What is [[x]]?"}, "“[[x]]” has no values"),
        ({"values": {"n": ["1", "2"], "m": ["1"]}}, "fewer than 20 different questions"),
        ({"values": {"n": ["one"] * 30, "m": ["1"]}}, "“one” is not a number"),
        ({"values": {"N": {"first": 1, "last": 40}, "m": ["1"]}, "answer": "m"}, "“N” is no name"),
        ({"answer": "n / (m - 3)"}, "cannot be worked out"),
        ({"answer": "k"}, "a sum has numbers"),
        ({"answer": "__import__('os').getcwd()"}, "a sum has numbers"),
        ({"answer": "9 ** 9 ** 9 ** 9"}, "a power is a whole number up to 16"),
        ({"answer": "n if m else 1"}, "a sum has numbers"),
        ({"values": {"n": {"first": 1, "last": 5000}, "m": ["1"]}}, "a value is drawn from 1 to 1000"),
    ],
)
def test_a_pack_that_draws_wrongly_is_told(changes: dict[str, Any], words: str) -> None:
    found = [message for _where, message in generated.mistakes(entry(**changes))]

    assert any(words in one for one in found), found


def test_a_right_item_has_no_mistake() -> None:
    assert list(generated.mistakes(entry())) == []


@given(n=st.integers(-1000, 1000), m=st.integers(1, 1000))
def test_sums_are_exact(n: int, m: int) -> None:
    values = {"n": str(n), "m": str(m)}

    assert variants.result("(n * m + 1) - n * m", values) == 1
    assert variants.result("max(n, m) - min(n, m)", values) == abs(n - m)
    assert variants.result("n // m * m + n % m", values) == n
    assert variants.result("0.1 + 0.2", values) == Decimal("0.3")


@given(text=st.text(max_size=220))
@example(text="1\0")
@example(text="\ud800")
def test_a_sum_of_any_text_is_a_number_or_told(text: str) -> None:
    try:
        found = variants.result(text, {"n": "2"})
    except BadSum:
        return
    assert found.is_finite()
