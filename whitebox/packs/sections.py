"""The contribution protocol of packs: `pack.py` of an app defines SECTION, its part of a pack."""

from collections.abc import Iterator
from pathlib import Path
from typing import Protocol, runtime_checkable

from whitebox import contributions
from whitebox.packs.folder import MOST_FILES, Folder
from whitebox.packs.models import PackVersion
from whitebox.packs.reports import Report


class Section(Protocol):
    """One app's part of a programme pack."""

    name: str
    order: int  # sections load in this order: 10 programme, 20 curriculum, 30 mastery, 40 sprints, 50 applicants
    patterns: tuple[str, ...]  # globs of the files it reads; a file nobody reads is a mistake

    def check(self, folder: Folder, report: Report) -> None:
        """Report everything that is wrong with this part. Reads files only: no database, no writes."""

    def load(self, folder: Folder, version: PackVersion) -> None:
        """Store this part for `version`, inside the caller's transaction. `check` found no error before."""


@runtime_checkable
class RunnableSection(Protocol):
    """A section whose content can be tried out as well, which takes its time."""

    def run_checks(self, folder: Folder, report: Report) -> None:
        """Report everything that goes wrong when the content is run. No database, no writes."""


def sections() -> list[Section]:
    """Return every app's section in loading order."""
    found: Iterator[Section] = contributions.attributes("pack", "SECTION")
    return sorted(found, key=lambda section: (section.order, section.name))


def check(root: Path) -> Report:
    """Check the pack in `root` and return every problem."""
    report = Report()
    if not root.is_dir():
        report.error(".", 1, f"there is no folder {root}")
        return report
    folder = Folder(root, report)
    if len(folder.files("**/*")) > MOST_FILES:
        report.error(".", 1, f"a pack has at most {MOST_FILES:,} files", "is this the right folder?")
        return report
    for section in sections():
        section.check(folder, report)
    for file in unread(folder):
        report.error(file, 1, "nothing reads this file", "move or rename it, or take it out of the pack")
    for file in folder.links_out():
        report.error(file, 1, "this link leads out of the pack", "put the file itself here")
    return report


def run_checks(root: Path) -> Report:
    """Check the pack in `root`; where the files are right, try out what can be run."""
    report = check(root)
    if not report.has_errors:
        folder = Folder(root, report)
        for section in sections():
            if isinstance(section, RunnableSection):
                section.run_checks(folder, report)
    return report


def unread(folder: Folder) -> list[str]:
    """Return the files that no section claims."""
    claimed = {file for section in sections() for pattern in section.patterns for file in folder.files(pattern)}
    return [file for file in folder.files("**/*") if file not in claimed and file != "README.md"]
