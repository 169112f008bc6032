from pytest_django import DjangoAssertNumQueries

from curriculum import syllabus
from curriculum.models import ModuleVersion
from tests.curriculum.worlds import running
from tests.factories.curriculum import AdoptionFactory
from tests.factories.people import CohortFactory


def test_syllabus_holds_modules_objectives_and_resources_in_order(db: None) -> None:
    world = running(weeks=2, rows=2)

    found = syllabus.of_page(world.cohort)

    assert found.modules == world.modules
    assert [one.position for one in found.objectives[world.module]] == [1, 2]
    assert [one.position for one in found.resources[world.module.pk]] == [1, 2]
    assert all(one.module_version is module for module, some in found.objectives.items() for one in some)


def test_syllabus_is_read_once_for_everybody(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    world = running(weeks=3, rows=3)
    first = syllabus.present(world.cohort.pk)

    with django_assert_num_queries(1):  # which version is followed now
        again = syllabus.present(world.cohort.pk)

    assert again is first


def test_present_syllabus_follows_the_cohort_to_another_version(db: None) -> None:
    world = running()
    syllabus.present(world.cohort.pk)
    adoption = world.cohort.adoption
    adoption.version = AdoptionFactory.create().version
    adoption.save()

    assert syllabus.present(world.cohort.pk).key == (adoption.version.pk, adoption.version.digest)


def test_a_cohort_without_a_pack_has_an_empty_syllabus(db: None) -> None:
    cohort = CohortFactory.create()

    assert syllabus.of_page(cohort).modules == syllabus.present(cohort.pk).modules == []


def test_text_is_kept_too(db: None, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    world = running()
    followed = syllabus.present(world.cohort.pk)
    assert followed.key
    shown = syllabus.with_text(followed.modules[0], followed.key)

    with django_assert_num_queries(0):
        assert syllabus.with_text(followed.modules[0], followed.key) is shown

    assert shown.before_html == ModuleVersion.objects.get(pk=shown.pk).before_html
