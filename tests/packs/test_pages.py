"""The organizers' pages of packs."""

import io
import zipfile
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from curriculum.models import Figure
from tests.factories import packs
from tests.factories.people import CohortFactory, MembershipFactory, UserFactory
from whitebox.packs import contents, exporting, loading
from whitebox.packs.models import Adoption, PackVersion
from whitebox.people.choices import Role
from whitebox.people.models import Cohort

LIST = "/admin/packs/packversion/"


@pytest.fixture
def cohort(db: None) -> Cohort:
    return CohortFactory.create(slug="c", title="Cohort 1")


@pytest.fixture
def organizer(cohort: Cohort) -> Client:
    client = Client()
    client.force_login(MembershipFactory.create(cohort=cohort, role=Role.ORGANIZER, user__is_staff=True).user)
    return client


@pytest.fixture
def version(db: None, tmp_path: Path) -> PackVersion:
    return loading.load(packs.write(tmp_path), by=None)


def changed(tmp_path: Path, seats: int) -> Path:
    packs.put(packs.write(tmp_path), "programme.yml", packs.PROGRAMME.replace("seats: 3", f"seats: {seats}"))
    return tmp_path


def zipped(root: Path, **more: str) -> SimpleUploadedFile:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in contents.from_folder(root).files.items():
            archive.writestr(name, content)
        for name, text in more.items():
            archive.writestr(name, text)
    return SimpleUploadedFile("pack.zip", made.getvalue(), "application/zip")


@pytest.mark.parametrize("rows", [1, 3])
def test_list_shows_versions_in_as_many_queries_for_one_as_for_three(
    organizer: Client, cohort: Cohort, tmp_path: Path, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for seats in range(1, rows + 1):
        loading.adopt(CohortFactory.create(), loading.load(changed(tmp_path, seats), by=None), by=None)

    with django_assert_num_queries(9):
        page = organizer.get(LIST)

    assert page.content.decode().count(">tiny ") == rows


@pytest.mark.parametrize("rows", [1, 3])
def test_version_page_shows_differences_in_as_many_queries_for_one_as_for_three(
    organizer: Client,
    version: PackVersion,
    tmp_path: Path,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    root = changed(tmp_path, 9)
    for row in range(rows):
        packs.put(root, f"letters/letter-{row}.md", f"---\nkind: letter-{row}\nsubject: Hello\n---\nCome.\n")
    staged = loading.stage(root, by=None)

    with django_assert_num_queries(14):  # four of them: whom it reaches when it goes live
        page = organizer.get(f"{LIST}{staged.pk}/about/").content.decode()

    assert page.count(">added<") == rows
    assert "unpublished: only organizers see it" in page
    assert "A cohort can follow it once it is live." in page


def test_upload_stores_a_version_that_is_not_live(organizer: Client, version: PackVersion, tmp_path: Path) -> None:
    answer = organizer.post(f"{LIST}upload/", {"file": zipped(changed(tmp_path, 9))})

    staged = PackVersion.objects.get(number=2)
    assert answer.headers["Location"] == f"{LIST}{staged.pk}/about/"
    assert (staged.is_live, staged.is_unpublished, staged.loaded_by is not None) == (False, True, True)


def test_upload_of_a_broken_pack_names_each_mistake_and_changes_nothing(
    organizer: Client, version: PackVersion, tmp_path: Path
) -> None:
    file = zipped(changed(tmp_path, 9), **{"../evil.md": "x", "stray.txt": "<script>"})

    page = organizer.post(f"{LIST}upload/", {"file": file}).content.decode()

    assert "The pack has 2 errors. Nothing was changed." in page
    assert "../evil.md:1" in page
    assert "this name leads out of the pack" in page
    assert list(PackVersion.objects.all()) == [version]


def test_upload_of_what_is_no_zip_says_so(organizer: Client) -> None:
    page = organizer.post(f"{LIST}upload/", {"file": SimpleUploadedFile("x.zip", b"hello")}).content.decode()

    assert "this is not a zip that can be read" in page


def test_putting_live_twice_is_once_and_cohorts_stay(
    organizer: Client, cohort: Cohort, version: PackVersion, tmp_path: Path
) -> None:
    loading.adopt(cohort, version, by=None)
    staged = loading.stage(changed(tmp_path, 9), by=None)

    for _time in range(2):
        organizer.post(f"{LIST}{staged.pk}/live/")

    assert list(PackVersion.objects.filter(is_live=True)) == [staged]
    assert Adoption.objects.get(cohort=cohort).version == version


def test_a_cohort_begins_to_follow_and_is_moved_with_a_reason(
    organizer: Client, cohort: Cohort, version: PackVersion, tmp_path: Path
) -> None:
    organizer.post(f"{LIST}{version.pk}/move/c/", {"reason": "The first"})
    second = loading.load(changed(tmp_path, 9), by=None)
    address = f"{LIST}{second.pk}/move/c/"

    page = organizer.get(address).content.decode()
    organizer.post(address, {"reason": ""})
    stayed = Adoption.objects.get(cohort=cohort).version
    organizer.post(address, {"reason": "More seats"})

    assert "Marks already given, ticks and extensions stay as they are." in page
    assert "programme.yml" in page
    assert stayed == version
    assert Adoption.objects.get(cohort=cohort).version == second
    assert [(move.reason, move.by is not None) for move in cohort.moves.all()] == [("More seats", True)]


def test_an_unpublished_version_cannot_be_followed(
    organizer: Client, cohort: Cohort, version: PackVersion, tmp_path: Path
) -> None:
    staged = loading.stage(changed(tmp_path, 9), by=None)

    organizer.post(f"{LIST}{staged.pk}/move/c/", {"reason": "Now"})

    assert not Adoption.objects.exists()


def test_download_is_the_version(organizer: Client, version: PackVersion) -> None:
    answer = organizer.get(f"{LIST}{version.pk}/file/")

    assert answer.headers["Content-Disposition"] == 'attachment; filename="tiny-1.zip"'
    assert answer.content == exporting.zipped(version)


def test_preview_is_marked_and_nobody_else_finds_it_or_its_figures(organizer: Client) -> None:
    staged = loading.stage(exporting.STARTER, by=None)
    figure = Figure.objects.get()
    addresses = [f"/learn/preview/{staged.pk}/first-steps/", f"/learn/figures/{figure.digest}/{figure.name}"]
    others = [Role.PARTICIPANT, Role.MENTOR, Role.REVIEWER, Role.ADVISER]

    page = organizer.get(addresses[0]).content.decode()

    assert "Preview of my-programme 1, which is not published." in page
    assert "What a mean hides" in page
    assert f'href="/learn/preview/{staged.pk}/next-steps/"' in page
    assert 'href="../next-steps/"' in page
    assert organizer.get(addresses[1]).status_code == 200
    assert organizer.get(f"/learn/preview/{staged.pk}/nothing/").status_code == 404
    for user in [MembershipFactory.create(role=role).user for role in others] + [UserFactory.create()]:
        client = Client()
        client.force_login(user)
        assert [client.get(address).status_code for address in addresses] == [404, 404]


def test_preview_costs_as_many_queries_the_second_time_for_every_week(
    organizer: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    staged = loading.stage(exporting.STARTER, by=None)
    organizer.get(f"/learn/preview/{staged.pk}/first-steps/")

    for slug in ("first-steps", "first-steps"):
        with django_assert_num_queries(5):
            organizer.get(f"/learn/preview/{staged.pk}/{slug}/")
