"""The forms of research."""

from collections.abc import Callable
from datetime import date

from django import forms
from django.utils.translation import gettext_lazy as _

from sprints.bank import STARRED, UNKNOWN, Wanted
from sprints.choices import AnswerKind, Difficulty, ExcursionKind, ProblemState, Verdict
from sprints.excursions import LONGEST_ENTRY, MAY_CHOOSE, Question
from sprints.models import Category
from whitebox.errors import RuleViolation

STAR_LABELS = {"yes": _("yes"), "no": _("no"), UNKNOWN: _("not said")}


def agreed(form: forms.Form, verb: Callable[[], object]) -> bool:
    """Call a verb; where it refuses, say so on the form, so that nothing typed is lost."""
    try:
        verb()
    except RuleViolation as refused:
        form.add_error(None, str(refused))
        return False
    return True


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, *, first: date | None = None, last: date | None = None) -> None:
        limits = {"min": first, "max": last}
        super().__init__(
            attrs={name: day.isoformat() for name, day in limits.items() if day is not None}, format="%Y-%m-%d"
        )


class BankForm(forms.Form):
    """The filters of the bank. What it does not understand counts as "anything"."""

    q = forms.CharField(label=_("Words"), required=False, max_length=100)
    category = forms.ChoiceField(label=_("Category"), required=False)
    difficulty = forms.ChoiceField(
        label=_("Difficulty"),
        required=False,
        choices=[("", _("any")), *((letter.value, letter.value) for letter in Difficulty), (UNKNOWN, _("not said"))],
    )
    starred = forms.ChoiceField(
        label=_("Starred"), required=False, choices=[("", _("any")), *((name, STAR_LABELS[name]) for name in STARRED)]
    )
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("any")), *ProblemState.choices])

    def offer_categories(self) -> None:
        """Fill in the categories. One query."""
        known = [(str(pk), name) for pk, name in Category.objects.values_list("pk", "name")]
        self.fields["category"] = forms.ChoiceField(
            label=_("Category"), required=False, choices=[("", _("any")), *known]
        )

    def wanted(self) -> Wanted:
        self.is_valid()
        asked = self.cleaned_data
        return Wanted(
            text=asked.get("q", ""),
            category=int(asked["category"]) if asked.get("category") else None,
            difficulty=asked.get("difficulty", ""),
            starred=asked.get("starred", ""),
            state=asked.get("state", ""),
        )


class ClaimForm(forms.Form):
    until = forms.DateField(label=_("Until the end of"))

    def offer(self, first: date, last: date) -> None:
        self.fields["until"].widget = DayInput(first=first, last=last)


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
        max_value=90,
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
    on = forms.DateField(label=_("Day"), widget=DayInput())
    source = forms.CharField(
        label=_("What you did, saw or decided"),
        max_length=LONGEST_ENTRY,
        widget=forms.Textarea(attrs={"rows": 10}),
        help_text=_("Markdown, with $mathematics$ and code. An entry cannot be changed later, only corrected."),
    )


class VerdictForm(forms.Form):
    verdict = forms.ChoiceField(label=_("Verdict"), choices=Verdict, widget=forms.RadioSelect)
    conclusion = forms.CharField(
        label=_("What it rests on"), max_length=4000, widget=forms.Textarea(attrs={"rows": 4}), help_text=_("Markdown.")
    )
