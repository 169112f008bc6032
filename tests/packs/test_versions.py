"""Versions: stored whole, live by a step of their own, exported as they were loaded."""

import io
import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from curriculum.models import Module, Objective
from tests.factories import packs
from tests.factories.people import CohortFactory
from whitebox.errors import RuleViolation
from whitebox.outbox.models import LetterTemplate
from whitebox.packs import exporting, live, loading, schemas, storing, zips
from whitebox.packs.contents import Contents
from whitebox.packs.models import Blob, PackVersion
from whitebox.packs.sections import check, run_checks
from whitebox.people.models import PolicyVersion

POLICY = "---\nslug: code\ntitle: Code\nversion: '1'\nrequired_for: [mentor]\n---\nBe kind.\n"
MILESTONES = "milestones:\n  - {slug: start, title: Ten start, measure: enrolled, target: {min: 10}}\n"


def following(version: PackVersion, slug: str = "c") -> None:
    loading.adopt(CohortFactory.create(slug=slug), version, by=None)


def test_an_unpublished_version_changes_nothing_that_others_read(db: None, tmp_path: Path) -> None:
    first = loading.load(packs.write(tmp_path), by=None)
    packs.put(tmp_path, "policies/code.md", POLICY)
    packs.put(tmp_path, "letters/offer.md", "---\nkind: offer\nsubject: Hello\n---\nCome.\n")

    staged = loading.stage(tmp_path, by=None)

    first.refresh_from_db()
    assert (first.is_live, staged.is_live, staged.is_unpublished) == (True, False, True)
    assert not PolicyVersion.objects.exists()
    assert not LetterTemplate.objects.exists()
    with pytest.raises(RuleViolation, match="not published"):
        following(staged)


def test_putting_a_version_live_puts_its_policies_and_letters_in_force_and_twice_is_once(
    db: None, tmp_path: Path
) -> None:
    first = loading.load(packs.write(tmp_path), by=None)
    packs.put(tmp_path, "policies/code.md", POLICY)
    staged = loading.stage(tmp_path, by=None)

    loading.put_live(staged, by=None)
    published_at = staged.published_at
    loading.put_live(staged, by=None)

    first.refresh_from_db()
    assert (first.is_live, staged.is_live, staged.published_at) == (False, True, published_at)
    assert PolicyVersion.objects.count() == 1


def test_a_version_keeps_its_milestones(db: None, tmp_path: Path) -> None:
    packs.put(packs.write(tmp_path), "milestones.yml", MILESTONES)

    version = loading.load(tmp_path, by=None)

    assert [(one["slug"], one["measure"], one["target"]["min"]) for one in version.milestones] == [
        ("start", "enrolled", 10)
    ]


def test_a_policy_whose_wording_changed_under_one_version_is_refused_whole(db: None, tmp_path: Path) -> None:
    packs.put(packs.write(tmp_path), "policies/code.md", POLICY)
    first = loading.load(tmp_path, by=None)
    packs.put(tmp_path, "policies/code.md", POLICY.replace("kind.", "kinder."))

    with pytest.raises(loading.BrokenPack) as refused:
        loading.load(tmp_path, by=None)

    assert "another wording" in str(refused.value.report.ordered()[0])
    assert list(PackVersion.objects.all()) == [first]


def test_versions_share_the_files_that_are_equal(db: None, tmp_path: Path) -> None:
    loading.load(packs.write(tmp_path), by=None)
    packs.put(tmp_path, "README.md", "New.")

    second = loading.load(tmp_path, by=None)

    assert (second.files.count(), Blob.objects.count()) == (4, 4)


