"""Whom a version that goes live reaches, when two cities share a site."""

from pathlib import Path

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.factories import packs
from tests.factories.people import CohortFactory, MembershipFactory, UserFactory
from whitebox.errors import RuleViolation
from whitebox.outbox.models import LetterTemplate
from whitebox.packs import loading, reach
from whitebox.packs.models import PackVersion
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort, Membership, User

LETTER = "---\nkind: idle-nudge\nsubject: Hello\n---\nFrom Cebu.\n"
POLICY = "---\nslug: conduct\ntitle: Conduct\nversion: '2'\nrequired_for: [participant]\n---\nBe kind.\n"


@pytest.fixture
def live(db: None, tmp_path: Path) -> PackVersion:
    return loading.load(packs.write(tmp_path), by=None)


@pytest.fixture
def manila(live: PackVersion) -> Cohort:
    cohort = CohortFactory.create(title="Manila")
    loading.adopt(cohort, live, by=None)
    return cohort


@pytest.fixture
def organizer(manila: Cohort, live: PackVersion) -> User:
    """Somebody who organizes another city's cohort only."""
    cebu = CohortFactory.create(title="Cebu")
    loading.adopt(cebu, live, by=None)
    return MembershipFactory.create(cohort=cebu, role=Role.ORGANIZER, user__is_staff=True).user


def staged(tmp_path: Path, **files: str) -> PackVersion:
    root = packs.write(tmp_path)
    for file, text in files.items():
        packs.put(root, file, text)
    return loading.stage(root, by=None)


@pytest.mark.parametrize(("file", "text"), [("letters/idle-nudge.md", LETTER), ("policies/conduct.md", POLICY)])
def test_letters_and_policies_of_another_city_are_not_changed(
    organizer: User, live: PackVersion, tmp_path: Path, file: str, text: str
) -> None:
    version = staged(tmp_path, **{file: text})

    with pytest.raises(RuleViolation, match="you do not organize Manila"):
        loading.put_live(version, by=organizer)

    assert PackVersion.objects.get(is_live=True) == live
    assert not LetterTemplate.objects.filter(kind="idle-nudge").exists()


def test_a_version_that_changes_what_is_taught_only_goes_live_and_nobody_follows_it(
    organizer: User, manila: Cohort, live: PackVersion, tmp_path: Path
) -> None:
    version = staged(tmp_path, **{packs.MODULE: packs.module(body=packs.BODY.replace("Think.", "Think twice."))})

    for _time in range(2):
        loading.put_live(version, by=organizer)

    assert PackVersion.objects.get(is_live=True) == version
    assert Cohort.objects.get(pk=manila.pk).adoption.version == live


@pytest.mark.parametrize("who", ["superuser", "both", "command line", "after the end"])
def test_who_may(organizer: User, manila: Cohort, tmp_path: Path, who: str) -> None:
    version = staged(tmp_path, **{"letters/idle-nudge.md": LETTER})
    by: User | None = organizer
    if who == "superuser":
        by = UserFactory.create(is_superuser=True, is_staff=True)
    elif who == "command line":
        by = None
    elif who == "both":
        MembershipFactory.create(cohort=manila, role=Role.ORGANIZER, user=organizer)
    else:
        Cohort.objects.filter(pk=manila.pk).update(started_at="2026-01-05T00:00Z")
        MembershipFactory.create(cohort=manila, state=MembershipState.COMPLETED)

    loading.put_live(version, by=by)

    assert PackVersion.objects.get(is_live=True) == version


def test_a_cohort_at_work_counts_and_one_that_follows_nothing_does_not(
    organizer: User, manila: Cohort, tmp_path: Path
) -> None:
    version = staged(tmp_path, **{"letters/idle-nudge.md": LETTER})
    CohortFactory.create(title="Follows nothing")
    Cohort.objects.filter(pk=manila.pk).update(started_at="2026-01-05T00:00Z")
    idle = reach.others(version, organizer)

    MembershipFactory.create(cohort=manila)

    assert (idle, reach.others(version, organizer)) == ([], [manila])
    assert Membership.objects.filter(cohort=manila).count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_names_the_others_in_constant_queries(
    organizer: User, tmp_path: Path, rows: int, live: PackVersion, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    version = staged(tmp_path, **{"letters/idle-nudge.md": LETTER})
    for row in range(1, rows):
        loading.adopt(CohortFactory.create(title=f"City {row}"), live, by=None)
    client = Client()
    client.force_login(organizer)

    with django_assert_num_queries(4):
        touched = reach.others(version, organizer)
    page = client.get(f"/admin/packs/packversion/{version.pk}/about/").content.decode()

    assert len(touched) == rows
    assert "You do not organize" in page
    assert ", ".join(cohort.title for cohort in touched) in page
    assert "Put it live" not in page
