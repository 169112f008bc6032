from dataclasses import dataclass

from whitebox.web.templatetags.states import Week, compact_state, drawn_state, drawn_week, objective_marks


@dataclass(frozen=True)
class Mark:
    code: str
    title: str
    state: str


def test_marks_hold_shapes_and_escaped_words() -> None:
    shown = objective_marks([Mark("1.1", "Tell a<b from a>b", "mastered"), Mark("1.2", "Second", "open")])

    assert shown.count("<li>") == shown.count("<svg") == 2
    assert "Tell a&lt;b from a&gt;b" in shown
    assert shown.__html__() == shown


def test_a_state_is_drawn_with_and_without_its_word() -> None:
    assert "<span>not yet</span>" in drawn_state("not_yet")
    assert '<span class="visually-hidden">not yet</span>' in compact_state("not_yet")


def test_a_label_stands_instead_of_the_word_and_is_escaped() -> None:
    assert "<span>a&lt;b</span>" in drawn_state("mastered", "a<b")


def test_a_week_is_drawn_for_what_it_shows() -> None:
    week = Week(3, "Heads & tails", "/3/", "locked", is_current=False, reason="Missing: 2.4.", objectives=())

    shown = drawn_week(week)

    assert drawn_week(week) is shown
    assert "Week 3: Heads &amp; tails</a>" in shown
    assert 'aria-current="step"' in drawn_week(week._replace(is_current=True))
    assert "Missing: 2.5." in drawn_week(week._replace(reason="Missing: 2.5."))
    assert "mastered" in drawn_week(week._replace(objectives=(Mark("3.1", "First", "mastered"),)))  # type: ignore[arg-type]  # any mark
