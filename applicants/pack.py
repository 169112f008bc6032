"""The application's part of a programme pack: its form, its rubric and its stages."""

from applicants.models import Criterion, FormVersion, Rubric, Stage
from applicants.questionnaire import Questionnaire, RubricFile, StagesFile, repeated
from whitebox.packs.folder import Folder, Lines, Parsed
from whitebox.packs.models import PackVersion
from whitebox.packs.reports import Report

FORM, RUBRIC, STAGES = "application/form.yml", "application/rubric.yml", "application/stages.yml"


class ApplicationSection:
    name = "applicants"
    order = 50
    patterns = (FORM, RUBRIC, STAGES)

    def check(self, folder: Folder, report: Report) -> None:
        if not any(folder.exists(file) for file in self.patterns):
            return  # A pack may leave admission to another system.
        form, rubric, stages = self._read(folder)
        if form is not None:
            _check_form(form, report)
        if rubric is not None:
            _report_repeated(rubric.lines, "criteria", [one.slug for one in rubric.data.criteria], report)
        if stages is not None:
            _report_repeated(stages.lines, "stages", [one.slug for one in stages.data.stages], report)

    def _read(
        self, folder: Folder
    ) -> tuple[Parsed[Questionnaire] | None, Parsed[RubricFile] | None, Parsed[StagesFile] | None]:
        return folder.yaml(FORM, Questionnaire), folder.yaml(RUBRIC, RubricFile), folder.yaml(STAGES, StagesFile)

    def load(self, folder: Folder, version: PackVersion) -> None:
        if not folder.exists(FORM):
            return
        questions, rubric, stages = self._read(folder)
        if questions is None or rubric is None or stages is None:
            return  # The check has refused such a pack.
        form = FormVersion.objects.create(version=version, questionnaire=questions.data.model_dump(mode="json"))
        _store_stages(form, stages.data)
        _store_rubric(form, rubric.data)


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


def _report_repeated(lines: Lines, key: str, slugs: list[str], report: Report) -> None:
    for place in repeated(slugs):
        report.error(lines.file, lines.of(key, place, "slug"), f"“{slugs[place]}” stands twice")


def _store_stages(form: FormVersion, stages: StagesFile) -> None:
    Stage.objects.bulk_create(
        Stage(
            form=form,
            position=position,
            slug=entry.slug,
            title=entry.title,
            applicant_title=entry.applicant_title,
            is_blind=entry.blind,
            reviews=entry.reviews,
            others_visible=entry.others_visible,
        )
        for position, entry in enumerate(stages.stages, start=1)
    )


def _store_rubric(form: FormVersion, file: RubricFile) -> None:
    rubric = Rubric.objects.create(form=form)
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


SECTION = ApplicationSection()
