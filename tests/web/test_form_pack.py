import pytest
from crispy_forms.utils import render_crispy_form
from django import forms
from django.template import Context, Template


class Sample(forms.Form):
    name = forms.CharField(help_text="As on your papers.")
    hours = forms.IntegerField(required=False)
    tier = forms.ChoiceField(choices=[("1", "Online"), ("2", "In person")], widget=forms.RadioSelect)
    starts = forms.SplitDateTimeField()
    born = forms.DateField(widget=forms.SelectDateWidget(years=[2000]))
    agree = forms.BooleanField()
    token = forms.CharField(widget=forms.HiddenInput)


@pytest.fixture
def drawn() -> str:
    return " ".join(render_crispy_form(Sample({})).split())


def test_form_pack_ties_help_and_error_to_the_control(drawn: str) -> None:
    assert '<div class="help" id="id_name_helptext">As on your papers.</div>' in drawn
    assert '<div id="id_name_error"><p class="error">' in drawn
    assert 'aria-invalid="true" aria-describedby="id_name_helptext id_name_error"' in drawn


def test_form_pack_marks_required_fields_with_a_word(drawn: str) -> None:
    assert drawn.count('<span class="mark">(required)</span>') == 5


def test_form_pack_names_groups_of_choices(drawn: str) -> None:
    assert '<legend>Tier <span class="mark">(required)</span> </legend>' in drawn
    assert '<fieldset aria-describedby="id_tier_error">' in drawn


@pytest.mark.parametrize("target", ["id_name", "id_tier_0", "id_starts_0", "id_born_month", "id_agree"])
def test_form_pack_links_each_error_to_a_control(drawn: str, target: str) -> None:
    assert f'<a href="#{target}">' in drawn
    assert f'id="{target}"' in drawn


def test_form_pack_lists_errors_of_hidden_fields_without_a_link(drawn: str) -> None:
    assert "<li>This field is required.</li>" in drawn


def test_form_pack_draws_no_summary_without_errors() -> None:
    assert "error-summary" not in render_crispy_form(Sample())


def test_form_pack_serves_the_filter_too() -> None:
    html = Template("{% load crispy_forms_tags %}{{ form|crispy }}").render(Context({"form": Sample({})}))

    assert html.count("error-summary") == 1
    assert "<form" not in html
