"""What a form version says, kept in the process: it never changes, so every reader may share it.

The rows are shared between requests. Nobody writes to them, and what belongs to one reader stands beside them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from applicants.models import Application
from applicants.procedures import Criterion, FormVersion, Stage
from applicants.questionnaire import Question, Questionnaire, questionnaire_of

VERSIONS = 32  # rounds of one time follow few forms; one takes about 50 kB
SECONDS_A_CRITERION = 30


@dataclass(frozen=True, slots=True)
class Rulebook:
    """The questions that reviewers see, the stages, and by which criteria each stage judges."""

    questionnaire: Questionnaire
    questions: Sequence[Question]
    stages: Mapping[int, Stage]
    criteria: Mapping[int, Sequence[Criterion]]  # by stage

    def minutes_each(self, stage_id: int) -> float:
        """Return how long one application takes at a stage, its answers at their limits."""
        return self.questionnaire.reading_minutes + len(self.criteria[stage_id]) * SECONDS_A_CRITERION / 60


def of(application: Application) -> Rulebook:
    """Return the rules an application answered."""
    return _read(application.form_id)


@lru_cache(maxsize=VERSIONS)
def _read(form_id: int) -> Rulebook:
    """Read a form once a process: three queries."""
    questionnaire = questionnaire_of(FormVersion.objects.get(pk=form_id))
    stages = {stage.pk: stage for stage in Stage.objects.filter(form=form_id).order_by("position")}
    by_rubric: dict[int, list[Criterion]] = {stage.rubric_id: [] for stage in stages.values()}
    for criterion in Criterion.objects.filter(rubric__in=list(by_rubric)).order_by("position", "pk"):
        by_rubric[criterion.rubric_id].append(criterion)
    return Rulebook(
        questionnaire=questionnaire,
        questions=questionnaire.for_reviewers(),
        stages=stages,
        criteria={stage.pk: by_rubric[stage.rubric_id] for stage in stages.values()},
    )


@lru_cache(maxsize=VERSIONS * 12)
def _drawn(criterion: Criterion, _language: str | None) -> str:
    """Draw a criterion without a choice. It is the same for all; drawing it was a fifth of the page."""
    levels = sorted(criterion.levels.items())
    return render_to_string("applicants/_criterion.html", {"criterion": criterion, "levels": levels})


def drawn(criterion: Criterion, chosen: str) -> SafeString:
    """Return the fieldset of a criterion with the level chosen: "1" to "5", "abstain", or nothing."""
    html = _drawn(criterion, get_language())
    if chosen:
        # No text of the rubric holds this: a quotation mark within a text is escaped.
        html = html.replace(f'value="{chosen}"', f'value="{chosen}" checked', 1)
    return SafeString(html)


def forget() -> None:
    """Drop what is kept. Tests do so: their forms never were committed."""
    _read.cache_clear()
    _drawn.cache_clear()