@pytest.mark.parametrize("rows", [1, 30])
def test_reading_the_files_is_one_query(
    db: None, tmp_path: Path, rows: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    packs.write(tmp_path)
    for row in range(rows):
        packs.put(tmp_path, f"letters/letter-{row}.md", f"---\nkind: letter-{row}\nsubject: Hello\n---\nCome.\n")
    version = loading.load(tmp_path, by=None)

    with django_assert_num_queries(1):
        storing.contents_of(version)


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Co", "Cn"]), max_size=40)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(readme=texts, body=texts.map(lambda text: text.replace("$", "").replace("[", "").replace("!", "")))
def test_an_export_loads_to_the_same_version(
    db: None, tmp_path_factory: pytest.TempPathFactory, readme: str, body: str
) -> None:
    root, copy = tmp_path_factory.mktemp("pack"), tmp_path_factory.mktemp("copy")
    packs.put(packs.write(root), "README.md", readme)
    packs.put(root, packs.MODULE, packs.module(body=packs.BODY.replace("Read.", f"Read: {body}")))
    version = loading.load(root, by=None)
    cohort = CohortFactory.create()
    loading.adopt(cohort, version, by=None)

    exporting.export(cohort, copy)

    assert loading.load(copy, by=None) == version


def test_an_export_overwrites_nothing(db: None, tmp_path: Path) -> None:
    version = loading.load(packs.write(tmp_path), by=None)
    cohort = CohortFactory.create()
    with pytest.raises(RuleViolation, match="follows no pack"):
        exporting.export(cohort, tmp_path / "new")
    loading.adopt(cohort, version, by=None)

    with pytest.raises(RuleViolation, match="not an empty folder"):
        exporting.export(cohort, tmp_path)


def test_a_version_as_a_zip_loads_to_the_same_version(db: None, tmp_path: Path) -> None:
    version = loading.load(packs.write(tmp_path), by=None)
    file = exporting.zipped(version)

    assert file == exporting.zipped(version)
    assert zips.read(io.BytesIO(file)).digest == version.digest


def test_the_starter_passes_its_check_without_a_word(tmp_path: Path) -> None:
    exporting.start(tmp_path / "new")

    assert [str(problem) for problem in check(tmp_path / "new").ordered()] == []
    with pytest.raises(RuleViolation, match="not an empty folder"):
        exporting.start(tmp_path / "new")


@pytest.mark.sandbox
def test_the_exercises_of_the_starter_catch_their_mutants() -> None:
    assert [str(problem) for problem in run_checks(exporting.STARTER).ordered()] == []


def test_the_starter_loads(db: None) -> None:
    version = loading.load(exporting.STARTER, by=None)

    assert (version.modules.count(), version.checks.count(), len(version.milestones)) == (2, 2, 2)


def test_schemas_cover_every_kind_of_yaml(tmp_path: Path) -> None:
    written = schemas.write(tmp_path)

    ties = json.loads((tmp_path / "settings.json").read_text())["yaml.schemas"]
    assert {name.removeprefix("./") for name in ties} | {"settings.json"} == set(written)
    globs = [glob for some in ties.values() for glob in some]
    starter = Contents(dict.fromkeys(check_names(), b""))
    assert [name for name in check_names() if not any(name in starter.matching(glob) for glob in globs)] == []
    module = json.loads((tmp_path / "module.schema.json").read_text())
    assert "requires" in module["properties"]


def check_names() -> list[str]:
    files = (path.relative_to(exporting.STARTER).as_posix() for path in exporting.STARTER.rglob("*.yml"))
    return sorted(files)


def test_differences_to_the_live_version(db: None, tmp_path: Path) -> None:
    loading.load(packs.write(tmp_path), by=None)
    packs.put(tmp_path, "programme.yml", packs.PROGRAMME.replace("seats: 3", "seats: 4"))

    found = live.differences_to(loading.checked(tmp_path))

    assert [str(one) for one in found] == ["changed programme.yml: seats: 3 → 4"]


def renamed(root: Path) -> None:
    """Rename the module and its objective, with aliases."""
    (root / "modules/01-first-week").rename(root / "modules/01-begin")
    head = packs.HEAD.replace("slug: first-week", "slug: begin\naliases: [first-week]")
    packs.put(root, "modules/01-begin/module.md", packs.module(head))
    objectives = packs.OBJECTIVES.replace("slug: count", "slug: number\n  aliases: [count]")
    packs.put(root, "modules/01-begin/objectives.yml", objectives)


def test_a_rename_keeps_module_and_objective(db: None, tmp_path: Path) -> None:
    first = loading.load(packs.write(tmp_path), by=None)
    renamed(tmp_path)

    second = loading.load(tmp_path, by=None)

    assert second.modules.get().module == first.modules.get().module
    assert (Module.objects.count(), Objective.objects.count()) == (1, 1)
    assert second.modules.get().objectives.get().written_slug == "number"


def test_a_name_that_a_rename_freed_begins_anew(db: None, tmp_path: Path) -> None:
    loading.load(packs.write(tmp_path), by=None)
    renamed(tmp_path)
    second = loading.load(tmp_path, by=None)
    packs.put(tmp_path, "modules/01-begin/objectives.yml", packs.OBJECTIVES.replace("count", "number"))
    objectives = packs.OBJECTIVES + '- {slug: number, number: "1.2", text: See, topic: numbers}\n'
    packs.put(tmp_path, "modules/01-begin/objectives.yml", objectives)

    third = loading.load(tmp_path, by=None)

    by_name = {one.written_slug: one.objective for one in third.modules.get().objectives.all()}
    assert by_name["number"] == second.modules.get().objectives.get().objective
    assert (by_name["count"].slug, Objective.objects.count()) == ("count-2", 2)


def test_a_module_that_vanished_without_an_alias_is_another(db: None, tmp_path: Path) -> None:
    loading.load(packs.write(tmp_path), by=None)
    renamed(tmp_path)
    head = packs.HEAD.replace("slug: first-week", "slug: begin")
    packs.put(tmp_path, "modules/01-begin/module.md", packs.module(head))

    loading.load(tmp_path, by=None)

    assert Module.objects.count() == 2
