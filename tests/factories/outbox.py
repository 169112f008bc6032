"""Factories of letters."""

from factory.declarations import Sequence
from factory.django import DjangoModelFactory

from whitebox.outbox.models import Letter, LetterTemplate


class LetterTemplateFactory(DjangoModelFactory[LetterTemplate]):
    class Meta:
        model = LetterTemplate
        django_get_or_create = ("kind",)

    kind = Sequence(lambda n: f"kind-{n}")
    subject = "A subject"
    body = "A text for {{ person_name }}."


class LetterFactory(DjangoModelFactory[Letter]):
    class Meta:
        model = Letter

    kind = "note"
    address = Sequence(lambda n: f"reader{n}@example.test")
    dedup_key = Sequence(lambda n: f"key-{n}")
    subject = "A subject"
    text = "A text."
    html = "<p>A text.</p>"
