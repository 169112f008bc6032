"""The forms of sprints."""

from collections.abc import Mapping

from django import forms
from django.utils.translation import gettext_lazy as _

from sprints.board import Plan
from whitebox import days
from whitebox.people.forms import PlainSelect
from whitebox.people.models import Cohort


class SprintForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120)
    starts_on = days.DayField(label=_("First day"))
    ends_on = days.DayField(label=_("Last day"))
    columns = forms.CharField(
        label=_("Columns of the board"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("One on each line, from left to right. “Doing: 4” holds four cards at most."),
    )
    cohorts: Mapping[str, Cohort]

    def offer(self, cohorts: Mapping[int, Cohort]) -> None:
        """Ask for the cohort where there is more than one."""
        self.cohorts = {str(pk): cohort for pk, cohort in cohorts.items()}
        if len(cohorts) > 1:
            choices = [(key, cohort.title) for key, cohort in self.cohorts.items()]
            self.fields["cohort"] = forms.ChoiceField(label=_("Cohort"), choices=choices, widget=PlainSelect)

    def cohort(self) -> Cohort:
        only = next(iter(self.cohorts))
        return self.cohorts[self.cleaned_data.get("cohort") or only]

    def plan(self) -> Plan:
        given = self.cleaned_data
        return Plan(given["title"], given["starts_on"], given["ends_on"], given["columns"])
