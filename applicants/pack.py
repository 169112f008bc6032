"""The application's part of a programme pack: its form, its stages, their rubrics and tasks."""

from collections.abc import Mapping

from applicants.procedures import Criterion, FormVersion, Rubric, Stage
from applicants.questionnaire import Questionnaire, RubricFile, StagesFile, repeated
from whitebox.packs.folder import Folder, Lines, Parsed
from whitebox.packs.models import PackVersion
from whitebox.packs.reports import Report

FORM, RUBRIC, STAGES = "application/form.yml", "application/rubric.yml", "application/stages.yml"
RUBRICS, TASKS = "application/rubrics/{}.yml", "application/tasks/{}.md"
MAIN = "main"  # the rubric of the stages that name none
LONGEST_TASK = 20_000  # characters


class ApplicationSection:
    name = "applicants"
    order = 50
    patterns = (FORM, RUBRIC, STAGES, "application/rubrics/*.yml", "application/tasks/*.md")
    schemas = {FORM: Questionnaire, RUBRIC: RubricFile, STAGES: StagesFile, "application/rubrics/*.yml": RubricFile}

    def check(self, folder: Folder, report: Report) -> None:
        if not any(folder.files(pattern) for pattern in self.patterns):
            return  # A pack may leave admission to another system.
        form, rubric, stages = self._read(folder)
        if form is not None:
            _check_form(form, report)
        if rubric is not None:
            _report_repeated(rubric.lines, "criteria", [one.slug for one in rubric.data.criteria], report)
        if stages is not None:
            _report_repeated(stages.lines, "stages", [one.slug for one in stages.data.stages], report)
            _check_parts(folder, stages, report)

    def _read(
        self, folder: Folder
    ) -> tuple[Parsed[Questionnaire] | None, Parsed[RubricFile] | None, Parsed[StagesFile] | None]:
        return folder.yaml(FORM, Questionnaire), folder.yaml(RUBRIC, RubricFile), folder.yaml(STAGES, StagesFile)

    def load(self, folder: Folder, version: PackVersion) -> None:
        if folder.exists(FORM):
            self.store(folder, FormVersion(version=version))

    def store(self, folder: Folder, form: FormVersion) -> FormVersion | None:
        """Save `form` with what a folder says; None where the check would have refused it."""
        questions, rubric, stages = self._read(folder)
        if questions is None or rubric is None or stages is None:
            return None
        form.questionnaire = questions.data.model_dump(mode="json")
        form.save()
        rubrics = {MAIN: _store_rubric(form, MAIN, rubric.data)}
        for name in sorted({one.rubric for one in stages.data.stages if one.rubric}):
            if (read := folder.yaml(RUBRICS.format(name), RubricFile)) is not None:
                rubrics[name] = _store_rubric(form, name, read.data)
        tasks = {one.task: folder.text(TASKS.format(one.task)) or "" for one in stages.data.stages if one.task}
        _store_stages(form, stages.data, rubrics, tasks)
        return form


def _check_form(form: Parsed[Questionnaire], report: Report) -> None:
    file, sections = form.lines.file, [section.slug for section in form.data.sections]
    _report_repeated(form.lines, "sections", sections, report)
    _report_repeated(form.lines, "questions", [question.slug for question in form.data.questions], report)
    for place, question in enumerate(form.data.questions):
        if question.section not in sections:
            report.error(
                file,
                form.lines.of("questions", place, "section"),
                f"there is no section “{question.section}”",
                f"the sections are {', '.join(sections)}",
            )
    for place, slug in enumerate(sections):
        if not form.data.of_section(slug):
            report.error(file, form.lines.of("sections", place), f"the section “{slug}” has no question")


def _check_parts(folder: Folder, stages: Parsed[StagesFile], report: Report) -> None:
    """Read the rubrics and tasks that stages name, and report what no stage names."""
    named = set()
    for one in stages.data.stages:
        if one.rubric is not None:
            named.add(file := RUBRICS.format(one.rubric))
            if (read := folder.yaml(file, RubricFile)) is not None:
                _report_repeated(read.lines, "criteria", [criterion.slug for criterion in read.data.criteria], report)
        if one.task is not None:
            named.add(file := TASKS.format(one.task))
            if len(folder.text(file) or "") > LONGEST_TASK:
                report.error(file, 1, f"a task has at most {LONGEST_TASK:,} characters")
    for pattern in ("application/rubrics/*.yml", "application/tasks/*.md"):
        for file in set(folder.files(pattern)) - named:
            report.error(file, 1, "no stage names this file", "name it in application/stages.yml, or take it out")


def _report_repeated(lines: Lines, key: str, slugs: list[str], report: Report) -> None:
    for place in repeated(slugs):
        report.error(lines.file, lines.of(key, place, "slug"), f"“{slugs[place]}” stands twice")


def _store_stages(
    form: FormVersion, stages: StagesFile, rubrics: Mapping[str, Rubric], tasks: Mapping[str, str]
) -> None:
    Stage.objects.bulk_create(
        Stage(
            form=form,
            position=position,
            slug=entry.slug,
            kind=entry.kind,
            rubric=rubrics[entry.rubric or MAIN],
            title=entry.title,
            applicant_title=entry.applicant_title,
            is_blind=entry.blind,
            reviews=entry.reviews,
            others_visible=entry.others_visible,
            minutes=entry.minutes,
            hours=entry.hours,
            task=tasks.get(entry.task or "", ""),
            prompts=entry.prompts,
        )
        for position, entry in enumerate(stages.stages, start=1)
    )


def _store_rubric(form: FormVersion, slug: str, file: RubricFile) -> Rubric:
    rubric = Rubric.objects.create(form=form, slug=slug)
    Criterion.objects.bulk_create(
        Criterion(
            rubric=rubric,
            position=position,
            slug=entry.slug,
            title=entry.title,
            weight=entry.weight,
            is_tier=entry.tier,
            levels={str(level): text for level, text in entry.levels.items()},
            guidance=entry.guidance,
        )
        for position, entry in enumerate(file.criteria, start=1)
    )
    return rubric


SECTION = ApplicationSection()
