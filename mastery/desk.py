"""What the marking desk shows: the queue, and one answer beside its rubric."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curriculum.models import Corrective, ObjectiveVersion
from mastery import attempts, marking, questions, reading
from mastery.choices import QuestionKind
from mastery.marking import Judgement
from mastery.models import Attempt
from mastery.questions import Question
from whitebox.people.models import User

MOST_ENTRIES = 100


@dataclass(frozen=True, slots=True)
class Entry:
    """One answer that waits for a mark."""

    attempt: Attempt
    item: str
    kind: str
    since: datetime
    address: str


def entries(user: User) -> list[Entry]:
    """Return what waits for a mark by `user`, oldest first: two queries."""
    waiting = marking.waiting(user).prefetch_related("events")[:MOST_ENTRIES]
    return [
        Entry(
            attempt,
            question.slug,
            str(question.kind.label),
            attempt.submitted_at or attempt.opened_at,
            reverse("mastery:mark", args=[attempt.pk, question.slug]),
        )
        for attempt in waiting
        for question in marking.unmarked(attempt, list(attempt.events.all()))
    ]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One answer, its rubric, and what can be assigned where it is not mastered yet."""

    attempt: Attempt
    question: Question
    objective: ObjectiveVersion
    answer: str
    is_marked: bool
    correctives: list[Corrective]
    comments: list[str]

    @property
    def levels(self) -> list[tuple[int, str]]:
        if self.question.rubric:
            return [(level.level, level.html) for level in self.question.rubric]
        return [(0, _("Does not do what is asked.")), (1, _("Does what is asked."))]

    @property
    def mastered_from(self) -> int:
        return marking.mastery_level(self.question)

    @property
    def is_code(self) -> bool:
        return self.question.kind == QuestionKind.CODE


def sheet(attempt: Attempt, item: str, user: User) -> Sheet | None:
    """Return one answer of an attempt for marking; None where it is no item that people mark."""
    question = questions.one_of(questions.of_attempt(attempt), item)
    if question is None or question.kind not in marking.BY_PEOPLE:
        return None
    objective = reading.objectives_of(attempt)[question.objective]
    return Sheet(
        attempt=attempt,
        question=question,
        objective=objective,
        answer=str(attempts.answers_of(attempt).get(item, "")),
        is_marked=attempt.events.filter(item=item).exists(),
        correctives=list(objective.correctives.all()),
        comments=marking.earlier_comments(user, item),
    )


class MarkForm(forms.Form):
    """A level of the rubric, words for the learner, and one of two buttons."""

    level = forms.ChoiceField(required=False)
    comment = forms.CharField(
        label=gettext_lazy("Comment for the learner"),
        required=False,
        max_length=4000,
        widget=forms.Textarea({"rows": 4}),
    )
    earlier = forms.ChoiceField(label=gettext_lazy("Or use an earlier comment"), required=False)
    corrective = forms.ChoiceField(
        label=gettext_lazy("Corrective"),
        required=False,
        help_text=gettext_lazy("Where it is not yet mastered: what the learner does next."),
    )
    verdict = forms.ChoiceField(choices=[("mastered", "mastered"), ("not_yet", "not_yet")])

    def __init__(self, data: Any = None, *, sheet: Sheet) -> None:
        super().__init__(data)
        self.sheet = sheet
        self._choices("level", [(str(level), str(level)) for level, _words in sheet.levels])
        self._choices("earlier", [("", _("none")), *((text, text[:80]) for text in sheet.comments)])
        self._choices(
            "corrective",
            [
                ("", _("the next of the list")),
                *(
                    (str(one.pk), _("%(title)s, %(minutes)d min") % {"title": one.title, "minutes": one.minutes})
                    for one in sheet.correctives
                ),
            ],
        )

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        level, verdict = cleaned.get("level"), cleaned.get("verdict")
        if level and verdict == "mastered" and int(level) < self.sheet.mastered_from:
            self.add_error("level", _("This level is below “mastered”. Choose another level, or “Not yet”."))
        if level and verdict == "not_yet" and int(level) >= self.sheet.mastered_from:
            self.add_error("level", _("This level means “mastered”. Choose another level, or “Mastered”."))
        return cleaned

    def judgement(self) -> Judgement:
        """Return the mark; without a level, the button alone decides between the two nearest levels."""
        cleaned = self.cleaned_data
        full = self.sheet.mastered_from
        level = int(cleaned["level"]) if cleaned["level"] else full - (cleaned["verdict"] == "not_yet")
        chosen = next((one for one in self.sheet.correctives if str(one.pk) == cleaned["corrective"]), None)
        return Judgement(level, cleaned["comment"] or cleaned["earlier"], chosen)
