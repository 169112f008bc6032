"""Forms of the curriculum."""

from datetime import date, datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from curriculum.models import Extension
from curriculum.pace import Plan, Step
from curriculum.preparation import LONGEST
from whitebox import days
from whitebox.people.models import Cohort


class TickForm(forms.Form):
    minutes_taken = forms.IntegerField(
        label=_("minutes it took"), required=False, min_value=1, max_value=LONGEST, widget=forms.NumberInput
    )


class PlanForm(forms.Form):
    cohort = forms.ModelChoiceField(Cohort.objects.none(), label=_("cohort"))

    def __init__(self, *args: Any, cohorts: QuerySet[Cohort], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["cohort"]
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = cohorts


class ExtensionForm(forms.ModelForm[Extension]):
    """More time for one person. The moment is typed in the cohort's zone, as everybody in it speaks of it."""

    class Meta:
        model = Extension
        fields = ["membership", "module", "item", "reason"]

    due_on = days.DayField(label=_("due on"))
    due_time = forms.TimeField(
        label=_("due at"), widget=forms.TimeInput(attrs={"type": "time"}), help_text=_("In the cohort's zone.")
    )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if {"membership", "due_on", "due_time"} <= data.keys():
            data["due_at"] = datetime.combine(data["due_on"], data["due_time"], tzinfo=data["membership"].cohort.tz)
        return data


class PaceForm(forms.Form):
    """A day for each module that is not reached yet."""

    reason = forms.CharField(
        label=_("Why the plan changes"), max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._steps = {f"week-{step.module.week}": step for step in plan.steps if step.reached_on is None}
        for name, step in self._steps.items():
            self.fields[name] = days.DayField(
                label=_("Day for week %(number)d") % {"number": step.module.week},
                initial=step.target,
                required=False,
                widget=days.DayInput({"class": "control"}),
            )

    @property
    def days(self) -> list[tuple[Step, forms.BoundField]]:
        return [(step, self[name]) for name, step in self._steps.items()]

    @property
    def targets(self) -> dict[int, date]:
        """The days that were filled in, by module."""
        sent = {step.module.module_id: self.cleaned_data[name] for name, step in self._steps.items()}
        return {module: on for module, on in sent.items() if on}
