import base64
import json
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from sprints.demo_figure import plotted
from sprints.pictures import NewFigure
from sprints.publishing import bibliography, comparing, drawing, importing, reviewing, writing
from sprints.publishing.bibliography import Citing
from sprints.publishing.choices import Kind, Opinion
from sprints.publishing.models import Figure, Revision
from sprints.publishing.writing import Wording
from tests.factories.people import MembershipFactory, UserFactory
from tests.factories.publishing import BIBTEX, TEXT, fresh, make_writeup, started_cohort
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role

PICTURE = plotted([10, 90])


def test_starting_twice_with_one_key_starts_one(db: None) -> None:
    author = MembershipFactory.create(cohort=started_cohort())
    key, wording = uuid.uuid4(), Wording("A title", "A sentence.")

    first, again = (writing.start(author.cohort, Kind.NOTE, wording, key=key, by=author.user) for _ in range(2))

    assert first == again
    assert [one.user for one in first.authors.all()] == [author.user]


def test_strangers_start_nothing(db: None) -> None:
    with pytest.raises(RuleViolation, match="can write up"):
        writing.start(
            started_cohort(), Kind.NOTE, Wording("A title", "A sentence."), key=uuid.uuid4(), by=UserFactory.create()
        )


def test_a_wording_is_drawn_with_figure_mathematics_footnote_and_reference(db: None) -> None:
    made = make_writeup()

    html = made.wording.html
    assert made.wording.problems == []
    assert 'src="figures/bars.png"' in html
    assert 'alt="Two bars, the second higher."' in html
    assert "<math" in html
    assert 'class="footnotes"' in html
    assert '<a href="#ref-1" rel="noopener nofollow">1</a>' in html
    assert "Nelson Elhage, Tristan Hume. " in html
    assert [one[2] for one in made.wording.headings] == ["Method", "References"]
    assert made.wording.pictures == ["bars.png"]


def test_saving_the_same_again_adds_nothing_and_a_change_adds_one(db: None) -> None:
    made = make_writeup()
    author, latest = made.authors.get().user, made.wording
    same = Wording(latest.title, latest.abstract, latest.source, latest.bibliography)

    again = writing.save(made, same, base=1, by=author)
    other = writing.save(made, Wording("Other", latest.abstract, "Text."), base=latest.number, by=author)

    assert again == latest
    assert (other.number, fresh(made).wording) == (latest.number + 1, other)


def test_who_was_slower_is_told_and_loses_nothing(db: None) -> None:
    made = make_writeup()

    with pytest.raises(RuleViolation, match="Revision 2 was saved"):
        writing.save(made, Wording("Mine", "A sentence.", "Text."), base=1, by=made.authors.get().user)


def test_only_authors_write(db: None) -> None:
    made = make_writeup()
    peer = MembershipFactory.create(cohort=made.cohort)

    with pytest.raises(RuleViolation, match="Only its authors"):
        writing.save(made, Wording("Mine", "A sentence.", "Text."), base=2, by=peer.user)


def test_revisions_are_numbered_once(db: None) -> None:
    latest = make_writeup().wording

    with pytest.raises(IntegrityError), transaction.atomic():
        Revision.objects.create(
            writeup=latest.writeup, number=latest.number, title="x", abstract="x", by=latest.by, renderer=1
        )


def test_what_changed_is_told_part_by_part(db: None) -> None:
    made = make_writeup()
    new = writing.save(
        made, Wording("Neurons count", "Some neurons count.", TEXT + "\nOne more.", BIBTEX), base=2, by=made.wording.by
    )

    parts = comparing.changes(made.wording, new)

    assert [part.label for part in parts] == ["text"]
    assert [line.text for line in parts[0].lines if line.mark == "+"] == ["", "One more."]
    assert [line.text for line in parts[0].lines if line.mark == "-"] == []


@pytest.mark.parametrize("name", ["bars.svg", "no-ending", "../..", ".png"])
def test_a_figure_is_called_like_a_picture(db: None, name: str) -> None:
    made = make_writeup()
    figure = NewFigure(SimpleUploadedFile("x.png", PICTURE), "A line.")

    with pytest.raises(RuleViolation, match="is called like"):
        writing.attach(made, name, figure, by=made.wording.by)


def test_a_figure_without_words_is_refused(db: None) -> None:
    made = make_writeup()

    with pytest.raises(RuleViolation, match="not everybody sees it"):
        writing.attach(made, "b.png", NewFigure(SimpleUploadedFile("x.png", PICTURE), " "), by=made.wording.by)
    with pytest.raises(IntegrityError), transaction.atomic():
        Figure.objects.filter(writeup=made).update(alt="")


def test_another_picture_needs_another_name(db: None) -> None:
    made = make_writeup()
    with made.figures.get().file.open("rb") as kept:
        same = kept.read()

    again = writing.attach(made, "bars.png", NewFigure(SimpleUploadedFile("x", same), "A line."), by=made.wording.by)
    with pytest.raises(RuleViolation, match="another name"):
        writing.attach(made, "bars.png", NewFigure(SimpleUploadedFile("x", PICTURE), "A line."), by=made.wording.by)

    assert again == made.figures.get()


def test_a_figure_that_comes_later_changes_no_wording_that_somebody_relied_on(db: None) -> None:
    made = make_writeup(source="See ![A line.](late.png)")
    before, author = made.wording, made.wording.by
    writing.consent(made, before.number, by=author)

    writing.attach(made, "late.png", NewFigure(SimpleUploadedFile("x", PICTURE), "A line."), by=author)

    before.refresh_from_db()
    after = fresh(made).wording
    assert (before.pictures, after.pictures, after.number) == ([], ["late.png"], before.number + 1)


