from pathlib import Path

import pytest
from django.utils import timezone

from curriculum.models import Module
from sprints import needed
from sprints.models import Problem, ProblemSource
from sprints.pack import PROBLEMS, SECTION, SOURCE, SourceFacts
from tests.factories import packs
from tests.factories.curriculum import ModuleFactory, ObjectiveFactory
from tests.factories.sprints import ProblemFactory
from whitebox.errors import RuleViolation
from whitebox.packs.folder import Folder
from whitebox.packs.models import PackVersion
from whitebox.packs.reports import Report
from whitebox.programme.demonstration import SHIPPED_PACK

NEEDY = "number,category,title,objectives\n"
HEADER = "number,category,subcategory,difficulty,starred,title,source_url\n"


def folder(root: Path, problems: str, source: str = "") -> Folder:
    (root / "problems").mkdir()
    (root / PROBLEMS).write_text(problems, encoding="utf-8")
    if source:
        (root / SOURCE).write_text(source, encoding="utf-8")
    return Folder(root, Report())


def checked(read: Folder) -> list[str]:
    SECTION.check(read, read.report)
    return [str(problem) for problem in read.report.ordered()]


@pytest.fixture
def version(db: None) -> PackVersion:
    return PackVersion.objects.create(pack="mechinterp", number=1, digest="x", title="x", loaded_at=timezone.now())


def test_check_names_file_and_line(tmp_path: Path) -> None:
    read = folder(tmp_path, f'{HEADER}1.1,Toy,,B,,"two\nlines?",\n1.2,Toy,,E,,What?,\n', "slug: Not a slug\ntitle: x\n")

    assert [message.split(": ")[0] for message in checked(read)] == ["problems/problems.csv:4", "problems/source.yml:1"]


def test_check_of_a_pack_without_problems_finds_nothing(tmp_path: Path) -> None:
    assert checked(Folder(tmp_path, Report())) == []


def test_load_imports_into_the_named_source_and_twice_changes_nothing(tmp_path: Path, version: PackVersion) -> None:
    read = folder(tmp_path, f"{HEADER}1.1,Toy,,B,,What?,\n", "slug: ours\ntitle: Our list\nnumbering: By year.\n")

    SECTION.publish(read, version)
    SECTION.publish(read, version)

    problem = Problem.objects.get()
    assert (problem.source.slug, problem.source.title, problem.source.numbering) == ("ours", "Our list", "By year.")


def test_load_refuses_what_does_not_fit_the_bank(tmp_path: Path, version: PackVersion) -> None:
    for ordinal in (1, 2):
        ProblemFactory.create(number="2.25", ordinal=ordinal, title=f"Question {ordinal}?")
    read = folder(tmp_path, f"{HEADER}2.25,Toy,,B,,Another?,\n")

    with pytest.raises(RuleViolation, match="which one is meant"):
        SECTION.publish(read, version)


def objectives(read: Folder) -> None:
    """Make the objectives that source.yml names, as the curriculum's part of the pack does before."""
    facts = read.yaml(SOURCE, SourceFacts)
    assert facts is not None
    for one in {one for some in facts.data.needs.values() for one in some}:
        module, slug = one.split("/")
        made = Module.objects.get_or_create(pack="mechinterp", slug=module)[0]
        ObjectiveFactory.create(module=made, slug=slug)


def test_needs_by_category_fill_what_the_sheet_leaves_open(tmp_path: Path, version: PackVersion) -> None:
    module = ModuleFactory.create(slug="week-one")
    for slug in ("gradients", "attention"):
        ObjectiveFactory.create(module=module, slug=slug)
    rows = f"{NEEDY}1.1,Toy,What?,\n1.2,Toy,Why?,week-one/attention\n1.3,Wild,How?,\n"
    read = folder(tmp_path, rows, "title: Ours\nneeds: {Toy: [week-one/gradients]}\n")

    SECTION.publish(read, version)
    SECTION.publish(read, version)

    found = [needed.paths(one) for one in Problem.objects.as_in_sheets()]
    assert found == [("week-one/gradients",), ("week-one/attention",), ()]


def test_needs_of_an_objective_that_does_not_exist_are_refused(tmp_path: Path, version: PackVersion) -> None:
    read = folder(tmp_path, f"{HEADER}1.1,Toy,,B,,What?,\n", "title: Ours\nneeds: {Toy: [week-one/nothing]}\n")

    with pytest.raises(RuleViolation, match="There is no objective week-one/nothing"):
        SECTION.publish(read, version)


def test_the_shipped_list_is_fine_and_complete(version: PackVersion) -> None:
    read = Folder(SHIPPED_PACK, Report())
    objectives(read)

    SECTION.check(read, read.report)
    SECTION.publish(read, version)

    assert not read.report.has_errors
    assert Problem.objects.count() == 265
    assert list(Problem.objects.filter(number="2.25").values_list("ordinal", flat=True)) == [1, 2]
    assert ProblemSource.objects.get().slug == "open-problems"
    assert not Problem.objects.filter(needs=None).exists()
    assert {one.year for one in Problem.objects.values_list("idle_since", flat=True)} == {2022}


def test_check_knows_which_objectives_the_pack_teaches(tmp_path: Path) -> None:
    packs.write(tmp_path)
    needs = "title: Ours\nneeds:\n  Numbers:\n    - first-week/count\n    - first-week/cuont\n    - elsewhere\n"
    read = folder(tmp_path, HEADER + "1.1,Numbers,,,,How many?,\n", needs)

    found = checked(read)

    assert [one for one in found if "objective" in one] == [
        f"{SOURCE}:5: there is no objective first-week/cuont (did you mean first-week/count?)",
        f"{SOURCE}:6: there is no objective elsewhere (write it as module/objective)",
    ]


def test_needs_of_a_pack_without_modules_lean_on_another_pack(tmp_path: Path) -> None:
    read = folder(tmp_path, HEADER, "title: Ours\nneeds:\n  Numbers:\n    - first-week/count\n")

    assert [one for one in checked(read) if "objective" in one] == []


def test_the_shipped_needs_are_taught() -> None:
    assert [one for one in checked(Folder(SHIPPED_PACK, Report())) if "objective" in one] == []
