import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from sprints.models import Problem

HEADER = "number,category,subcategory,difficulty,starred,title,source_url\n"
GOOD = f"{HEADER}1.1,Toy,,B,,What?,\n1.2,Toy,,,,Why?,\n"
WHOLE = f"{HEADER.strip()},existing_work,working_on,objectives\n1.1,Toy,,B,,What?,,,,\n1.2,Toy,,,,Why?,,,,\n"
BAD = f"{HEADER}1.1,Toy,,B,,What?,\n1.2,Toy,,E,,Why?,\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "problems.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def run(*arguments: object) -> str:
    out = StringIO()
    call_command("problems_import", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_import_says_what_it_did(db: None, file: Path) -> None:
    assert "Would import into open-problems: 2 added, 0 changed, 0 unchanged" in run(file, "--dry-run")
    assert not Problem.objects.exists()
    assert "Imported into open-problems: 2 added" in run(file)
    assert "Imported into open-problems: 0 added, 0 changed, 2 unchanged" in run(file)


def test_import_as_json_differs_between_trial_and_act_in_two_words(db: None, file: Path) -> None:
    trial: dict[str, Any] = json.loads(run(file, "--dry-run", "--json"))
    act: dict[str, Any] = json.loads(run(file, "--json"))

    assert {name for name in act if act[name] != trial[name]} == {"dry_run", "applied"}
    assert act["counts"] == {"added": 2, "changed": 0, "unchanged": 0, "absent": 0}
    assert act["rows"][0]["changes"]["title"] == [None, "What?"]


def test_import_with_an_error_ends_with_code_one_and_imports_nothing(db: None, file: Path) -> None:
    file.write_text(BAD, encoding="utf-8")
    out = StringIO()

    with pytest.raises(CommandError, match="Nothing was imported") as ended:
        call_command("problems_import", str(file), "--json", stdout=out)

    assert ended.value.returncode == 1
    assert json.loads(out.getvalue())["problems"] == [
        {
            "row": 3,
            "line": 3,
            "severity": "error",
            "message": "“E” is not a difficulty",
            "suggestion": "write a letter A to D, a range such as B-C, or nothing",
        }
    ]
    assert not Problem.objects.exists()


def test_import_of_a_file_that_is_not_there_says_so(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        run(tmp_path / "nothing.csv")


def test_export_writes_what_an_import_takes(db: None, file: Path, tmp_path: Path) -> None:
    run(file)
    out, copy = StringIO(), tmp_path / "copy.csv"

    call_command("problems_export", stdout=out)
    call_command("problems_export", str(copy))

    assert out.getvalue() == copy.read_text(encoding="utf-8") == WHOLE


def test_export_of_an_unknown_source_names_the_known(db: None, file: Path) -> None:
    run(file)

    with pytest.raises(CommandError, match="Known: open-problems"):
        call_command("problems_export", "--source", "other")
