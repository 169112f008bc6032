"""The attempt page as a form: one control per item, drafts of any state accepted, submission checked."""

import random
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django import forms
from django.utils.html import strip_tags
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mastery.attempts import Value, unanswered
from mastery.choices import QuestionKind
from mastery.grading.quiz import quantity
from mastery.grading.runner import bundle
from mastery.questions import Question


def shuffled(question: Question, seed: int) -> list[int]:
    """Return the order in which the parts of an ordering item are shown: the same for an attempt for ever."""
    places = list(range(len(question.in_order)))
    random.Random(f"{seed}:{question.slug}").shuffle(places)  # noqa: S311 - it hides an order, not a secret
    return places


class OrderWidget(forms.MultiWidget):
    """One list of places per part."""

    def __init__(self, count: int) -> None:
        places = [("", "-"), *((str(place), str(place)) for place in range(1, count + 1))]
        super().__init__([forms.Select(choices=places) for _part in range(count)])

    def decompress(self, value: Any) -> list[str]:
        return value if isinstance(value, list) else []


class OrderField(forms.MultiValueField):
    """The place of each part, in the order shown."""

    def __init__(self, count: int, **options: Any) -> None:
        parts = [forms.CharField(required=False, max_length=3) for _part in range(count)]
        super().__init__(parts, widget=OrderWidget(count), require_all_fields=False, **options)

    def compress(self, data_list: list[str]) -> list[str]:
        return [str(part) for part in data_list]


class FilesWidget(forms.MultiWidget):
    """One field of code a file."""

    def __init__(self, count: int) -> None:
        super().__init__([_code_area() for _file in range(count)])

    def decompress(self, value: Any) -> list[str]:
        return value if isinstance(value, list) else []


class FilesField(forms.MultiValueField):
    """Several files of code, in the order of the exercise."""

    def __init__(self, count: int, **options: Any) -> None:
        parts = [forms.CharField(required=False, strip=False) for _file in range(count)]
        super().__init__(parts, widget=FilesWidget(count), require_all_fields=False, **options)

    def compress(self, data_list: list[str]) -> list[str]:
        return [str(part) for part in data_list]


class AttemptForm(forms.Form):
    """Every item of one form. `values` gives the answers by item, in the pack's own numbering."""

    leave_empty = forms.BooleanField(
        label=gettext_lazy("Submit with items left empty. They get no points."), required=False
    )

    def __init__(
        self,
        asked: tuple[Question, ...],
        seed: int,
        *,
        drafts: Mapping[str, Value],
        data: Mapping[str, Any] | None = None,
        is_final: bool = False,
        only: Sequence[Question] | None = None,
    ) -> None:
        """With `only`, show and read those items alone; `drafts` hold what the others say."""
        super().__init__(data)
        self.asked, self.seed, self.is_final = asked, seed, is_final
        self.shown = asked if only is None else tuple(only)
        self.drafts = drafts
        for place, question in enumerate(asked, start=1):
            if question not in self.shown:
                continue
            field = _field(question)
            field.required = False
            field.label = _("Item %(number)d") % {"number": place}
            field.initial = self._shown(question, drafts.get(question.slug))
            self.fields[question.slug] = field

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.is_final:
            self._require_readable()
            self._require_all(cleaned)
        return cleaned

    def values(self) -> dict[str, Value]:
        """Return the answers that could be read, also of a form with errors: a draft keeps what it can."""
        found = {}
        for question in self.shown:
            raw = self._raw(question)
            if raw is not None:
                found[question.slug] = self._stored(question, raw)
        return found

    def answers(self) -> dict[str, Value]:
        """Return the answers of all items: what was sent now, and what was saved before of the items not shown."""
        return {**self.drafts, **self.values()}

    def _raw(self, question: Question) -> Value | None:
        """Return what was typed, before any check; None where the page did not send the item at all."""
        field = self.fields[question.slug]
        raw = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(question.slug))
        if isinstance(raw, list):
            is_absent = _files(question) and all(part is None for part in raw)
            return None if is_absent else [str(part or "") for part in raw]
        return None if raw is None else str(raw)

    def _require_readable(self) -> None:
        answers = self.answers()
        for question in self.asked:
            value = answers.get(question.slug)
            if question.kind == QuestionKind.NUMERIC and isinstance(value, str) and value.strip():
                if quantity(value, question) is None:
                    self._complain(question, _number_words(question))
            elif question.kind == QuestionKind.ORDERING and isinstance(value, list):
                given = [part for part in value if part]
                if len(set(given)) != len(given):
                    self._complain(question, _("Give each part its own place."))

    def _require_all(self, cleaned: Mapping[str, Any]) -> None:
        if cleaned.get("leave_empty"):
            return
        left = unanswered(self.asked, self.answers())
        for question in left:
            if question.slug not in self.errors:
                self._complain(question, _("You have not answered this yet."))
        if left:
            words = ngettext(
                "%(count)d item is empty. Answer it, or tick the box above the button to submit as it is.",
                "%(count)d items are empty. Answer them, or tick the box above the button to submit as it is.",
                len(left),
            )
            self.add_error(None, words % {"count": len(left)})

    def complain(self, item: str, words: str) -> None:
        self._complain(next(question for question in self.asked if question.slug == item), words)

    def _complain(self, question: Question, words: str) -> None:
        """Add an error to an item, on whichever page it stands."""
        if question in self.shown:
            self.add_error(question.slug, words)
        else:
            number = self.asked.index(question) + 1
            self.add_error(None, _("Item %(number)d: %(words)s") % {"number": number, "words": words})

    def _shown(self, question: Question, value: Value | None) -> Value | None:
        if question.exercise is not None:
            text = question.exercise.starter if value is None else "".join(value)
            return list(bundle.split(text, _files(question)).values()) if _files(question) else text
        if question.kind != QuestionKind.ORDERING or not isinstance(value, list):
            return value
        order = shuffled(question, self.seed)
        return [value[part] if part < len(value) else "" for part in order]

    def _stored(self, question: Question, raw: Value) -> Value:
        if isinstance(raw, str):
            return raw.replace("\r\n", "\n")
        if _files(question):
            return bundle.join(
                {name: part.replace("\r\n", "\n") for name, part in zip(_files(question), raw, strict=True)}
            )
        if question.kind != QuestionKind.ORDERING:
            return raw
        places = [""] * len(question.in_order)
        for shown, part in enumerate(shuffled(question, self.seed)):
            places[part] = raw[shown] if shown < len(raw) else ""
        return places


