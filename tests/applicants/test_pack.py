from pathlib import Path
from typing import Any

import pytest
import yaml

from applicants.pack import SECTION
from applicants.procedures import Criterion, FormVersion, Stage
from applicants.questionnaire import questionnaire_of
from tests.factories.applicants import QUESTIONNAIRE, PackVersionFactory
from whitebox.packs.folder import Folder
from whitebox.packs.reports import Report
from whitebox.programme.demonstration import SHIPPED_PACK

RUBRIC = {"criteria": [{"slug": "motivation", "title": "Motivation", "levels": {n: f"level {n}" for n in range(1, 6)}}]}
STAGES = {"stages": [{"slug": "screen", "title": "Screen", "applicant_title": "Being read"}]}


def pack(root: Path, *, form: Any = QUESTIONNAIRE, rubric: Any = RUBRIC, stages: Any = STAGES) -> Folder:
    (root / "application").mkdir()
    for name, content in (("form", form), ("rubric", rubric), ("stages", stages)):
        text = content if isinstance(content, str) else yaml.safe_dump(content, sort_keys=False)
        (root / "application" / f"{name}.yml").write_text(text)
    return Folder(root, Report())


def problems(folder: Folder) -> list[str]:
    SECTION.check(folder, folder.report)
    return [str(problem) for problem in folder.report.ordered()]


def test_the_shipped_pack_is_right() -> None:
    assert problems(Folder(SHIPPED_PACK, Report())) == []


def test_load_stores_form_stages_and_rubric(db: None, tmp_path: Path) -> None:
    version = PackVersionFactory.create()

    SECTION.load(pack(tmp_path), version)

    form = FormVersion.objects.get(version=version)
    assert [question.slug for question in questionnaire_of(form).questions] == ["why", "python", "hours", "work"]
    assert [(stage.slug, stage.reviews) for stage in Stage.objects.filter(form=form)] == [("screen", 2)]
    assert [criterion.levels["5"] for criterion in Criterion.objects.all()] == ["level 5"]


def test_check_reports_every_problem_with_its_line(tmp_path: Path) -> None:
    form = """sections:
  - {slug: why, title: Why}
  - {slug: empty, title: Empty}
questions:
  - {slug: a, section: why, label: A, kind: long, required: true, shown_to: reviewers}
  - {slug: a, section: elsewhere, label: B, kind: long, required: true, shown_to: reviewers}
"""

    found = problems(pack(tmp_path, form=form))

    assert found == [
        "application/form.yml:3: the section “empty” has no question",
        "application/form.yml:6: there is no section “elsewhere” (the sections are why, empty)",
        "application/form.yml:6: “a” stands twice",
    ]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"kind": "single"}, "needs two or more different options"),
        ({"kind": "number", "words": 5}, "has no limit of words"),
        ({"kind": "file"}, "a file can show who sent it"),
        ({"colour": "red"}, "“questions.0.colour” is not known here"),
    ],
)
def test_check_refuses_a_question_that_cannot_be_asked(tmp_path: Path, change: dict[str, Any], words: str) -> None:
    question = {"slug": "a", "section": "why", "label": "A", "kind": "long", "required": True, "shown_to": "reviewers"}
    form = {"sections": [{"slug": "why", "title": "Why"}], "questions": [question | change]}

    found = problems(pack(tmp_path, form=form))

    assert len(found) == 1
    assert words in found[0]


def test_check_refuses_a_level_without_an_anchor(tmp_path: Path) -> None:
    rubric = {"criteria": [RUBRIC["criteria"][0] | {"levels": {1: "low", 5: "high"}}]}

    assert "these levels are not described: 2, 3, 4" in problems(pack(tmp_path, rubric=rubric))[0]


def test_a_pack_without_an_application_is_right(tmp_path: Path) -> None:
    assert problems(Folder(tmp_path, Report())) == []


def test_a_stage_brings_its_own_rubric_and_task(db: None, tmp_path: Path) -> None:
    stages = {
        "stages": [
            {"slug": "screen", "title": "Screen", "applicant_title": "Being read"},
            {
                "slug": "work-test",
                "title": "Work test",
                "applicant_title": "Work test",
                "kind": "work-test",
                "rubric": "work",
                "task": "sorting",
            },
        ]
    }
    pack(tmp_path, stages=stages)
    (tmp_path / "application/rubrics").mkdir()
    (tmp_path / "application/rubrics/work.yml").write_text(yaml.safe_dump(RUBRIC))
    (tmp_path / "application/tasks").mkdir()
    (tmp_path / "application/tasks/sorting.md").write_text("Sort the words.\n")
    version = PackVersionFactory.create()

    SECTION.load(Folder(tmp_path, Report()), version)

    found = Stage.objects.filter(form__version=version).values_list("slug", "rubric__slug", "task")
    assert problems(Folder(tmp_path, Report())) == []
    assert list(found) == [("screen", "main", ""), ("work-test", "work", "Sort the words.\n")]


def test_check_reports_missing_and_unnamed_parts(tmp_path: Path) -> None:
    stages = """stages:
  - {slug: a, title: A, applicant_title: A, kind: work-test, task: missing}
"""
    pack(tmp_path, stages=stages)
    (tmp_path / "application/rubrics").mkdir()
    (tmp_path / "application/rubrics/lost.yml").write_text(yaml.safe_dump(RUBRIC))

    found = problems(Folder(tmp_path, Report()))

    assert [line.split(":")[0] for line in found] == [
        "application/rubrics/lost.yml",
        "application/tasks/missing.md",
    ]
