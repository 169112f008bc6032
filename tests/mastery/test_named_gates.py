"""Gates that the pack names: `requires` in the front matter of a module."""

from mastery import gating
from mastery.gating import Place
from tests.factories.mastery import Course, make_course


def place(course: Course, waits_for: list[int] | None) -> Place:
    second = course.modules[1]
    second.waits_for = waits_for
    second.save(update_fields=["waits_for"])
    return gating.standing(course.participant, course.checks[1]).place


def test_without_a_word_a_week_waits_for_the_one_before(db: None) -> None:
    assert place(make_course(), None) == Place.LOCKED


def test_a_week_that_requires_nothing_is_open(db: None) -> None:
    assert place(make_course(), []) == Place.READY


def test_a_week_waits_for_those_it_names(db: None) -> None:
    course = make_course()

    assert place(course, [course.modules[0].module_id]) == Place.LOCKED
