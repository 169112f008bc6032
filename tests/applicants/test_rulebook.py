import pytest

from applicants import rulebook
from applicants.procedures import Criterion
from tests.factories.applicants import ApplicationFactory


def test_of_asks_the_database_once(db: None, django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    application = ApplicationFactory.create()

    with django_assert_num_queries(3):  # form, stages, criteria
        rules = rulebook.of(application)
    with django_assert_num_queries(0):
        again = rulebook.of(application)

    assert rules is again
    assert [one.slug for one in rules.criteria[application.stage_id or 0]] == ["motivation", "reasoning"]


@pytest.mark.parametrize("chosen", ["1", "5", "abstain", ""])
def test_drawn_marks_the_level_chosen_and_no_other(db: None, chosen: str) -> None:
    criterion = Criterion(slug="m", title="M", levels={str(n): 'value="1"' for n in range(1, 6)})
    criterion.pk = 1

    html = rulebook.drawn(criterion, chosen)

    assert html.count(" checked") == bool(chosen)
    assert (f'name="level-m" value="{chosen}" checked' in html) == bool(chosen)
