"""The forms of the marking desk: a mark, its correction, a decision between two, a reusable comment."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from curriculum.models import Corrective
from mastery import mark_drafts
from mastery.desk import Sheet
from mastery.judgements import LONGEST_COMMENT, LONGEST_PHRASE, LONGEST_REASON, MarkDraft, ReusableComment
from mastery.marking import Judgement
from whitebox.people.models import Cohort, User

NOWHERE, MINE = "", "mine"


class LevelForm(forms.Form):
    """A level of the sheet's rubric."""

    level = forms.ChoiceField(label=gettext_lazy("Rubric"), required=False)

    def __init__(self, data: Any = None, *, sheet: Sheet, **options: Any) -> None:
        super().__init__(data, **options)
        self.sheet = sheet
        self._offer("level", [(str(level), str(level)) for level, _words in sheet.levels])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
        field.choices = choices


class MarkForm(LevelForm):
    """A level of the rubric, words for the learner, and one of two buttons."""

    comment = forms.CharField(
        label=gettext_lazy("Comment for the learner"),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea({"rows": 4}),
    )
    keep = forms.ChoiceField(
        label=gettext_lazy("Keep this comment for later"),
        required=False,
        choices=[
            (NOWHERE, gettext_lazy("no")),
            (MINE, gettext_lazy("for myself")),
            ("cohort", gettext_lazy("for all who mark in this cohort")),
        ],
    )
    corrective = forms.ChoiceField(
        label=gettext_lazy("Corrective"),
        required=False,
        help_text=gettext_lazy("Where it is not yet mastered: what the learner does next."),
    )
    verdict = forms.ChoiceField(choices=[("mastered", "mastered"), ("not_yet", "not_yet")])

    def __init__(self, data: Any = None, *, sheet: Sheet, draft: MarkDraft | None = None) -> None:
        super().__init__(data, sheet=sheet, initial=_of_draft(draft))
        self._offer(
            "corrective",
            [
                ("", _("the next of the list")),
                *(
                    (str(one.pk), _("%(title)s, %(minutes)d min") % {"title": one.title, "minutes": one.minutes})
                    for one in sheet.correctives
                ),
            ],
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        level, verdict = cleaned.get("level"), cleaned.get("verdict")
        if level and verdict == "mastered" and int(level) < self.sheet.mastered_from:
            self.add_error("level", _("This level is below “mastered”. Choose another level, or “Not yet”."))
        if level and verdict == "not_yet" and int(level) >= self.sheet.mastered_from:
            self.add_error("level", _("This level means “mastered”. Choose another level, or “Mastered”."))
        return cleaned

    def judgement(self) -> Judgement:
        """Return the mark; without a level, the button alone decides between the two nearest levels."""
        cleaned = self.cleaned_data
        full = self.sheet.mastered_from
        level = int(cleaned["level"]) if cleaned["level"] else full - (cleaned["verdict"] == "not_yet")
        return Judgement(level, cleaned["comment"], self._corrective())

    def save_draft(self, *, by: User, added: ReusableComment | None = None) -> MarkDraft:
        """Keep what can be read of a mark that is not complete, with a reusable comment put under what was written."""
        self.is_valid()
        level = self.cleaned_data.get("level")
        written = str(self.data.get("comment", "")).replace("\r\n", "\n")
        if added is not None and added.text not in written:
            written = "\n".join(filter(None, (written.rstrip(), added.text)))
        return mark_drafts.keep(
            self.sheet.attempt,
            self.sheet.question.slug,
            level=int(level) if level else None,
            comment=written,
            corrective=self._corrective(),
            by=by,
        )

    def _corrective(self) -> Corrective | None:
        chosen = self.cleaned_data.get("corrective", "")
        return next((one for one in self.sheet.correctives if str(one.pk) == chosen), None)


def _of_draft(draft: MarkDraft | None) -> dict[str, Any]:
    if draft is None:
        return {}
    level = "" if draft.level is None else str(draft.level)
    return {"level": level, "comment": draft.comment, "corrective": str(draft.corrective_id or "")}


class CorrectionForm(LevelForm):
    """Another mark in place of one's own, and why."""

    comment = forms.CharField(
        label=gettext_lazy("Comment for the learner"),
        required=False,
        max_length=LONGEST_COMMENT,
        widget=forms.Textarea({"rows": 4}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Why you correct it"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("The learner reads it beside the mark."),
        widget=forms.Textarea({"rows": 2}),
    )

    def __init__(self, data: Any = None, *, sheet: Sheet, detail: dict[str, Any]) -> None:
        initial = {"level": str(detail.get("level", "")), "comment": detail.get("comment", "")}
        super().__init__(data, sheet=sheet, initial=initial)
        self.fields["level"].required = True

    def judgement(self) -> Judgement:
        return Judgement(int(self.cleaned_data["level"]), self.cleaned_data["comment"])


class RulingForm(LevelForm):
    """A third person's level, the reason, and whether it may lower the grade."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=LONGEST_REASON,
        help_text=gettext_lazy("The learner gets it in a letter. It stays on record."),
        widget=forms.Textarea({"rows": 3}),
    )
    may_lower = forms.BooleanField(
        label=gettext_lazy("Lower the grade if this level is below it"),
        required=False,
        help_text=gettext_lazy("Without this a lower level leaves the grade as it is."),
    )

    def __init__(self, data: Any = None, *, sheet: Sheet) -> None:
        super().__init__(data, sheet=sheet)
        self.fields["level"].required = True


class TextForm(forms.Form):
    """One side's words in a dispute."""

    text = forms.CharField(max_length=LONGEST_COMMENT, widget=forms.Textarea({"rows": 6}))

    def __init__(self, data: Any = None, *, label: str) -> None:
        super().__init__(data)
        self.fields["text"].label = label


class PhraseForm(forms.Form):
    """A reusable comment, and who may use it."""

    text = forms.CharField(label=gettext_lazy("Comment"), max_length=LONGEST_PHRASE, widget=forms.Textarea({"rows": 3}))
    cohort = forms.ModelChoiceField(
        label=gettext_lazy("Who can use it"),
        queryset=Cohort.objects.none(),
        required=False,
        empty_label=gettext_lazy("only I"),
    )

    def __init__(self, data: Any = None, *, cohorts: QuerySet[Cohort], comment: ReusableComment | None = None) -> None:
        initial = {"text": comment.text, "cohort": comment.cohort_id} if comment else {}
        super().__init__(data, initial=initial)
        field = self.fields["cohort"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - for the type checker
        field.queryset = cohorts


class ConflictForm(forms.Form):
    """Why somebody should not mark a person's work."""

    reason = forms.CharField(label=gettext_lazy("Why"), max_length=300)


class ShareForm(forms.Form):
    """How many of the marks to come are given twice."""

    percent = forms.IntegerField(
        label=gettext_lazy("Percent of the marks that are given twice"), min_value=0, max_value=100
    )
