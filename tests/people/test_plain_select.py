import pytest
from django import forms
from pytest_django.asserts import assertHTMLEqual

from whitebox.people.forms import PlainSelect

CHOICES = [("", "any"), ("a", "A & B"), (3, "three")]


@pytest.mark.parametrize("value", [None, "", "a", 3, "3", "unknown"])
def test_plain_select_draws_what_djangos_own_draws(value: object) -> None:
    ours, djangos = (widget(attrs={"class": "wide"}, choices=CHOICES) for widget in (PlainSelect, forms.Select))

    shown = ours.render("kind", value, {"id": "kind"})

    assertHTMLEqual(shown, djangos.render("kind", value, {"id": "kind"}))
