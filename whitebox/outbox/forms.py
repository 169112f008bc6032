"""The form of a wording: what cannot be rendered is not stored."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from whitebox.errors import RuleViolation
from whitebox.outbox import rendering
from whitebox.outbox.models import LetterTemplate


class LetterTemplateForm(forms.ModelForm[LetterTemplate]):
    class Meta:
        model = LetterTemplate
        fields = ["kind", "subject", "body"]
        widgets = {"body": forms.Textarea(attrs={"rows": 18})}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        try:
            rendering.preview(cleaned.get("subject", ""), cleaned.get("body", ""), rendering.EXAMPLE)
        except RuleViolation as refused:
            raise ValidationError(str(refused)) from refused
        return cleaned
