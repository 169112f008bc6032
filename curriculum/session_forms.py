"""Forms about sessions: their run, who was there, more time for one person."""

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from curriculum import deadlines
from curriculum.arranging import Run
from curriculum.choices import ItemKind
from curriculum.models import Extension, Session
from curriculum.study import Study
from whitebox import days
from whitebox.people import zones
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User
from whitebox.people.steps import PersonField

SPARE_WEEKS = 4  # after the last week, for what holidays push back


class MoveForm(forms.ModelForm[Session]):
    """Another time or place for one session, typed in the session's zone."""

    class Meta:
        model = Session
        fields = ["on", "at", "place", "leader", "note"]
        field_classes = {"on": days.DayField}
        labels = {
            "on": _("Day"),
            "at": _("Time"),
            "place": _("Place"),
            "leader": _("Led by"),
            "note": _("Note for everybody"),
        }
        widgets = {
            "on": days.DayInput(),
            "at": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["at"].help_text = _("In the zone of the session, %(zone)s.") % {"zone": self.instance.zone}
        teaching = Membership.objects.active().filter(
            cohort=self.instance.cohort, role__in=[Role.MENTOR, Role.ORGANIZER]
        )
        self.fields["leader"] = PersonField(
            queryset=teaching.select_related("user").order_by("user__name", "pk"),
            label=_("Led by"),
            required=False,
            empty_label=_("nobody yet"),
            help_text=_("Sees the readiness of everybody, not only of the own people."),
        )


class RunForm(forms.Form):
    """When a cohort teaches. The weeks to choose from follow from the first day."""

    starts_on = days.DayField(label=_("First day of week 1"))
    zone = forms.ChoiceField(label=_("Time zone"), choices=zones.choices)
    closed = forms.MultipleChoiceField(
        label=_("Holiday weeks"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("A holiday week is skipped, not used up: what comes after it moves a week on."),
    )

    def __init__(self, *args: Any, cohort: Cohort, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        start = self._start(cohort)
        closed = self.fields["closed"]
        if isinstance(closed, forms.MultipleChoiceField) and start is not None:
            days = {start + timedelta(weeks=number) for number in range(1, cohort.weeks + SPARE_WEEKS)}
            closed.choices = [
                (day.isoformat(), _("week of %(day)s") % {"day": date_format(day, "D j M Y")})
                for day in sorted(days | {day for day in cohort.holidays if day > start})
            ]
        if cohort.started_at is not None:
            self.fields["starts_on"].disabled = True

    def _start(self, cohort: Cohort) -> date | None:
        """Return the first day as it was typed, else as it is."""
        try:
            return days.DayField().clean(self.data.get("starts_on")) if self.data else cohort.starts_on
        except forms.ValidationError:
            return cohort.starts_on

    def run(self) -> Run:
        data = self.cleaned_data
        return Run(data["starts_on"], data["zone"], frozenset(date.fromisoformat(day) for day in data["closed"]))


class CheckInForm(forms.Form):
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("Six digits, shown in the room."),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "size": "8"}),
    )


class MoreTimeForm(forms.Form):
    """More time for one person, given by whoever teaches them. The moment is typed in the cohort's zone."""

    item = forms.ChoiceField(label=_("What"))
    due_on = days.DayField(label=_("Until the day"))
    due_time = forms.TimeField(label=_("Until the time"), widget=forms.TimeInput(attrs={"type": "time"}))
    reason = forms.CharField(
        label=_("Reason"), max_length=300, help_text=_("Kept with the record; the person can ask to see it.")
    )

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.membership = membership
        self.fields["due_time"].help_text = _("In the cohort's zone, %(zone)s.") % {"zone": membership.cohort.zone}
        field = self.fields["item"]
        if isinstance(field, forms.ChoiceField):
            field.choices = self._items()

    @property
    def has_items(self) -> bool:
        return bool(self._items())

    def _items(self) -> list[tuple[str, str]]:
        study = Study.of_page(self.membership)
        return [
            (
                f"{module.module_id}:{item.value}",
                _("Week %(number)d, %(item)s: due %(moment)s")
                % {
                    "number": module.week,
                    "item": item.label,
                    "moment": date_format(due.astimezone(self.membership.cohort.tz), "D j M, H:i"),
                },
            )
            for module in study.modules
            for item in ItemKind
            if (due := study.due_at(module, item))
        ]

    def grant(self, *, by: User) -> Extension:
        """Call the verb. Raises RuleViolation where the domain refuses."""
        data = self.cleaned_data
        key, _colon, item = data["item"].partition(":")
        due_at = datetime.combine(data["due_on"], data["due_time"], tzinfo=self.membership.cohort.tz)
        module = next(one for one in Study.of_page(self.membership).modules if one.module_id == int(key))
        return deadlines.extend(self.membership, module, ItemKind(item), due_at, reason=data["reason"], by=by)
