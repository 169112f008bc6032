"""The forms of applicants. Saving takes whatever is there; only submitting asks for all of it."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.functional import Promise
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from applicants import answers, sources, uploads
from applicants.answers import Answer, Answers
from applicants.models import Identity
from applicants.questionnaire import Question
from whitebox.people import zones
from whitebox.people.forms import ZoneSelect
from whitebox.text.rendering import render


class StartForm(forms.Form):
    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("As you want to be called. The people who score your answers do not see it."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        help_text=_("We send you a link to your application, so you need no password."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    zone = forms.ChoiceField(
        label=_("Your time zone"), choices=zones.choices, widget=ZoneSelect, help_text=_("We show you deadlines in it.")
    )
    # A person never sees this field; a machine that fills in everything gives itself away.
    website = forms.CharField(
        required=False,
        label=_("Leave this empty"),
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    via = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_via(self) -> str:
        return sources.named(self.cleaned_data["via"])


class IdentityForm(forms.ModelForm[Identity]):
    class Meta:
        model = Identity
        fields = ["name", "school", "zone", "links"]
        labels = {"zone": _("Your time zone"), "name": _("Your name"), "links": _("Links to you or your work")}
        help_texts = {
            "school": _("If you study or work somewhere. Leave it empty if not."),
            "links": _("One on each line, if you like to give any."),
            "zone": "",
        }
        widgets = {"links": forms.Textarea(attrs={"rows": 3})}

    zone = forms.ChoiceField(label=_("Your time zone"), choices=zones.choices, widget=ZoneSelect)


class SectionForm(forms.Form):
    """One section of a round's questions. Every field is optional here: a draft may have holes."""

    def __init__(self, questions: list[Question], saved: Answers, **kwargs: Any) -> None:
        initial = {question.slug: saved.get(question.slug) for question in questions}
        super().__init__(initial=initial, **kwargs)
        self.questions = questions
        for question in questions:
            self.fields[question.slug] = field_of(question, saved.get(question.slug))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for question in self.questions:
            if message := self._wrong_with(question, cleaned.get(question.slug)):
                self.add_error(question.slug, message)
        return cleaned

    def _wrong_with(self, question: Question, value: object) -> str:
        if question.kind == "file":
            return uploads.wrong_with(value) if isinstance(value, UploadedFile) else ""
        return answers.wrong_with(question, as_answer(question, value))

    def given(self) -> dict[str, Answer]:
        """Return what the page sent, right or wrong, so that nothing a person wrote is lost. Files are kept apart."""
        return {
            question.slug: as_answer(question, self[question.slug].value())
            for question in self.questions
            if question.kind != "file"
        }

    def kept_files(self) -> "dict[str, UploadedFile[Any]]":
        """Return the new files that can be kept."""
        sent = {question.slug: self.files_sent(question.slug) for question in self.questions if question.kind == "file"}
        return {slug: file for slug, file in sent.items() if file is not None and slug not in self.errors}

    def files_sent(self, slug: str) -> "UploadedFile[Any] | None":
        value = self.cleaned_data.get(slug)
        return value if isinstance(value, UploadedFile) else None


def as_answer(question: Question, value: object) -> Answer:
    """Return a form's value as it is stored, with line ends and blanks made plain."""
    if question.kind == "consent":
        return bool(value)
    if question.kind == "multiple":
        return [answers.plain(str(one)) for one in value] if isinstance(value, list) else []
    return answers.plain(str(value or ""))[: answers.LONGEST + 1]


def field_of(question: Question, saved: Answer) -> forms.Field:
    """Return the form field that asks a question."""
    shared: dict[str, Any] = {"label": label_of(question), "help_text": help_of(question, saved), "required": False}
    if question.kind in {"single", "scale"}:
        options = [(option, option) for option in question.options]
        return forms.ChoiceField(**shared, choices=options, widget=forms.RadioSelect)
    if question.kind == "multiple":
        options = [(option, option) for option in question.options]
        return forms.MultipleChoiceField(**shared, choices=options, widget=forms.CheckboxSelectMultiple)
    if question.kind == "consent":
        return forms.BooleanField(**shared)
    if question.kind == "file":
        return forms.FileField(**shared, widget=forms.FileInput(attrs={"accept": "application/pdf"}))
    return forms.CharField(**shared, widget=_widget(question))


def _widget(question: Question) -> forms.Widget:
    if question.kind == "long":
        rows = min(16, max(5, (question.words or 100) // 15))
        return forms.Textarea(attrs={"rows": rows, "data-words": question.words or ""})
    if question.kind == "number":
        return forms.TextInput(attrs={"inputmode": "decimal", "size": 6})
    return forms.URLInput() if question.kind == "link" else forms.TextInput()


def label_of(question: Question) -> str | Promise | SafeString:
    return question.label if question.required else format_html("{} {}", question.label, _("(optional)"))


def help_of(question: Question, saved: Answer) -> SafeString:
    """Return what stands below a question: the pack's help, the limit, who reads it, and what is saved so far."""
    parts = [SafeString(render(question.help).html or escape(question.help))] if question.help else []
    if question.words:
        limit = ngettext_lazy("At most %(count)d word.", "At most %(count)d words.", question.words)
        parts.append(format_html('<p class="limit">{}{}</p>', limit % {"count": question.words}, _counted(saved)))
    if question.shown_to == "organizers":
        parts.append(format_html('<p class="who-reads">{}</p>', _("Only the organizers read this.")))
    if question.kind == "file":
        state = _("A file is saved. Choose another one to replace it.") if saved else _("A PDF of 10 MB at most.")
        parts.append(format_html("<p>{}</p>", state))
    return SafeString("".join(parts))


def _counted(saved: Answer) -> str:
    if not isinstance(saved, str) or not saved:
        return ""
    count = answers.word_count(saved)
    return " " + ngettext_lazy("Saved: %(count)d word.", "Saved: %(count)d words.", count) % {"count": count}
