"""Forms about oneself."""

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from whitebox.people import zones
from whitebox.people.models import User


class ProfileForm(forms.ModelForm[User]):
    zone = forms.ChoiceField(
        label=_("Time zone"), choices=zones.choices, help_text=_("Every time is shown in this zone.")
    )

    class Meta:
        model = User
        fields = ["name", "zone", "quiet_from", "quiet_until"]
        widgets = {
            "quiet_from": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "quiet_until": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    @cached_property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.layout = Layout(
            Fieldset(_("You"), "name", "zone"),
            Fieldset(_("Quiet hours"), "quiet_from", "quiet_until"),
            Submit("save", _("Save")),
        )
        return helper
