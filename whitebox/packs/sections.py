"""The contribution protocol of packs: `pack.py` of an app defines SECTION, its part of a pack."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, runtime_checkable

from pydantic import BaseModel

from whitebox import contributions
from whitebox.packs.folder import Folder
from whitebox.packs.models import PackVersion
from whitebox.packs.reports import Report
from whitebox.people.models import Cohort


class Section(Protocol):
    """One app's part of a programme pack."""

    name: str
    order: int  # sections load in this order: 10 programme, 20 curriculum, 30 mastery, 40 sprints, 50 applicants
    patterns: tuple[str, ...]  # globs of the files it reads; a file nobody reads is a mistake
    schemas: Mapping[str, type[BaseModel]]  # by the glob of the files, or of the Markdown whose front matter it is

    def check(self, folder: Folder, report: Report) -> None:
        """Report everything that is wrong with this part. Reads files only: no database, no writes."""


@runtime_checkable
class StoredSection(Protocol):
    """A section that belongs to one version and is stored with it."""

    def load(self, folder: Folder, version: PackVersion) -> None:
        """Store this part for `version`, inside the caller's transaction. `check` found no error before.

        The version may stay unpublished: nothing that another version or a cohort reads may change.
        """


@runtime_checkable
class PublishedSection(Protocol):
    """A section that all versions share: policies, letters, the problem bank."""

    def publish(self, folder: Folder, version: PackVersion) -> None:
        """Put this part in force, inside the caller's transaction, because `version` goes live."""


@runtime_checkable
class PreviewedSection(Protocol):
    """A section whose pages organizers can look at before anybody follows the version."""

    def previews(self, version: PackVersion) -> list[tuple[str, str]]:
        """Return the pages of a version: label and address."""


@dataclass(frozen=True, slots=True)
class Consequence:
    """What moving a cohort to another version changes for its people."""

    what: str
    people: int | None = None  # how many it concerns, where they can be counted
    is_refusal: bool = False  # the cohort cannot be moved before this is settled


@runtime_checkable
class MovableSection(Protocol):
    """A section whose rows of a cohort hang on the version that the cohort follows."""

    def consequences(self, cohort: Cohort, left: PackVersion, taken: PackVersion) -> list[Consequence]:
        """Return what a move changes. Reads only."""

    def move(self, cohort: Cohort, left: PackVersion, taken: PackVersion) -> None:
        """Move what hangs on the version, inside the caller's transaction."""


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
    check_folder(Folder(root, report))
    return report


def check_folder(folder: Folder) -> None:
    """Report every problem of a pack that has been read."""
    report = folder.report
    folder.is_checked = True
    if report.has_errors and not folder.contents.files:
        return
    for section in sections():
        section.check(folder, report)
    for file in unread(folder):
        report.error(file, 1, "nothing reads this file", "move or rename it, or take it out of the pack")


def run_checks(root: Path) -> Report:
    """Check the pack in `root`; where the files are right, try out what can be run."""
    report = Report()
    folder = Folder(root, report)
    check_folder(folder)
    if not report.has_errors:
        for section in sections():
            if isinstance(section, RunnableSection):
                section.run_checks(folder, report)
    return report


def unread(folder: Folder) -> list[str]:
    """Return the files that no section claims."""
    claimed = {file for section in sections() for pattern in section.patterns for file in folder.files(pattern)}
    return [file for file in folder.files("**/*") if file not in claimed and file != "README.md"]
