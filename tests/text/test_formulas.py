import pytest

from whitebox.text.formulas import FormulaError, to_mathml
from whitebox.text.rendered import Trouble


@pytest.mark.parametrize("formula", [r"\text{<script>}", r"\text{&lt;script&gt;}", r"\mbox{<script>}"])
def test_to_mathml_escapes_text_without_help_from_the_sanitiser(formula: str) -> None:
    assert "<script" not in to_mathml(formula, display=False)


@pytest.mark.parametrize("name", ["newcommand", "renewcommand", "def", "gdef", "let", "DeclareMathOperator"])
def test_to_mathml_refuses_definitions(name: str) -> None:
    with pytest.raises(FormulaError, match="cannot define commands") as refused:
        to_mathml(rf"\{name}{{\a}}{{x}}\a", display=False)

    assert refused.value.kind == Trouble.FORMULA


def test_to_mathml_reads_commands_that_only_look_like_definitions() -> None:
    assert "alttext" in to_mathml(r"\leftarrow", display=True)


@pytest.mark.parametrize("formula", ["\\frac{1", "x}", "}{", "\\text{a"])
def test_brace_without_its_partner_is_refused(formula: str) -> None:
    with pytest.raises(FormulaError, match="partner"):
        to_mathml(formula, display=False)


def test_escaped_braces_need_no_partner() -> None:
    assert "<math" in to_mathml("\\{x\\}", display=False)


def test_rows_that_draw_nothing_are_taken_away() -> None:
    shown = to_mathml(r"d_{\mathrm{model}}", display=False)

    assert shown.endswith("><msub><mi>d</mi><mi>model</mi></msub></math>")
    assert "display" not in shown


def test_only_a_formula_of_its_own_carries_its_source() -> None:
    assert r'alttext="\frac{1}{2}"' in to_mathml(r"\frac{1}{2}", display=True)
    assert "alttext" not in to_mathml(r"\frac{1}{2}", display=False)


def test_rows_of_several_signs_or_of_an_operator_stay() -> None:
    shown = to_mathml("x^{*}_{ij}", display=True)

    assert "<mrow><mo>" in shown
    assert "<mrow><mi>i</mi><mi>j</mi></mrow>" in shown
    assert 'display="block"' in shown
