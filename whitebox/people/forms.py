"""Forms about oneself."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.functional import cached_property
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from whitebox.people import zones
from whitebox.people.models import User


class PlainSelect(forms.Select):
    """A list without groups, drawn in one go: Django's own widget renders a template for each option."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        chosen = self.format_value(value)
        rows = ((key, SafeString(" selected") if str(key) in chosen else "", label) for key, label in self.choices)
        options = format_html_join("", '<option value="{}"{}>{}</option>', rows)
        return format_html(
            "<select{}>{}</select>", flatatt(self.build_attrs({"name": name, **self.attrs}, attrs)), options
        )


ZoneSelect = PlainSelect  # the name that the forms of admissions know


class ProfileForm(forms.ModelForm[User]):
    zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=zones.choices,
        widget=PlainSelect,
        help_text=_("Every time is shown in this zone."),
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
