"""The steps an organizer may take with a membership, as one form: which, where to, and why."""

from typing import Any

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from whitebox.people import membership
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User


class Step(TextChoices):
    MENTOR = "mentor", _("Assign a mentor")
    WITHDRAW = "withdraw", _("Withdraw, at the person's wish")
    DEFER = "defer", _("Defer to another cohort")
    COMPLETE = "complete", _("Completed the programme")
    DISQUALIFY = "disqualify", _("Disqualify")
    REINSTATE = "reinstate", _("Reinstate")


class StepForm(forms.Form):
    step = forms.ChoiceField(label=_("Step"), choices=Step)
    reason = forms.CharField(
        label=_("Reason"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, *args: Any, member: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.member = member
        mentors = Membership.objects.active().filter(cohort=member.cohort, role=Role.MENTOR).select_related("user")
        self.fields["mentor"] = PersonField(
            label=_("Mentor"), queryset=mentors, required=False, help_text=_("For the first step. Empty: no mentor.")
        )
        self.fields["cohort"] = forms.ModelChoiceField(
            label=_("Other cohort"),
            queryset=Cohort.objects.exclude(pk=member.cohort_id),
            required=False,
            help_text=_("For deferring."),
        )
        self.order_fields(["step", "mentor", "cohort", "reason"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("step") == Step.DEFER and not cleaned.get("cohort"):
            self.add_error("cohort", _("Choose the cohort to defer to."))
        if cleaned.get("step") != Step.MENTOR and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Give a reason: it is kept with the record."))
        return cleaned

    def take(self, *, by: User) -> None:
        """Call the verb of the chosen step. Raises RuleViolation where the domain refuses."""
        step, reason = self.cleaned_data["step"], self.cleaned_data["reason"]
        if step == Step.MENTOR:
            membership.assign_mentor(self.member, self.cleaned_data["mentor"], by=by)
        elif step == Step.DEFER:
            membership.defer(self.member, self.cleaned_data["cohort"], by=by, reason=reason)
        else:
            VERBS[Step(step)](self.member, by=by, reason=reason)


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic in the stubs only
    def label_from_instance(self, obj: Membership) -> str:
        return obj.user.called


VERBS = {
    Step.WITHDRAW: membership.withdraw,
    Step.COMPLETE: membership.complete,
    Step.DISQUALIFY: membership.disqualify,
    Step.REINSTATE: membership.reinstate,
}
