"""The forms of research."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from curriculum.models import Objective
from sprints import needed
from sprints.additions import Addition
from sprints.bank import STARRED, UNKNOWN, Wanted
from sprints.choices import (
    AnswerKind,
    Difficulty,
    ExcursionKind,
    InfohazardLevel,
    LinkKind,
    Neglect,
    Order,
    Pace,
    ProblemState,
    Verdict,
)
from sprints.excursions import LONGEST_ENTRY, MAY_CHOOSE, NewLink, Question
from sprints.models import MOST_DAYS, Category
from sprints.pictures import NewFigure
from sprints.rosters import Team
from whitebox import days, digits
from whitebox.errors import RuleViolation
from whitebox.people.forms import PlainSelect

FIGURES = 3  # of one entry's form
LONGEST_CHOICE = 80  # characters of an objective in a list
Choices = tuple[tuple[str, str], ...]
STAR_LABELS = {"yes": _("yes"), "no": _("no"), UNKNOWN: _("not said")}


def agreed(form: forms.Form, verb: Callable[[], object]) -> bool:
    """Call a verb; where it refuses, say so on the form, so that nothing typed is lost."""
    try:
        verb()
    except RuleViolation as refused:
        form.add_error(None, str(refused))
        return False
    return True


class BankForm(forms.Form):
    """The filters of the bank. What it does not understand counts as "anything"."""

    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    category = forms.ChoiceField(label=_("Category"), required=False, widget=PlainSelect)
    subcategory = forms.CharField(label=_("Sub-category"), required=False, max_length=200)
    objective = forms.ChoiceField(label=_("Needs the objective"), required=False, widget=PlainSelect)
    difficulty = forms.ChoiceField(
        label=_("Difficulty"),
        required=False,
        choices=[("", _("any")), *((letter.value, letter.value) for letter in Difficulty), (UNKNOWN, _("not said"))],
        widget=PlainSelect,
    )
    starred = forms.ChoiceField(
        label=_("Starred"),
        required=False,
        choices=[("", _("any")), *((name, STAR_LABELS[name]) for name in STARRED)],
        widget=PlainSelect,
    )
    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("any")), *ProblemState.choices], widget=PlainSelect
    )
    neglect = forms.ChoiceField(
        label=_("Neglected"), required=False, choices=[("", _("any")), *Neglect.choices], widget=PlainSelect
    )
    order = forms.ChoiceField(label=_("Order"), required=False, choices=Order.choices, widget=PlainSelect)

    def offer_known(self) -> tuple[Choices, Choices]:
        """Fill in the categories, and the objectives that problems need; return both. Two queries."""
        categories = tuple((str(pk), name) for pk, name in Category.objects.values_list("pk", "name"))
        objectives = tuple((str(pk), words[:LONGEST_CHOICE]) for pk, words in needed.named())
        self.offer(categories, objectives)
        return categories, objectives

    def offer(self, categories: Choices, objectives: Choices) -> None:
        for name, known in (("category", categories), ("objective", objectives)):
            self.fields[name].choices = [("", _("any")), *known]  # type: ignore[attr-defined]  # a choice field

    def wanted(self) -> Wanted:
        self.is_valid()
        asked = self.cleaned_data
        return Wanted(
            text=asked.get("q", ""),
            category=int(asked["category"]) if asked.get("category") else None,
            subcategory=" ".join(asked.get("subcategory", "").split()),
            objective=int(asked["objective"]) if asked.get("objective") else None,
            difficulty=asked.get("difficulty", ""),
            starred=asked.get("starred", ""),
            state=asked.get("state", ""),
            neglect=asked.get("neglect", ""),
            order=asked.get("order", ""),
        )


class WorkForm(forms.Form):
    """A work that bears on a problem."""

    title = forms.CharField(label=_("Title"), max_length=200)
    url = forms.URLField(label=_("Address"), max_length=500, assume_scheme="https")
    published_on = days.DayField(label=_("Published on"), required=False, first=days.EARLIEST)


class CategoriesField(forms.ModelMultipleChoiceField[Category]):
    """Categories by their keys. A number that no column holds names none of them."""

    def clean(self, value: Any) -> QuerySet[Category]:
        for one in value or ():
            if digits.whole(str(one)) is None:
                message = self.error_messages["invalid_pk_value"]
                raise ValidationError(message, code="invalid_pk_value", params={"pk": one})
        return super().clean(value)


class TasteForm(forms.Form):
    """What somebody would like to work on."""

    categories = CategoriesField(
        label=_("Categories you care about"),
        queryset=Category.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    difficulty = forms.ChoiceField(
        label=_("Difficulty you seek"),
        required=False,
        choices=[("", _("any")), *Difficulty.choices],
        widget=PlainSelect,
    )


LETTERS = [("", _("not said")), *Difficulty.choices]


class AdditionForm(forms.Form):
    """A problem of our own."""

    title = forms.CharField(
        label=_("The problem"), max_length=500, help_text=_("One question, as others will find it in the list.")
    )
    category = forms.ModelChoiceField(label=_("Category"), queryset=Category.objects.all(), widget=PlainSelect)
    subcategory = forms.CharField(label=_("Sub-category"), max_length=200, required=False)
    lowest = forms.ChoiceField(label=_("Difficulty, at least"), required=False, choices=LETTERS, widget=PlainSelect)
    highest = forms.ChoiceField(label=_("Difficulty, at most"), required=False, choices=LETTERS, widget=PlainSelect)
    source_url = forms.URLField(
        label=_("Where it comes from"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("An address, if it was proposed somewhere."),
    )

    def addition(self) -> Addition:
        return Addition(**self.cleaned_data)


class NeedsForm(forms.Form):
    objectives = forms.MultipleChoiceField(
        label=_("Objectives one should have mastered"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def offer(self, offered: Sequence[tuple[int, str]]) -> None:
        self.fields["objectives"].choices = offered  # type: ignore[attr-defined]  # a choice field

    def chosen(self) -> list[Objective]:
        """Return the objectives as rows that have their keys and nothing else. No query."""
        return [Objective(pk=int(key)) for key in self.cleaned_data["objectives"]]


class ClaimForm(forms.Form):
    until = days.DayField(label=_("Until the end of"))

    def offer_teams(self, teams: Sequence[Team]) -> None:
        """Let the person choose between themselves and their teams; no field where they have none."""
        if teams:
            self.teams = {str(team.pk): team for team in teams}
            choices = [("", _("myself")), *((key, team.name) for key, team in self.teams.items())]
            self.fields["team"] = forms.ChoiceField(label=_("For"), required=False, choices=choices, widget=PlainSelect)

    def clean_team(self) -> Team | None:
        return self.teams.get(self.cleaned_data["team"])

    def offer(self, first: date, last: date) -> None:
        self.fields["until"].widget = days.DayInput({"min": first.isoformat(), "max": last.isoformat()})


class RenewForm(ClaimForm):
    progress = forms.CharField(
        label=_("What moved since"), max_length=300, help_text=_("One line. It is kept with the claim.")
    )


class ExcursionForm(forms.Form):
    question = forms.CharField(
        label=_("Question"), max_length=500, help_text=_("One sentence that a result could answer.")
    )
    kind = forms.ChoiceField(label=_("Kind"), choices=ExcursionKind, widget=forms.RadioSelect)
    answer = forms.ChoiceField(label=_("What will answer it"), choices=AnswerKind, widget=forms.RadioSelect)
    budget_days = forms.IntegerField(
        label=_("Budget in days"),
        min_value=1,
        max_value=MOST_DAYS,
        help_text=_("Today is day 1. When the days are used up, you decide: a verdict, or smaller questions."),
    )
    level = forms.ChoiceField(
        label=_("Who may read it"),
        choices=[(level.value, level.label) for level in MAY_CHOOSE],
        widget=forms.RadioSelect,
    )

    def asked(self) -> Question:
        given = self.cleaned_data
        return Question(
            given["question"], given["kind"], given["answer"], budget_days=given["budget_days"], level=given["level"]
        )


class EntryForm(forms.Form):
    on = days.DayField(label=_("Day"))
    source = forms.CharField(
        label=_("What you did, saw or decided"),
        max_length=LONGEST_ENTRY,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Markdown, with $mathematics$ and code. An entry cannot be changed later, only corrected."),
    )
    level = forms.ChoiceField(
        label=_("Who may read it"),
        choices=[(level.value, level.label) for level in MAY_CHOOSE],
        initial=MAY_CHOOSE[0],
        required=False,
        widget=forms.RadioSelect,
    )
    repository = forms.URLField(label=_("Repository"), max_length=500, required=False, assume_scheme="https")
    notebook = forms.URLField(label=_("Notebook"), max_length=500, required=False, assume_scheme="https")
    commit = forms.URLField(label=_("Commit"), max_length=500, required=False, assume_scheme="https")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, FIGURES + 1):
            self.fields[f"figure_{number}"] = forms.FileField(
                label=_("Figure %(number)d") % {"number": number},
                required=False,
                help_text=_("PNG, JPEG, GIF or WebP, up to 5 MB. Choose it after the preview: a preview forgets it."),
            )
            self.fields[f"alt_{number}"] = forms.CharField(
                label=_("What figure %(number)d shows") % {"number": number},
                max_length=500,
                required=False,
                help_text=_("In words, for everybody who does not see it."),
            )

    def main(self) -> list[forms.BoundField]:
        return [self[name] for name in ("on", "source", "level")]

    def extras(self) -> list[forms.BoundField]:
        """Return the fields that most entries do without."""
        return [self[name] for name in self.fields if name not in {"on", "source", "level"}]

    def clean_level(self) -> InfohazardLevel:
        return InfohazardLevel(self.cleaned_data["level"] or MAY_CHOOSE[0])

    def figures(self) -> list[NewFigure]:
        given = self.cleaned_data
        numbers = range(1, FIGURES + 1)
        return [NewFigure(given[f"figure_{n}"], given[f"alt_{n}"]) for n in numbers if given[f"figure_{n}"]]

    def links(self) -> list[NewLink]:
        given = self.cleaned_data
        return [NewLink(kind, given[kind.value]) for kind in LinkKind if given[kind.value]]


class ExtendForm(forms.Form):
    days = forms.IntegerField(label=_("Days in all"), min_value=2, max_value=MOST_DAYS)
    reason = forms.CharField(label=_("Why it takes longer"), max_length=500)


class SplitForm(forms.Form):
    questions = forms.CharField(
        label=_("Smaller questions"),
        max_length=2600,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Two to five, one on each line. Each becomes an excursion of its own."),
    )
    budget_days = forms.IntegerField(label=_("Days for each"), min_value=1, max_value=MOST_DAYS)
    reason = forms.CharField(label=_("What you know so far"), max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))


class CheckInForm(forms.Form):
    pace = forms.ChoiceField(label=_("How it goes"), choices=Pace, widget=forms.RadioSelect)
    text = forms.CharField(
        label=_("What you talked about"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("The researcher reads it."),
    )
    next_step = forms.CharField(label=_("Next step"), max_length=300, required=False)


# Splitting has a form of its own, which asks for the smaller questions.
VERDICTS = [(verdict.value, verdict.label) for verdict in Verdict if verdict != Verdict.SPLIT]


class VerdictForm(forms.Form):
    verdict = forms.ChoiceField(label=_("Verdict"), choices=VERDICTS, widget=forms.RadioSelect)
    conclusion = forms.CharField(
        label=_("What it rests on"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Markdown.")
    )


class TeamForm(forms.Form):
    name = forms.CharField(label=_("Name of the team"), max_length=80)
