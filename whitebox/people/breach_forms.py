"""The forms about breaches of policies."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from whitebox import days
from whitebox.people.breaches import Report
from whitebox.people.choices import BreachKind
from whitebox.people.forms import PlainSelect
from whitebox.people.models import Cohort, Membership, Policy, User


class BreachForm(forms.Form):
    """What is recorded. Its key names one sending, so that a double click records once."""

    person = forms.ChoiceField(label=_("Person"), widget=PlainSelect)
    policy = forms.ChoiceField(label=_("Policy"), widget=PlainSelect)
    happened_on = days.DayField(label=_("When it happened"))
    kind = forms.ChoiceField(label=_("How it came about"), choices=BreachKind, widget=forms.RadioSelect)
    what = forms.CharField(
        label=_("What happened"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("The person reads it. Do not repeat what must not spread."),
    )
    learned = forms.CharField(label=_("Who learned of it"), max_length=1000, required=False)
    done = forms.CharField(
        label=_("What was done"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, cohort: Cohort, by: User) -> None:
        super().__init__(data, initial={"key": uuid.uuid4()}, auto_id="breach-%s")
        people = Membership.objects.filter(cohort=cohort).exclude(user=by).select_related("user", "cohort")
        self.people = {str(one.pk): one for one in people.order_by("role", "user__name", "pk")}
        self._offer(
            "person", ((key, f"{one.user.called} ({one.get_role_display()})") for key, one in self.people.items())
        )
        self._offer("policy", ((str(one.pk), one.title) for one in Policy.objects.order_by("slug")))

    def _offer(self, name: str, choices: Iterable[tuple[str, str]]) -> None:
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]  # a choice field

    def chosen(self) -> Membership:
        return self.people[self.cleaned_data["person"]]

    def report(self) -> Report:
        said = self.cleaned_data
        return Report(
            int(said["policy"]),
            said["happened_on"],
            BreachKind(said["kind"]),
            said["what"],
            said["learned"],
            said["done"],
        )


class VoiceForm(forms.Form):
    answer = forms.ChoiceField(
        label=_("After hearing them"),
        choices=[("stay", _("they may stay")), ("leave", _("they lose their place"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 2}))

    @property
    def may_stay(self) -> bool:
        return bool(self.cleaned_data["answer"] == "stay")


class TakeBackForm(forms.Form):
    reason = forms.CharField(label=_("Why it was recorded by mistake"), max_length=500)
