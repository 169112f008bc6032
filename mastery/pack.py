"""The part of a pack that mastery owns: checks with their forms and exercises."""

from mastery import check_files, check_rules, check_store
from mastery.grading import code
from whitebox.packs.folder import Folder
from whitebox.packs.models import PackVersion
from whitebox.packs.reports import Report

SEEDS = (1, 2, 3)  # the hidden cases of three attempts


class MasterySection:
    name = "mastery"
    order = 30
    patterns = check_files.PATTERNS

    def check(self, folder: Folder, report: Report) -> None:
        check_rules.check(check_files.read(folder, report), report)

    def load(self, folder: Folder, version: PackVersion) -> None:
        check_store.store(check_files.read(folder, folder.report), version)

    def run_checks(self, folder: Folder, report: Report) -> None:
        """Run every reference and every mutant in the sandbox: about a second an exercise and seed."""
        quiet = Report()
        for path, found in check_files.exercises(check_files.read(Folder(folder.root, quiet), quiet)).items():
            try:
                wrong = code.check_exercise(found.exercise, SEEDS)
            except code.SandboxUnavailable as unavailable:
                report.error(path, 1, f"the exercises were not run: {unavailable}")
                return
            for message in wrong:
                report.error(f"{path}/exercise.yml", 1, message)


SECTION = MasterySection()
