import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from sprints import excursions, pictures
from sprints.choices import InfohazardLevel, LinkKind
from sprints.excursions import NewLink
from sprints.journal import LogFigure
from sprints.models import LogEntry
from sprints.pictures import NewFigure
from tests.factories.sprints import ExcursionFactory
from whitebox.errors import RuleViolation

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
WEBP = b"RIFF\x00\x00\x00\x00WEBPVP8 "


def picture(content: bytes = PNG, alt: str = "A curve that falls.") -> NewFigure:
    return NewFigure(SimpleUploadedFile("a.png", content), alt)


@pytest.mark.parametrize(
    ("content", "kind"),
    [(PNG, "image/png"), (b"\xff\xd8\xff\xe0", "image/jpeg"), (b"GIF89a", "image/gif"), (WEBP, "image/webp")],
)
def test_pictures_are_told_by_their_content(content: bytes, kind: str) -> None:
    assert pictures.checked(picture(content)) == kind


@pytest.mark.parametrize("content", [b"", b"<svg/>", b"GIF88a", b"RIFF\x00\x00\x00\x00WAVE", b"%PDF-1.4"])
def test_other_files_are_refused(content: bytes) -> None:
    with pytest.raises(RuleViolation, match="no PNG, JPEG, GIF or WebP"):
        pictures.checked(picture(content))


def test_a_figure_without_words_or_too_large_is_refused() -> None:
    with pytest.raises(RuleViolation, match="what the figure shows"):
        pictures.checked(picture(alt=" "))
    with pytest.raises(RuleViolation, match="larger than 5 MB"):
        pictures.checked(picture(PNG + b"\x00" * pictures.LARGEST))


def test_an_entry_keeps_figures_and_links_once(db: None) -> None:
    excursion = ExcursionFactory.create()
    author, today = excursion.claim.membership.user, timezone.now().date()
    links = [NewLink(LinkKind.COMMIT, "https://example.test/c/1")]

    entry = excursions.write(excursion, "See.", on=today, by=author, figures=[picture()], links=links)
    again = excursions.write(excursion, "See.", on=today, by=author, figures=[picture()], links=links)

    figure = LogFigure.objects.get()
    assert entry == again
    assert (figure.alt, figure.content_type, figure.size) == ("A curve that falls.", "image/png", len(PNG))
    assert figure.file.name is not None
    assert "a.png" not in figure.file.name
    assert [(one.kind, one.url) for one in entry.links.all()] == [("commit", "https://example.test/c/1")]


def test_a_refused_figure_leaves_no_entry(db: None) -> None:
    excursion = ExcursionFactory.create()

    with pytest.raises(RuleViolation, match="no PNG"):
        excursions.write(
            excursion,
            "See.",
            on=timezone.now().date(),
            by=excursion.claim.membership.user,
            figures=[picture(), picture(b"<html>")],
        )

    assert not LogEntry.objects.exists()


@pytest.mark.parametrize(
    ("of_excursion", "asked", "kept"),
    [("private", "private", "private"), ("private", "secret", "secret"), ("secret", "private", "secret")],
)
def test_an_entry_is_never_more_open_than_its_excursion(db: None, of_excursion: str, asked: str, kept: str) -> None:
    excursion = ExcursionFactory.create(level=of_excursion)

    entry = excursions.write(
        excursion,
        "See.",
        on=timezone.now().date(),
        by=excursion.claim.membership.user,
        level=InfohazardLevel(asked),
    )

    assert entry.level == kept


def test_an_entry_does_not_become_public_by_writing_it(db: None) -> None:
    excursion = ExcursionFactory.create()

    with pytest.raises(RuleViolation, match="a decision of its own"):
        excursions.write(
            excursion,
            "See.",
            on=timezone.now().date(),
            by=excursion.claim.membership.user,
            level=InfohazardLevel.PUBLIC,
        )