def test_an_author_consents_to_the_latest_wording_only(db: None) -> None:
    made = make_writeup()

    with pytest.raises(RuleViolation, match="newer wording"):
        writing.consent(made, 1, by=made.wording.by)


def test_authors_take_off_their_own_name_but_not_the_last_one(db: None) -> None:
    made = make_writeup()
    second = MembershipFactory.create(cohort=made.cohort).user
    writing.add_author(made, second, ["software"], by=made.wording.by)

    writing.leave(made, by=second)

    assert [one.user for one in made.authors.all()] == [made.wording.by]
    with pytest.raises(RuleViolation, match="only author"):
        writing.leave(made, by=made.wording.by)


def test_remarks_follow_their_paragraph_or_say_that_it_changed(db: None) -> None:
    made = make_writeup()
    mentor = MembershipFactory.create(cohort=made.cohort, role=Role.ORGANIZER).user
    anchors = [one[0] for one in made.wording.paragraphs]
    reviewing.remark(made, 2, anchors[0], "Which question?", by=mentor)
    reviewing.remark(made, 2, anchors[1], "Show it.", by=mentor)

    writing.save(
        made,
        Wording("T", "A.", "New first.\n\n" + TEXT.replace("and a note", "and notes"), BIBTEX),
        base=2,
        by=made.wording.by,
    )

    placed = {one.remark.text: one.anchor for one in reviewing.placed(fresh(made))}
    assert placed == {"Which question?": "p-2", "Show it.": ""}


def test_authors_do_not_review_their_own_text(db: None) -> None:
    made = make_writeup()

    with pytest.raises(RuleViolation, match="their own text"):
        reviewing.review(made, 2, Opinion.READY, "Fine.", by=made.wording.by)


def test_a_key_that_names_nothing_is_told_and_stays_as_written() -> None:
    drawn = drawing.draw("See [@nobody; @elhage2022] and `[@code]`.", BIBTEX, {})

    assert drawn.problems == ["Line 1: There is no reference with the key nobody."]
    assert "[@nobody; @elhage2022]" in drawn.html
    assert "[@code]" in drawn.html


def test_references_are_numbered_as_they_are_cited() -> None:
    known = bibliography.read("@misc{b, title={B}, year=2020}\n@misc{a, title={A <i>}, doi={10.1000/x}}")
    citing = Citing(known)

    text = citing(["a"]) + citing(["b", "a"])

    assert [one.key for one in citing.cited] == ["a", "b"]
    assert '[<a href="#ref-2">2</a>, <a href="#ref-1">1</a>]' in text
    assert "A &lt;i&gt;" in citing.listed()
    assert "https://doi.org/10.1000/x" in citing.listed()


@pytest.mark.parametrize(
    ("source", "said"),
    [("@article{a, title={x}", "line 1"), ("nothing here", "no reference"), ("x" * 100_001, "100,000")],
)
def test_bibtex_that_cannot_be_read_is_told(source: str, said: str) -> None:
    (problem,) = bibliography.read(source).problems

    assert said in problem


def test_no_script_gets_through_a_reference() -> None:
    known = bibliography.read("@misc{a, title={<script>x</script>}, url={javascript:alert(1)}, author={<b>, <i>}}")
    citing = Citing(known)
    citing(["a"])

    assert "<script" not in citing.listed()
    assert "javascript" not in citing.listed()


def notebook(*cells: dict[str, object]) -> SimpleUploadedFile:
    whole = {"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {"language": "python"}}, "cells": cells}
    return SimpleUploadedFile("work.ipynb", json.dumps(whole).encode())


def test_a_notebook_becomes_a_wording_with_its_figures(db: None) -> None:
    made = make_writeup()
    plot = {"output_type": "display_data", "data": {"image/png": base64.b64encode(PICTURE).decode()}}
    file = notebook(
        {"cell_type": "markdown", "source": ["# From a notebook\n", "\n", "We look."]},
        {"cell_type": "code", "source": "plot()", "outputs": [{"output_type": "stream", "text": ["done\n"]}, plot]},
    )

    revision = importing.take(made, file, [], base=2, by=made.wording.by)

    assert revision.title == "From a notebook"
    assert "```python\nplot()\n```" in revision.source
    assert "```text\ndone\n```" in revision.source
    assert revision.pictures == ["cell-2-2.png"]
    assert revision.problems == ["Line 11: This picture has no description. Say what it shows."]
    figure = made.figures.get(name="cell-2-2.png")
    writing.say_what_it_shows(figure, "A plot.", by=made.wording.by)
    assert fresh(made).wording.problems == []


def test_a_markdown_file_brings_the_pictures_that_it_names(db: None) -> None:
    made = make_writeup()
    file = SimpleUploadedFile("Post.md", b"# Found\n\nSee ![A plot.](img/My%20Plot.png) and ![B](img/Plot B.png)")
    picture = SimpleUploadedFile("My%20Plot.png", PICTURE)

    revision = importing.take(made, file, [picture], base=2, by=made.wording.by)

    assert revision.title == "Found"
    assert revision.pictures == ["my-20plot.png"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.ipynb", b"{"),
        ("a.ipynb", b'{"nbformat": 3}'),
        ("a.docx", b"x"),
        ("a.md", b"\xff\xfe"),
        ("a.ipynb", b"[" * 100_000),
    ],
)
def test_other_files_are_refused_whole(db: None, name: str, content: bytes) -> None:
    made = make_writeup()

    with pytest.raises(RuleViolation):
        importing.take(made, SimpleUploadedFile(name, content), [], base=2, by=made.wording.by)

    assert made.revisions.count() == 2
