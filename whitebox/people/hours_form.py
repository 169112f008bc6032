"""The form in which somebody offers hours."""

from django import forms
from django.utils.translation import gettext_lazy as _

from whitebox import days
from whitebox.people import zones
from whitebox.people.forms import PlainSelect
from whitebox.people.hours import Hours


class HoursForm(forms.Form):
    """A stretch of a day in which somebody has time."""

    day = days.DayField(label=_("Day"))
    first = forms.TimeField(label=_("From"), widget=forms.TimeInput(attrs={"type": "time"}))
    last = forms.TimeField(label=_("Until"), widget=forms.TimeInput(attrs={"type": "time"}))
    minutes = forms.IntegerField(label=_("Minutes each"), min_value=5, max_value=480)
    pause = forms.IntegerField(label=_("Pause between them"), min_value=0, max_value=240, initial=10)
    zone = forms.ChoiceField(label=_("By the clock of"), choices=zones.choices, widget=PlainSelect)

    @property
    def hours(self) -> Hours:
        given = self.cleaned_data
        return Hours(*(given[name] for name in ("day", "first", "last", "minutes", "pause", "zone")))
