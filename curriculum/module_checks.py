"""What must hold across the files of a pack's modules. Reads only, and names every mistake at once."""

from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from curriculum import module_gates, module_links
from curriculum.choices import ModuleStatus
from curriculum.module_files import ModuleFolder, ModuleHead, ObjectiveEntry
from curriculum.module_text import PARTS, rendered
from whitebox import digits
from whitebox.packs import texts as text_checks
from whitebox.packs.folder import Lines, Location, Parsed
from whitebox.packs.pack import Programme
from whitebox.packs.reports import Report
from whitebox.packs.texts import Inside
from whitebox.text.rendered import Heading, Rendered
from whitebox.text.rendering import render

FEWEST_MINUTES = 5 * 60  # a week, outside of the session
MOST_MINUTES = 10 * 60

Place = tuple[str, int]  # file and line


def check(modules: list[ModuleFolder], programme: Programme | None, report: Report) -> None:
    """Report everything that is wrong with the modules of one pack."""
    _check_names(modules, report)
    _check_weeks(modules, programme, report)
    module_gates.check(modules, report)
    texts = {module.name: rendered(module) for module in modules}
    pages = {module.name: module_links.anchors(module, texts[module.name]) for module in modules}
    for module in modules:
        inside = module_links.inside(module.name, pages)
        if module.head is not None:
            _check_folder_name(module, module.head, report)
            _check_text(module, module.head, texts[module.name], report)
            text_checks.check(module.text_file, module.head.body_line, texts[module.name], report, inside=inside)
            _check_resources(module, module.head, programme, report)
        _check_fragments(module, inside, report)
        _check_objectives(module, texts[module.name], report)


def _check_names(modules: list[ModuleFolder], report: Report) -> None:
    """Slugs are identities: each stands once in its scope."""
    heads = [(module, module.head) for module in modules if module.head is not None]
    slugs = [(head.data.slug, (module.text_file, head.lines.of("slug"))) for module, head in heads]
    aliases = [
        (alias, (module.text_file, head.lines.of("aliases", index)))
        for module, head in heads
        for index, alias in enumerate(head.data.aliases)
    ]
    _report_repeats([*slugs, *aliases], "module or alias", report)
    _report_repeats([*_of_objectives(modules, "slug"), *_aliases_of_objectives(modules)], "objective slug", report)
    _report_repeats(list(_of_objectives(modules, "number")), "objective number", report)
    for module, head in heads:
        for kind in ("resources", "exercises"):
            _report_repeats(list(_slugs_of(module, head, kind)), kind.removesuffix("s"), report)


def _report_repeats(named: list[tuple[str, Place]], what: str, report: Report) -> None:
    first: dict[str, Place] = {}
    for slug, place in named:
        if slug not in first:
            first[slug] = place
        else:
            file, line = first[slug]
            report.error(*place, f"the {what} “{slug}” stands in {file}:{line} already", "each needs its own name")


def _of_objectives(modules: list[ModuleFolder], key: str) -> Iterator[tuple[str, Place]]:
    for module in modules:
        if module.objectives is not None:
            for index, entry in enumerate(module.objectives.data.root):
                yield getattr(entry, key), (module.objectives_file, module.objectives.lines.of(index, key))


def _aliases_of_objectives(modules: list[ModuleFolder]) -> Iterator[tuple[str, Place]]:
    for module in modules:
        if module.objectives is not None:
            for index, entry in enumerate(module.objectives.data.root):
                for place, alias in enumerate(entry.aliases):
                    line = module.objectives.lines.of(index, "aliases", place)
                    yield alias, (module.objectives_file, line)


def _slugs_of(module: ModuleFolder, head: Parsed[ModuleHead], kind: str) -> Iterator[tuple[str, Place]]:
    for index, entry in enumerate(getattr(head.data, kind)):
        yield entry.slug, (module.text_file, head.lines.of(kind, index, "slug"))
        for place, alias in enumerate(getattr(entry, "aliases", ())):
            yield alias, (module.text_file, head.lines.of(kind, index, "aliases", place))


def _check_weeks(modules: list[ModuleFolder], programme: Programme | None, report: Report) -> None:
    weeks = [
        (str(module.head.data.week), (module.text_file, module.head.lines.of("week")))
        for module in modules
        if module.head is not None
    ]
    _report_repeats(weeks, "week", report)
    if programme is None or any(module.head is None for module in modules):
        return  # A week may be in the file that could not be read.
    for week in range(1, programme.weeks + 1):
        if str(week) not in dict(weeks):
            report.error("programme.yml", 1, f"week {week} has no module", f"add modules/{week:02}-…/module.md")
    for week_name, place in weeks:
        if int(week_name) > programme.weeks:
            report.error(*place, f"the programme has {programme.weeks} weeks")


def _check_folder_name(module: ModuleFolder, head: Parsed[ModuleHead], report: Report) -> None:
    wanted = f"{head.data.week:02}-{head.data.slug}"
    number, _dash, slug = module.name.partition("-")
    if digits.whole(number) != head.data.week or slug != head.data.slug:
        report.error(
            module.text_file, head.lines.of("slug"), f"the folder {module.name} does not fit", f"call it {wanted}"
        )


