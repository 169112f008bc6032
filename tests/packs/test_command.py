import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from tests.factories import packs
from whitebox.packs import sections
from whitebox.packs.folder import Folder
from whitebox.packs.models import PackVersion


def test_check_of_a_fine_pack_says_so(tmp_path: Path) -> None:
    out = StringIO()

    call_command("pack", "check", str(packs.write(tmp_path)), stdout=out)

    assert out.getvalue() == "The pack is fine.\n"


def test_check_of_a_broken_pack_lists_all_and_exits_with_1(tmp_path: Path) -> None:
    root, out = packs.write(tmp_path), StringIO()
    packs.put(root, "programme.yml", packs.PROGRAMME.replace("seats: 3", "seats: none"))
    packs.put(root, "stray.txt", "")

    with pytest.raises(CommandError, match="2 errors") as stopped:
        call_command("pack", "check", str(root), stdout=out)

    assert stopped.value.returncode == 1
    assert [line.split(": ")[0] for line in out.getvalue().splitlines()] == ["programme.yml:9", "stray.txt:1"]


def test_json_names_each_problem(tmp_path: Path) -> None:
    root, out = packs.write(tmp_path), StringIO()
    packs.put(root, "stray.txt", "")

    with pytest.raises(CommandError):
        call_command("pack", "check", str(root), "--json", stdout=out)

    answer = json.loads(out.getvalue())
    assert (answer["ok"], [row["file"] for row in answer["problems"]]) == (False, ["stray.txt"])
    assert set(answer["problems"][0]) == {"file", "line", "severity", "message", "suggestion"}


def test_load_twice_makes_one_version(db: None, tmp_path: Path) -> None:
    root, out = packs.write(tmp_path), StringIO()

    call_command("pack", "load", str(root), stdout=out)
    call_command("pack", "load", str(root), stdout=out)

    assert PackVersion.objects.filter(pack="tiny", is_live=True).count() == 1
    assert out.getvalue() == "Loaded tiny 1; it is live.\n" * 2


@pytest.mark.parametrize("unpublished", [[], ["--unpublished"]])
def test_load_checks_once(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unpublished: list[str]) -> None:
    root = packs.write(tmp_path)
    looked: list[Folder] = []
    for section in sections.sections():
        monkeypatch.setattr(section, "check", lambda folder, report: looked.append(folder))

    call_command("pack", "load", str(root), *unpublished, stdout=StringIO())

    assert len(looked) == len(sections.sections())


def test_load_as_json_names_the_version(db: None, tmp_path: Path) -> None:
    out = StringIO()

    call_command("pack", "load", str(packs.write(tmp_path)), "--json", stdout=out)

    assert json.loads(out.getvalue()) == {
        "ok": True,
        "problems": [],
        "version": "tiny 1",
        "differences": [],
    }
