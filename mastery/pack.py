"""The part of a pack that mastery owns: checks with their forms and exercises."""

import os
from concurrent.futures import ThreadPoolExecutor

from mastery import check_files, check_moves, check_rules, check_store
from mastery.check_files import CodeFolder
from mastery.grading import code
from whitebox.packs.folder import Folder
from whitebox.packs.models import PackVersion
from whitebox.packs.reports import Report
from whitebox.packs.sections import Consequence
from whitebox.people.models import Cohort

SEEDS = (1, 2, 3)  # the hidden cases of three attempts


class MasterySection:
    name = "mastery"
    order = 30
    patterns = check_files.PATTERNS
    schemas = {
        "modules/*/checks/*/check.yml": check_files.CheckEntry,
        "modules/*/checks/*/form-*.yml": check_files.FormEntry,
        "modules/*/checks/*/code/*/exercise.yml": check_files.ExerciseEntry,
        "modules/*/checks/*/oral/*.yml": check_files.BankEntry,
    }

    def check(self, folder: Folder, report: Report) -> None:
        check_rules.check(check_files.read(folder, report), report)

    def load(self, folder: Folder, version: PackVersion) -> None:
        check_store.store(check_files.read(folder, folder.report), version)

    def consequences(self, cohort: Cohort, left: PackVersion, taken: PackVersion) -> list[Consequence]:
        return check_moves.consequences(cohort, left, taken)

    def move(self, cohort: Cohort, left: PackVersion, taken: PackVersion) -> None:
        """Move nothing: attempts and marks stay with the version they were made on."""

    def run_checks(self, folder: Folder, report: Report) -> None:
        """Run every reference and mutant in the sandbox: about a second an exercise and seed, on each processor."""
        quiet = folder.quiet()
        found = check_files.exercises(check_files.read(quiet, quiet.report))
        # The work is done by other processes, so that threads are enough to keep every processor busy.
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            results = pool.map(_tried_out, found.values())
            for path, wrong in zip(found, results, strict=True):
                for message in wrong:
                    report.error(f"{path}/exercise.yml", 1, message)


def _tried_out(found: CodeFolder) -> list[str]:
    try:
        return code.check_exercise(found.exercise, SEEDS)
    except code.SandboxUnavailable as unavailable:
        return [f"the exercise was not run: {unavailable}"]


SECTION = MasterySection()
