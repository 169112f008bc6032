"""Another wording of a round's form, stages and rubrics, made by an organizer: always a new version.

It is written in the files of a pack, so that what is tried out here can be copied into the pack, and the check of
packs says what is wrong with it.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import yaml
from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _
from pydantic import BaseModel

from applicants.choices import ApplicationState
from applicants.models import Application, Round, StageWindow
from applicants.pack import FORM, MAIN, RUBRIC, RUBRICS, SECTION, STAGES, TASKS
from applicants.procedures import FormVersion, Rubric, Stage
from applicants.questionnaire import Levels, RubricFile, StageEntry, StagesFile, questionnaire_of
from whitebox.errors import RuleViolation
from whitebox.packs.folder import Folder
from whitebox.packs.reports import Problem, Report
from whitebox.people.models import User

Files = Mapping[str, str]  # what each file says, by its name within a pack


class Dumper(yaml.SafeDumper):
    """Writes YAML as people do: long texts as blocks, lists indented."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002  # yaml's
        super().increase_indent(flow, indentless=False)


Dumper.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None),
)


def files_of(form: FormVersion) -> dict[str, str]:
    """Return a form version as the files of a pack. Four queries."""
    rubrics = {one.pk: one for one in form.rubrics.prefetch_related("criteria")}
    stages = list(form.stages.order_by("position"))
    files = {FORM: written(questionnaire_of(form))}
    files[STAGES] = written(StagesFile(stages=[_entry(stage, rubrics[stage.rubric_id]) for stage in stages]))
    for rubric in sorted(rubrics.values(), key=lambda one: (one.slug != MAIN, one.slug)):
        name = RUBRIC if rubric.slug == MAIN else RUBRICS.format(rubric.slug)
        files[name] = written(_criteria(rubric))
    return files | {TASKS.format(stage.slug): stage.task for stage in stages if stage.task}


def written(data: BaseModel) -> str:
    """Write what a file of a pack says, without what goes without saying."""
    plain = data.model_dump(exclude_defaults=True)
    return yaml.dump(plain, Dumper=Dumper, sort_keys=False, allow_unicode=True, width=76)


def _entry(stage: Stage, rubric: Rubric) -> StageEntry:
    return StageEntry(
        slug=stage.slug,
        title=stage.title,
        applicant_title=stage.applicant_title,
        kind=stage.kind,
        blind=stage.is_blind,
        reviews=stage.reviews,
        others_visible=stage.others_visible,
        rubric=None if rubric.slug == MAIN else rubric.slug,
        task=stage.slug if stage.task else None,
        hours=stage.hours,
        minutes=stage.minutes,
        prompts=stage.prompts,
    )


def _criteria(rubric: Rubric) -> RubricFile:
    return RubricFile(
        criteria=[
            Levels(
                slug=one.slug,
                title=one.title,
                weight=one.weight,
                tier=one.is_tier,
                levels={int(level): text for level, text in one.levels.items()},
                guidance=one.guidance,
            )
            for one in sorted(rubric.criteria.all(), key=lambda one: one.position)
        ]
    )


@contextmanager
def _folder(files: Files) -> Iterator[Folder]:
    """Write files where the reader of packs finds them. Empty ones are left out; no name leads elsewhere."""
    with tempfile.TemporaryDirectory() as where:
        root = Path(where).resolve()
        for name, text in files.items():
            path = (root / name).resolve()
            if not path.is_relative_to(root / "application") or not SECTION_FILES.intersection({name, _kind(name)}):
                raise RuleViolation(_("“%(name)s” is no file of an application form.") % {"name": name})
            if text.strip():
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        yield Folder(root, Report())


SECTION_FILES = {FORM, RUBRIC, STAGES, "application/rubrics", "application/tasks"}


def _kind(name: str) -> str:
    return name.rpartition("/")[0]


def used_by(round_: Round) -> QuerySet[FormVersion]:
    """Return the forms that a round follows or followed, the pack's own included, the latest first."""
    used = FormVersion.objects.filter(Q(rounds=round_) | Q(applications__round=round_) | Q(number=1))
    return used.filter(version=round_.form.version_id).select_related("by").distinct().order_by("-number")


def problems(files: Files) -> list[Problem]:
    """Return all that is wrong with files, by file and line."""
    with _folder(files) as folder:
        SECTION.check(folder, folder.report)
        if not folder.exists(FORM):
            folder.report.error(FORM, 1, "the file is missing")
        return folder.report.ordered()


@transaction.atomic
def revise(round_: Round, files: Files, *, by: User) -> FormVersion:
    """Give a round another form. What was submitted keeps the form it answered; drafts and newcomers get the new one.

    The same wording returns the form that is there. Raises RuleViolation for files that the check refuses.
    """
    if wrong := problems(files):
        raise RuleViolation(_("The form has %(count)d mistakes. Nothing was changed.") % {"count": len(wrong)})
    current = Round.objects.select_for_update(of=("self",)).select_related("form").get(pk=round_.pk)
    last = FormVersion.objects.filter(version=current.form.version_id).aggregate(last=Max("number"))["last"]
    before = current.form
    fresh = FormVersion(version_id=before.version_id, number=last + 1, revises=before, by=by)
    with transaction.atomic(), _folder(files) as folder:
        SECTION.store(folder, fresh)
        is_new = files_of(fresh) != files_of(before)
        transaction.set_rollback(not is_new)
    if not is_new:
        return before
    Round.objects.filter(pk=current.pk).update(form=fresh)
    Application.objects.filter(round=current, state=ApplicationState.DRAFT).update(form=fresh)
    _carry_windows(current, fresh)
    round_.form = fresh
    return fresh


def _carry_windows(round_: Round, fresh: FormVersion) -> None:
    """Give the stages of the new form the dates of those with the same name."""
    stages = {stage.slug: stage for stage in fresh.stages.all()}
    for window in StageWindow.objects.filter(round=round_, stage__form=round_.form_id).select_related("stage"):
        if (stage := stages.get(window.stage.slug)) is not None:
            StageWindow.objects.create(round=round_, stage=stage, opens_at=window.opens_at, closes_at=window.closes_at)
