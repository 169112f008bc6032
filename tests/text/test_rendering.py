import time

import pytest

from whitebox.text.rendered import Heading, Link, Problem, Trouble
from whitebox.text.rendering import LONGEST, render, render_inline

# Each of these took seconds, raised, or let something through in some renderer.
HOSTILE = {
    "roots": "$" + "\\sqrt" * 20_000 + "{x}$",
    "bare roots": "$" + "\\sqrt" * 399 + "x$",
    "braces": "$" + "{" * 900 + "x" + "}" * 900 + "$",
    "growing macros": r"$\def\a{" + "x" * 300 + r"}\def\b{" + r"\a" * 100 + r"}\def\c{" + r"\b" * 100 + r"}\c$",
    "brackets": "[" * 50_000,
    "pictures": "![[" * 20_000,
    "emphasis": "*a **b " * 10_000,
    "quotes": ">" * 50_000,
    "lists": "- " * 50_000,
    "notes": "[^1]" * 5_000 + "\n\n[^1]: x",
    "formulas": "$x$ " * 10_000,
    "table": "|a|b|\n|-|-|\n" + "|x|y|\n" * 5_000,
    "surrogate": "\ud800 $\ud800$",
    "nul": "\0 $\0$ `\0`",
    "code": "```python\n" + '((("""' * 3_000,
}


def kinds(source: str) -> list[Trouble]:
    return [problem.kind for problem in render(source).problems]


@pytest.mark.parametrize("name", HOSTILE)
def test_render_survives_hostile_text(name: str) -> None:
    started = time.process_time()

    html = render(HOSTILE[name]).html

    assert time.process_time() - started < 5  # seconds of the processor: a quadratic text takes minutes
    assert html.encode()


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        r"$\text{<script>alert(1)</script>}$",
        r"$\text{&lt;script&gt;alert(1)&lt;/script&gt;}$",
        r"$\mathrm{<script>}$",
        "```python\n<script>alert(1)</script>\n```",
        "```<script>\n<script>\n```",
        '![<script>](x.png "<script>")',
        "[^1]\n\n[^1]: <script>",
        "## <script>",
        "|<script>|\n|-|\n|<script>|",
    ],
)
def test_render_lets_no_script_through(source: str) -> None:
    assert "<script" not in render(source, resolve_image=lambda name: name).html


@pytest.mark.parametrize(
    "source",
    [
        "[a](javascript:alert(1))",
        "[a](data:text/html,x)",
        r"$\href{javascript:alert(1)}{x}$",
        r"$\style{background:url(//evil.example)}{x}$",
        "![x](//evil.example/x.png)",
        '<a onclick="x">',
        r"$\text{<img src=x onerror=alert(1)>}$",
    ],
)
def test_render_leaves_no_working_trick(source: str) -> None:
    html = render(source).html

    assert not any(trick in html for trick in (' style="', 'href="javascript', 'href="data', "<img", "<a onclick"))


def test_render_drops_what_a_picture_resolver_must_not_return() -> None:
    html = render("![x](x.png)", resolve_image=lambda _: "javascript:alert(1)").html

    assert html == '<p><img alt="x" loading="lazy"></p>\n'


def test_render_cuts_a_megabyte_and_says_so() -> None:
    rendered = render("x" * 1_000_000)

    assert len(rendered.html) < LONGEST + 100
    assert [(problem.line, problem.kind) for problem in rendered.problems] == [(1, Trouble.TOO_LONG)]


def test_render_names_html_that_somebody_may_expect_to_work() -> None:
    assert kinds("a\n\n<iframe src=x>") == [Trouble.MARKUP]
    assert kinds(r"$\text{<script>}$") == [Trouble.MARKUP]
    assert kinds("`<script>` and <name>") == []


def test_render_shows_html_as_text() -> None:
    assert render("a <b>bold</b> try").html == "<p>a &lt;b&gt;bold&lt;/b&gt; try</p>\n"


def test_render_keeps_prices_out_of_mathematics() -> None:
    assert render("It costs $5 and $10.").html == "<p>It costs $5 and $10.</p>\n"


def test_render_writes_mathml() -> None:
    html = render("$x_1 < 2$").html

    assert html == "<p><math><msub><mi>x</mi><mn>1</mn></msub><mo>&lt;</mo><mn>2</mn></math></p>\n"


def test_render_keeps_an_upright_name_in_one_piece() -> None:
    html = render(r"$d_{\mathrm{model}} \mathbf{ab}$").html

    assert "<mi>model</mi>" in html
    assert "<mi>ab</mi>" not in html


def test_render_turns_bold_greek_into_characters_that_browsers_show() -> None:
    assert "\U0001d736" in render(r"$\boldsymbol{\alpha}$").html


