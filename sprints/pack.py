"""The problems of a programme pack: the same reader and the same import as `manage.py problems_import`."""

from collections.abc import Mapping
from datetime import date
from difflib import get_close_matches

from pydantic import Field

from curriculum import module_files
from curriculum.module_files import ModuleHead, ObjectiveList
from sprints import importing, needed, sheets
from sprints.bank import PUBLIC_LIST, source_called
from sprints.importing import parse
from sprints.models import ProblemSource
from sprints.sheets import Severity, Sheet
from whitebox.errors import RuleViolation
from whitebox.packs.folder import Folder, Strict
from whitebox.packs.models import PackVersion
from whitebox.packs.pack import Slug
from whitebox.packs.reports import Report

PROBLEMS = "problems/problems.csv"
SOURCE = "problems/source.yml"


class SourceFacts(Strict):
    """What source.yml says about the list whose numbers problems.csv has."""

    slug: Slug = PUBLIC_LIST
    title: str
    numbering: str = ""
    url: str = ""
    published_on: date | None = None
    # What problems of a category need, as module/objective, where the sheet says nothing of it.
    needs: Mapping[str, list[str]] = Field(default_factory=dict)


class ProblemsSection:
    name = "problems"
    order = 40
    patterns = (PROBLEMS, SOURCE)
    schemas = {SOURCE: SourceFacts}

    def check(self, folder: Folder, report: Report) -> None:
        """Report what is wrong with the rows, each with its line. A pack without problems is fine."""
        if folder.exists(SOURCE):
            _check_needs(folder, report)
        sheet = _sheet(folder)
        if sheet is None:
            return
        parse(sheet)
        for trouble in sheet.troubles:
            tell = report.error if trouble.severity == Severity.ERROR else report.warn
            tell(PROBLEMS, max(1, trouble.line), trouble.message, trouble.suggestion)

    def publish(self, folder: Folder, version: PackVersion) -> None:
        sheet = _sheet(folder)
        if sheet is None:
            return
        facts = _facts(folder)
        source = source_called(facts.slug, **facts.model_dump(include={"title", "numbering", "url"}))
        if facts.published_on is not None:
            ProblemSource.objects.filter(pk=source.pk).update(published_on=facts.published_on)
        plan = importing.run(sheet, facts.slug, is_trial=False)
        if plan.has_errors:  # The rows are fine by themselves, but not beside what the bank holds.
            raise RuleViolation(f"{PROBLEMS}: {plan.troubles[0]}")
        needed.suggest(source, facts.needs)


def _check_needs(folder: Folder, report: Report) -> None:
    """Report objectives that problems need and the pack does not teach. One without modules leans on another pack."""
    parsed = folder.yaml(SOURCE, SourceFacts)
    taught = _taught(folder)
    if parsed is None or not taught:
        return
    for category, paths in parsed.data.needs.items():
        for place, path in enumerate(paths):
            if path not in taught:
                close = get_close_matches(path, taught, n=1)
                hint = f"did you mean {close[0]}?" if close else "write it as module/objective"
                report.error(SOURCE, parsed.lines.of("needs", category, place), f"there is no objective {path}", hint)


def _taught(folder: Folder) -> frozenset[str]:
    """Return the objectives of a pack as module/objective. What of them cannot be read is reported by their section."""
    quiet, found = folder.quiet(), set()
    for name in module_files.folder_names(folder):
        head = quiet.front_matter(f"modules/{name}/module.md", ModuleHead)
        objectives = quiet.yaml(f"modules/{name}/objectives.yml", ObjectiveList)
        if head and objectives:
            found |= {f"{head.data.slug}/{one.slug}" for one in objectives.data.root}
    return frozenset(found)


def _sheet(folder: Folder) -> Sheet | None:
    if not folder.exists(PROBLEMS):
        return None
    text = folder.text(PROBLEMS)  # packs are UTF-8, and the folder reports what is not
    return None if text is None else sheets.read(text.encode())


def _facts(folder: Folder) -> SourceFacts:
    parsed = folder.yaml(SOURCE, SourceFacts) if folder.exists(SOURCE) else None
    return parsed.data if parsed else SourceFacts(title=PUBLIC_LIST)


SECTION = ProblemsSection()
