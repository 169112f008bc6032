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


class ZoneSelect(forms.Select):
    """The list of zones, drawn in one go: Django's own widget renders a template for each of its 400 options."""

    def render(
        self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: BaseRenderer | None = None
    ) -> SafeString:
        rows = ((zone, SafeString(" selected") if zone == value else "", label) for zone, label in zones.choices())
        options = format_html_join("", '<option value="{}"{}>{}</option>', rows)
        return format_html(
            "<select{}>{}</select>", flatatt(self.build_attrs(self.attrs, {"name": name, **(attrs or {})})), options
        )


class ProfileForm(forms.ModelForm[User]):
    zone = forms.ChoiceField(
        label=_("Time zone"), choices=zones.choices, widget=ZoneSelect, help_text=_("Every time is shown in this zone.")
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