def _number_words(question: Question) -> str:
    if not question.unit:
        return _("Write one number, for example 0.25 or -3. Leave units out.")
    units = ", ".join([question.unit, *question.units])
    return _("Write one number, for example 0.25 or -3. It may be followed by: %(units)s.") % {"units": units}


def _field(question: Question) -> forms.Field:
    make: Callable[[Question], forms.Field] = FIELDS.get(question.kind, _short)
    return make(question)


def _single(question: Question) -> forms.Field:
    return forms.CharField(widget=forms.RadioSelect(choices=_options(question)))


def _multiple(question: Question) -> forms.Field:
    return forms.MultipleChoiceField(choices=_options(question), widget=forms.CheckboxSelectMultiple)


def _ordering(question: Question) -> forms.Field:
    return OrderField(len(question.in_order))


def _code(question: Question) -> forms.Field:
    if _files(question):
        return FilesField(len(_files(question)))
    return forms.CharField(widget=_code_area(), strip=False)


def _code_area() -> forms.Textarea:
    return forms.Textarea({"class": "code", "rows": 18, "spellcheck": "false", "autocapitalize": "off", "wrap": "off"})


def _files(question: Question) -> tuple[str, ...]:
    """Return the names of the files of a code item that has several."""
    return question.exercise.files if question.exercise is not None else ()


def _written(question: Question) -> forms.Field:
    return forms.CharField(widget=forms.Textarea({"rows": 8}))


def _oral(question: Question) -> forms.Field:
    return forms.CharField(widget=forms.HiddenInput)


def _numeric(question: Question) -> forms.Field:
    return forms.CharField(widget=forms.TextInput({"size": 14, "autocomplete": "off"}), max_length=100)


def _short(question: Question) -> forms.Field:
    return forms.CharField(widget=forms.TextInput({"autocomplete": "off"}), max_length=300)


FIELDS: Mapping[QuestionKind, Callable[[Question], forms.Field]] = {
    QuestionKind.SINGLE: _single,
    QuestionKind.MULTIPLE: _multiple,
    QuestionKind.ORDERING: _ordering,
    QuestionKind.CODE: _code,
    QuestionKind.WRITTEN: _written,
    QuestionKind.ORAL: _oral,
    QuestionKind.NUMERIC: _numeric,
}


def _options(question: Question) -> list[tuple[str, str]]:
    # Rendered and sanitised when the pack was loaded.
    return [(str(number), mark_safe(option.html)) for number, option in enumerate(question.options)]  # noqa: S308


def plain(html: str, *, longest: int = 80) -> str:
    """Return the beginning of a text for a label."""
    text = " ".join(strip_tags(html).split())
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
