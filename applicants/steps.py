"""The steps of an application form: who you are, each section of the questions, the check before submitting."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from applicants.answers import Answers, problems
from applicants.questionnaire import Questionnaire


@dataclass(frozen=True, slots=True)
class Step:
    slug: str
    title: str
    address: str
    is_done: bool = False


def steps_of(questionnaire: Questionnaire, answers: Answers, token: str) -> list[Step]:
    """Return all steps in their order. A section is done when nothing in it would keep the form from being sent."""
    open_sections = {problem.question.section for problem in problems(questionnaire, answers)}
    sections = [
        Step(
            one.slug,
            one.title,
            reverse("applicants:section", args=[token, one.slug]),
            is_done=one.slug not in open_sections
            and any(q.slug in answers for q in questionnaire.of_section(one.slug)),
        )
        for one in questionnaire.sections
    ]
    return [
        Step("about-you", _("About you"), reverse("applicants:identity", args=[token]), is_done=True),
        *sections,
        Step("check", _("Check and submit"), reverse("applicants:check", args=[token])),
    ]
