"""The forms of hackathons."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from sprints.choices import HackathonKind
from sprints.contests import HIGHEST, LOWEST, HackathonCriterion
from sprints.hackathons import Facts, Place, Text
from sprints.rosters import Team
from whitebox import days
from whitebox.people.forms import PlainSelect
from whitebox.people.models import Cohort, Membership

YOUR_CLOCK = _("By your own clock.")
LEVELS = [(level, str(level)) for level in range(LOWEST, HIGHEST + 1)]


def moment(label: Any, *, required: bool = True, help_text: Any = YOUR_CLOCK) -> days.MomentField:
    return days.MomentField(label=label, required=required, help_text=help_text)


class HackathonForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=120)
    kind = forms.ChoiceField(label=_("Whose"), choices=HackathonKind, widget=forms.RadioSelect)
    host = forms.CharField(label=_("Who organizes it"), max_length=120, required=False)
    url = forms.URLField(label=_("Its page"), max_length=500, required=False, assume_scheme="https")
    registers_until = moment(_("Registration until"))
    starts_at = moment(_("Starts"))
    due_at = moment(_("Deadline"))
    late_until = moment(
        _("Late entries until"), required=False, help_text=_("Empty: nothing is taken after the deadline.")
    )
    rules = forms.CharField(
        label=_("Rules"),
        max_length=20_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("Markdown."),
    )
    ratings_each = forms.IntegerField(label=_("Ratings of each entry"), min_value=1, max_value=20)
    criteria = forms.CharField(
        label=_("Criteria"),
        max_length=1200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("For ours: one on each line with its weight from 1 to 5, as in “Soundness: 3”."),
    )
    cohorts: Mapping[str, Cohort]

    def offer(self, cohorts: Mapping[int, Cohort]) -> None:
        """Ask for the cohort where there is more than one."""
        self.cohorts = {str(pk): cohort for pk, cohort in cohorts.items()}
        if len(cohorts) > 1:
            choices = [(key, cohort.title) for key, cohort in self.cohorts.items()]
            self.fields["cohort"] = forms.ChoiceField(label=_("Cohort"), choices=choices, widget=PlainSelect)

    def cohort(self) -> Cohort:
        return self.cohorts[self.cleaned_data.get("cohort") or next(iter(self.cohorts))]

    def facts(self) -> Facts:
        given = {name: value for name, value in self.cleaned_data.items() if name != "cohort"}
        return Facts(**given | {"kind": HackathonKind(given["kind"])})


class RegisterForm(forms.Form):
    team = forms.ChoiceField(label=_("Team"), widget=PlainSelect)

    def offer(self, teams: Sequence[Team]) -> None:
        self.teams = {str(team.pk): team for team in teams}
        self.fields["team"].choices = [  # type: ignore[attr-defined]  # a choice field
            (key, team.name) for key, team in self.teams.items()
        ]

    def chosen(self) -> Team:
        return self.teams[self.cleaned_data["team"]]


class DraftForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    source = forms.CharField(
        label=_("What you asked, did and found"),
        max_length=50_000,
        widget=forms.Textarea(attrs={"rows": 12}),
        help_text=_("Markdown, with $mathematics$ and code. Save often: the last saved draft is what counts."),
    )
    repository = forms.URLField(label=_("Repository"), max_length=500, required=False, assume_scheme="https")
    demonstration = forms.URLField(label=_("Demonstration"), max_length=500, required=False, assume_scheme="https")

    def text(self) -> Text:
        return Text(**self.cleaned_data)


class ArtefactForm(forms.Form):
    file = forms.FileField(label=_("File"), help_text=_("PDF, ZIP, PNG or JPEG, up to 20 MB."))


class PlaceForm(forms.Form):
    place = forms.IntegerField(label=_("Place"), min_value=1, max_value=9999)
    entrants = forms.IntegerField(label=_("Of how many"), min_value=1, max_value=9999, required=False)
    evidence = forms.URLField(label=_("Page that shows it"), max_length=500, assume_scheme="https")

    def found(self) -> Place:
        return Place(**self.cleaned_data)


class JudgeForm(forms.Form):
    membership = forms.ChoiceField(label=_("Person"), widget=PlainSelect)

    def offer(self, people: Sequence[Membership]) -> None:
        self.people = {str(one.pk): one for one in people}
        self.fields["membership"].choices = [  # type: ignore[attr-defined]  # a choice field
            (key, f"{one.user.called} ({one.get_role_display()})") for key, one in self.people.items()
        ]

    def chosen(self) -> Membership:
        return self.people[self.cleaned_data["membership"]]


class RatingForm(forms.Form):
    """One level for each criterion, and a comment that the team reads without a name."""

    def __init__(self, criteria: Sequence[HackathonCriterion], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        for one in criteria:
            self.fields[f"level_{one.pk}"] = forms.TypedChoiceField(
                label=one.name,
                choices=LEVELS,
                coerce=int,
                widget=forms.RadioSelect,
                help_text=_("Weight %(weight)d. 1 is lowest, 5 highest.") % {"weight": one.weight},
            )
        self.fields["comment"] = forms.CharField(
            label=_("For the team"),
            required=False,
            max_length=4000,
            widget=forms.Textarea(attrs={"rows": 4}),
            help_text=_("They read it with the results, without your name."),
        )

    def levels(self) -> dict[int, int]:
        return {one.pk: self.cleaned_data[f"level_{one.pk}"] for one in self.criteria}
