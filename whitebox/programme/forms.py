"""Forms of what became of people."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from whitebox import days
from whitebox.people.models import Membership, User
from whitebox.programme import placements
from whitebox.programme.choices import PlacementKind, Work
from whitebox.programme.models import FollowUp, Placement
from whitebox.programme.placements import Outcome


class PlacementForm(forms.ModelForm[Placement]):
    evidence_url = forms.URLField(label=_("Page that shows it"), max_length=500, required=False, assume_scheme="https")

    class Meta:
        model = Placement
        fields = ["kind", "work", "organisation", "role", "starts_on", "ends_on", "evidence_url", "evidence"]
        field_classes = {"starts_on": days.DayField, "ends_on": days.DayField}

    def record(self, membership: Membership, *, by: User) -> Placement:
        """Call the verb. Raises RuleViolation where the domain refuses."""
        said = {name: value or "" for name, value in self.cleaned_data.items() if not name.endswith("_on")}
        return placements.record(
            membership,
            Outcome(
                kind=PlacementKind(said.pop("kind")),
                work=Work(said.pop("work")),
                starts_on=self.cleaned_data["starts_on"],
                ends_on=self.cleaned_data["ends_on"],
                **said,
            ),
            by=by,
        )


class FollowUpForm(forms.ModelForm[FollowUp]):
    link = forms.URLField(label=_("A page that shows it"), max_length=500, required=False, assume_scheme="https")

    class Meta:
        model = FollowUp
        fields = ["doing", "work", "organisation", "since", "link", "text", "wants_contact"]
        field_classes = {"since": days.DayField}
        widgets = {"text": forms.Textarea(attrs={"rows": 4})}


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Reason"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


def placement_said(answer: FollowUp | None) -> dict[str, Any]:
    """Return what an answer says of a placement, to begin the form with."""
    if answer is None:
        return {}
    months = _("Their own answer, %(months)d months after the programme.") % {"months": answer.months}
    return {
        "work": answer.work,
        "organisation": answer.organisation,
        "starts_on": answer.since,
        "evidence_url": answer.link,
        "evidence": months,
    }
