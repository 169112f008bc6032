"""Forms of the curriculum."""

from django import forms
from django.utils.translation import gettext_lazy as _

from curriculum.preparation import LONGEST


class TickForm(forms.Form):
    minutes_taken = forms.IntegerField(
        label=_("minutes it took"), required=False, min_value=1, max_value=LONGEST, widget=forms.NumberInput
    )