def test_render_understands_aligned_environments() -> None:
    html = render("$$\n\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}\n$$").html

    assert html.count("<mtr>") == 2
    assert "&amp;</mi>" not in html


def test_render_names_the_line_of_each_problem() -> None:
    rendered = render("Text.\n\n#### Deep\n\nA\n$\\foo$\n![](x.png)\n")

    assert [(problem.line, problem.kind) for problem in rendered.problems] == [
        (3, Trouble.HEADING_ORDER),
        (6, Trouble.FORMULA),
        (7, Trouble.ALT_TEXT),
        (7, Trouble.PICTURE),
    ]


def test_render_shows_a_formula_it_cannot_read() -> None:
    assert '<code class="math-problem">\\left( a</code>' in render(r"$\left( a$").html


def test_render_reports_sizes_apart_from_mistakes() -> None:
    assert kinds("$" + "x" * 2_001 + "$") == [Trouble.FORMULA_SIZE]
    assert kinds("$" + "{" * 51 + "x" + "}" * 51 + "$") == [Trouble.FORMULA_SIZE]
    assert kinds("$" + "\\sqrt" * 399 + "x$") == [Trouble.FORMULA_SIZE]
    assert kinds("$" + "{" * 20 + "x" + "}" * 20 + "$") == []


def test_render_lists_headings_with_ids_of_their_own() -> None:
    rendered = render("## Main\n\n### Main\n\n## The $d$ of `QK`\n")

    assert rendered.headings == (
        Heading(2, "Main", "h-main", 1),
        Heading(3, "Main", "h-main--2", 3),
        Heading(2, "The d of QK", "h-the-d-of-qk", 5),
    )
    assert '<h3 id="h-main--2">Main</h3>' in rendered.html


def test_render_never_writes_a_second_title() -> None:
    rendered = render("# Title\n")

    assert rendered.html == '<h2 id="h-title">Title</h2>\n'
    assert kinds("# Title\n") == [Trouble.HEADING_ORDER]


def test_render_lowers_headings_and_prefixes_ids() -> None:
    html = render("## A[^1]\n\n[^1]: x", first_level=3, id_prefix="answer-7-").html

    assert '<h3 id="answer-7-h-a">' in html
    assert 'href="#fn-answer-7--1"' in html


def test_render_makes_a_figure_of_a_picture_with_a_title() -> None:
    html = render('![A curve](loss.svg "Loss by step")', resolve_image={"loss.svg": "/figures/1"}.get).html

    assert html == (
        '<figure><img src="/figures/1" alt="A curve" loading="lazy"><figcaption>Loss by step</figcaption></figure>\n'
    )


def test_render_turns_remote_pictures_into_links() -> None:
    html = render("![Plot](https://example.org/p.png)", resolve_image=lambda name: name).html

    assert html == '<p><a href="https://example.org/p.png" rel="noopener nofollow">Plot</a></p>\n'


def test_render_trusts_links_where_told() -> None:
    assert 'rel="noopener"' in render("[a](https://example.org)", nofollow=False).html


def test_render_lists_links_with_their_lines() -> None:
    assert render("One\n[two](#h-two)\n").links == (Link("#h-two", 2),)


def test_render_wraps_tables_so_that_the_keyboard_can_scroll_them() -> None:
    html = render("|a|b|\n|-|-:|\n|1|2|").html

    assert '<div class="table-scroll" role="group" tabindex="0" aria-label="Table"><table>' in html
    assert '<td class="num">2</td>' in html


def test_render_lets_the_keyboard_scroll_a_long_inline_formula() -> None:
    long, short = r"$(1.0303 - 0.9703)/0.02 = 3.0000$", r"$\partial z/\partial u \cdot du/dx = 8$"

    assert '<span class="math-wide" tabindex="0"><math' in render(long).html
    assert "math-wide" not in render(short).html


def test_render_counts_the_words_of_the_text_only() -> None:
    assert render("Two **words** and `code` and $x$.\n\n```python\na b c\n```").words == 5


def test_render_colours_known_languages_only() -> None:
    assert '<span class="k">def</span>' in render("```python\ndef f(): pass\n```").html
    assert "<span" not in render("```brainfuck\n+-\n```").html


def test_render_stops_listing_problems() -> None:
    assert len(render("$\\foo$ " * 500).problems) == 100


def test_render_inline_makes_no_blocks() -> None:
    rendered = render_inline("# *A*\n- $x$ ![p](q)")

    assert rendered.html.startswith("# <em>A</em> - <math")
    assert "<p" not in rendered.html
    assert rendered.problems == (Problem(1, Trouble.PICTURE, "There is no picture named q."),)