def _check_text(module: ModuleFolder, head: Parsed[ModuleHead], whole: Rendered, report: Report) -> None:
    if head.data.status == ModuleStatus.COMPLETE or head.body.strip():
        _check_parts(module, head, [heading for heading in whole.headings if heading.level == 2], report)
    for name in module.drawings:
        if f'src="{module.address_of(name)}"' not in whole.html:
            report.warn(f"modules/{module.name}/{name}", 1, "no text shows this figure")


def _check_parts(module: ModuleFolder, head: Parsed[ModuleHead], found: list[Heading], report: Report) -> None:
    names = [heading.text for heading in found]
    for part in PARTS:
        if part not in names:
            report.error(module.text_file, head.body_line, f"the part “## {part}” is missing")
    for heading in found:
        line = head.body_line + heading.line - 1
        if heading.text not in PARTS:
            near = get_close_matches(heading.text, PARTS, n=1)
            hint = f"did you mean ## {near[0]}?" if near else "use ### inside a part"
            report.error(module.text_file, line, f"“## {heading.text}” is not a part of a module", hint)
        elif names.count(heading.text) > 1 and heading is not found[names.index(heading.text)]:
            report.error(module.text_file, line, f"the part “## {heading.text}” stands twice")
    known = [name for name in dict.fromkeys(names) if name in PARTS]
    if known != [part for part in PARTS if part in known]:
        report.error(module.text_file, head.body_line, "the parts are not in order", "before, in, after the session")


def _check_resources(
    module: ModuleFolder, head: Parsed[ModuleHead], programme: Programme | None, report: Report
) -> None:
    data, lines = head.data, head.lines
    if data.status != ModuleStatus.COMPLETE:
        return
    for key in ("resources", "exercises", "agenda"):
        if not getattr(data, key):
            report.error(module.text_file, lines.of(key), f"a complete module needs {key}")
    planned = sum(step.minutes for step in data.agenda)
    if data.agenda and programme is not None and planned != programme.session.minutes:
        report.error(
            module.text_file,
            lines.of("agenda"),
            f"the agenda takes {planned} minutes, the session {programme.session.minutes}",
        )
    _check_minutes(module, data, lines, report)


def _check_minutes(module: ModuleFolder, data: ModuleHead, lines: Lines, report: Report) -> None:
    reading = sum(entry.minutes for entry in data.resources if entry.required)
    practice = sum(entry.minutes for entry in data.exercises)
    total = reading + practice
    if total and not FEWEST_MINUTES <= total <= MOST_MINUTES:
        report.warn(
            module.text_file,
            lines.of("resources"),
            f"required resources and exercises take {total / 60:.1f} hours",
            "a week should take 5 to 10",
        )


def _check_fragments(module: ModuleFolder, inside: Inside, report: Report) -> None:
    """Render every short text once, so that a formula that does not convert is found before somebody reads it."""
    for file, lines, location, source in _fragments(module):
        # A corrective is read on a page of its own, the others on the module's.
        beside = inside if file == module.text_file else None
        text_checks.check(file, lines.of_text(*location), render(source), report, inside=beside)


def _fragments(module: ModuleFolder) -> Iterator[tuple[str, Lines, Location, str]]:
    if module.head is not None:
        entries: Iterable[tuple[str, int, str]] = (
            (kind, index, entry.text)
            for kind in ("exercises", "agenda")
            for index, entry in enumerate(getattr(module.head.data, kind))
        )
        for kind, index, text in entries:
            yield module.text_file, module.head.lines, (kind, index, "text"), text
    if module.objectives is not None:
        for index, objective in enumerate(module.objectives.data.root):
            for place, corrective in enumerate(objective.correctives):
                location: Location = (index, "correctives", place, "text")
                yield module.objectives_file, module.objectives.lines, location, corrective.text


def _check_objectives(module: ModuleFolder, whole: Rendered, report: Report) -> None:
    if module.objectives is None:
        return
    entries, lines = module.objectives.data.root, module.objectives.lines
    if not entries:
        report.error(module.objectives_file, 1, "a module needs at least one objective")
    is_complete = module.head is not None and module.head.data.status == ModuleStatus.COMPLETE
    headings = {heading.text for heading in whole.headings}
    for index, entry in enumerate(entries):
        _check_taught(module, (index, entry), headings, report, is_complete=is_complete)
        if is_complete and not entry.correctives:
            report.error(
                module.objectives_file,
                lines.of(index),
                f"the objective “{entry.slug}” has no corrective",
                "say how else one can learn it",
            )
        for slug, times in Counter(corrective.slug for corrective in entry.correctives).items():
            if times > 1:
                report.error(module.objectives_file, lines.of(index), f"the corrective “{slug}” stands {times} times")


def _check_taught(
    module: ModuleFolder, place: tuple[int, ObjectiveEntry], headings: set[str], report: Report, *, is_complete: bool
) -> None:
    index, entry = place
    file, line = module.objectives_file, module.objectives.lines.of(index) if module.objectives else 1
    for at, heading in enumerate(entry.taught_in):
        if heading not in headings:
            near = get_close_matches(heading, sorted(headings), n=1)
            where = module.objectives.lines.of(index, "taught_in", at) if module.objectives else line
            hint = f"did you mean “{near[0]}”?" if near else "write the heading as it stands in module.md"
            report.error(file, where, f"module.md has no heading “{heading}”", hint)
    if is_complete and not entry.taught_in:
        hint = "name the headings of module.md that teach it in taught_in"
        report.warn(file, line, f"no part of the text teaches the objective “{entry.slug}”", hint)
