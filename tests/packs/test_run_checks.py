from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from whitebox.packs import sections
from whitebox.packs.reports import Report


def test_the_command_tries_exercises_out_only_when_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def tried_out(root: Path) -> Report:
        report = Report()
        report.error("exercise.yml", 1, "a mutant is not caught")
        return report

    monkeypatch.setattr(sections, "check", lambda root: Report())
    monkeypatch.setattr(sections, "run_checks", tried_out)

    call_command("pack", "check", str(tmp_path))
    with pytest.raises(CommandError, match="1 errors"):
        call_command("pack", "check", str(tmp_path), "--run-checks")

    assert "exercise.yml:1: a mutant is not caught" in capsys.readouterr().out
