"""The forms of work tests and interviews."""

import uuid
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from applicants import pdfs, traces, uploads, work_tests
from applicants.models import Identity
from applicants.procedures import Stage
from whitebox import days
from whitebox.people.hours_form import HoursForm


class WorkForm(forms.Form):
    """What an applicant hands in. What would tell the readers who wrote it is pointed at, and taken if they insist."""

    text = forms.CharField(
        label=_("Your text"), max_length=40_000, required=False, widget=forms.Textarea(attrs={"rows": 12})
    )
    link = forms.URLField(
        label=_("Or a link"),
        max_length=500,
        required=False,
        assume_scheme="https",
        help_text=_("Choose one that works without signing in and does not name you."),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("One PDF of at most 10 MB, without your name in it."),
        widget=forms.FileInput(attrs={"accept": "application/pdf"}),
    )
    as_it_is = forms.BooleanField(
        label=_("Hand it in as it is: I know that it may tell the readers who I am."), required=False
    )
    key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, identity: Identity, is_blind: bool, **kwargs: Any) -> None:
        kwargs.setdefault("initial", {"key": uuid.uuid4()})
        super().__init__(*args, **kwargs)
        self.identity, self.is_blind = identity, is_blind
        if not self.is_bound:
            del self.fields["as_it_is"]  # Asked only when there is something to ask.

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file and (refused := uploads.wrong_with(file)):
            raise forms.ValidationError(refused)
        if file and self.is_blind and not pdfs.is_readable(file):
            raise forms.ValidationError(
                _("This PDF is locked or damaged, so the readers would not get it. Save it again, without a password.")
            )
        return file

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        found = self._traces(cleaned) if self.is_blind and not cleaned.get("as_it_is") else []
        if found:
            told = _(
                "This may tell the readers who you are: %(words)s. Take it out, or tick the box below. "
                "Your text and link are kept; a file has to be chosen again."
            )
            self.add_error(None, told % {"words": ", ".join(dict.fromkeys(found))})
        elif self.is_valid_so_far() and "as_it_is" in self.fields:
            del self.fields["as_it_is"]
        return cleaned

    def is_valid_so_far(self) -> bool:
        return not self.errors.get("__all__")

    def _traces(self, cleaned: dict[str, Any]) -> list[str]:
        spans = [span for name in ("text", "link") for span in traces.found(cleaned.get(name, ""), self.identity)]
        found = [span.text for span in spans if span.kind in traces.TELLING]
        return found + [span.text for span in traces.in_link(cleaned.get("link", ""), self.identity)]


class SendForm(forms.Form):
    """When the windows of a work test begin, by the round's clock."""

    starts_at = days.MomentField(label=_("Begins"))
    starts_when_opened = forms.BooleanField(
        label=_("Earlier where the applicant opens the task earlier"),
        required=False,
        initial=True,
        help_text=_(
            "Each window then begins when its applicant presses “Begin now”, at the moment above at the latest."
        ),
    )

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        week = (timezone.now() + timedelta(days=7)).astimezone(ZoneInfo(zone))
        kwargs.setdefault(
            "initial", {"starts_at": week.replace(hour=9, minute=0, tzinfo=None), "starts_when_opened": True}
        )
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean_starts_at(self) -> datetime:
        return in_zone(self.cleaned_data["starts_at"], self.zone)

    @property
    def window(self) -> work_tests.Window:
        return work_tests.Window(self.cleaned_data["starts_at"], self.cleaned_data["starts_when_opened"])


class ProlongForm(forms.Form):
    until = days.MomentField(error_messages=dict.fromkeys(("required", "invalid"), _("Choose a day and a time.")))

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def clean_until(self) -> datetime:
        return in_zone(self.cleaned_data["until"], self.zone)

    @property
    def problem(self) -> str:
        return str(self.errors["until"][0])


def in_zone(moment: datetime, zone: str) -> datetime:
    """Read a wall-clock time of a form by the clock of `zone`: Django has read it by the reader's."""
    return moment.replace(tzinfo=ZoneInfo(zone))


class InterviewHoursForm(HoursForm):
    """A stretch of a day in which an interviewer has time."""

    stage = forms.ModelChoiceField(label=_("For"), queryset=Stage.objects.none(), empty_label=None)
    place = forms.CharField(
        label=_("Where"),
        max_length=500,
        help_text=_("A room, or the address of a call. The applicant reads it once the time is booked."),
    )
    field_order = ("stage",)

    def __init__(self, *args: Any, stages: dict[int, str], **kwargs: Any) -> None:
        """Offer the interviews of `stages`, each with its label."""
        super().__init__(*args, **kwargs)
        choice = self.fields["stage"]
        assert isinstance(choice, forms.ModelChoiceField)  # noqa: S101  # narrows the type
        choice.queryset = Stage.objects.filter(pk__in=list(stages)).order_by("pk")
        choice.label_from_instance = lambda stage: stages[stage.pk]  # type: ignore[assignment]  # the stubs name its parameter
