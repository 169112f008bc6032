"""Writing: starting a write-up, its wordings, authors and figures. Each verb takes its turn at the write-up's row."""

import re
import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from sprints import access as research
from sprints import pictures
from sprints.models import Excursion, Problem
from sprints.pictures import NewFigure
from sprints.publishing import access
from sprints.publishing.agreements import LevelChange
from sprints.publishing.choices import CreditRole, Kind, Licence
from sprints.publishing.drawing import Drawn, draw
from sprints.publishing.models import Author, Byline, Figure, Revision, Writeup
from whitebox.errors import RuleViolation
from whitebox.people.models import Cohort, User

LONGEST = 200_000  # characters of a text
MOST_FIGURES, MOST_AUTHORS = 40, 12
FIGURE_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,60}\.(?:png|jpe?g|gif|webp)")


@dataclass(frozen=True, slots=True)
class Wording:
    title: str
    abstract: str
    source: str = ""
    bibliography: str = ""
    note: str = ""

    def tidied(self) -> "Wording":
        """Return it with one-line texts on one line and ends of lines as they are stored."""
        return replace(
            self,
            title=" ".join(self.title.split())[:200],
            abstract=" ".join(self.abstract.split())[:400],
            source=self.source.replace("\r\n", "\n").strip(),
            bibliography=self.bibliography.replace("\r\n", "\n").strip(),
            note=" ".join(self.note.split())[:200],
        )


@transaction.atomic
def start(cohort: Cohort, kind: Kind, wording: Wording, *, key: uuid.UUID, by: User) -> Writeup:
    """Start a write-up with its first wording. The same key twice returns the one that is there."""
    present = Writeup.objects.filter(key=key, started_by=by).first()
    if present is not None:
        return present
    if cohort.pk not in access.writing_cohorts(by):
        raise RuleViolation(_("Participants, mentors and organizers of a cohort that has started can write up."))
    writeup = Writeup.objects.create(cohort=cohort, kind=kind, started_by=by, key=key)
    Author.objects.create(writeup=writeup, user=by, position=1, roles=[CreditRole.WRITING])
    byline_of(by)
    _append(writeup, wording.tidied(), by)
    return writeup


def byline_of(user: User) -> Byline:
    """Return the name a person publishes under; at first the one they are called by."""
    return Byline.objects.get_or_create(user=user, defaults={"name": user.called})[0]


def byline_name(user: User) -> str:
    """Return the name a person would publish under."""
    found = Byline.objects.filter(user=user).first()
    return found.name if found is not None else user.called


@transaction.atomic
def save(writeup: Writeup, wording: Wording, *, base: int, by: User) -> Revision:
    """Add a wording; the same as the latest changes nothing.

    `base` is the number of the wording it was written on. Raises RuleViolation where somebody was faster: what both
    wrote is kept, one as a revision, the other in the form.
    """
    current, new = access.own(writeup, by), wording.tidied()
    latest = current.wording
    if _same(latest, new):
        return latest
    if latest.number != base:
        raise RuleViolation(
            _("Revision %(number)d was saved while you were writing. Compare it with yours, then save again.")
            % {"number": latest.number}
        )
    return _append(current, new, by)


def _same(revision: Revision, wording: Wording) -> bool:
    return (revision.title, revision.abstract, revision.source, revision.bibliography) == (
        wording.title,
        wording.abstract,
        wording.source,
        wording.bibliography,
    )


def _append(writeup: Writeup, wording: Wording, by: User) -> Revision:
    if not wording.title or not wording.abstract:
        raise RuleViolation(_("A write-up has a title and an abstract of one sentence."))
    if len(wording.source) > LONGEST:
        raise RuleViolation(_("The text has more than 200,000 characters. Split it into two write-ups."))
    drawn = drawn_for(writeup, wording)
    revision = Revision.objects.create(
        writeup=writeup,
        number=(writeup.revisions.aggregate(last=Max("number"))["last"] or 0) + 1,
        title=wording.title,
        abstract=wording.abstract,
        source=wording.source,
        bibliography=wording.bibliography,
        note=wording.note,
        by=by,
        **_columns(drawn),
    )
    writeup.latest, writeup.changed_at = revision, revision.at
    writeup.save(update_fields=["latest", "changed_at"])
    return revision


def _columns(drawn: Drawn) -> dict[str, object]:
    return {name: getattr(drawn, name) for name in Drawn.__dataclass_fields__}


def drawn_for(writeup: Writeup, wording: Wording) -> Drawn:
    """Draw a wording with the figures that the write-up has. Saves nothing: a preview is drawn the same way."""
    return draw(wording.source, wording.bibliography, dict(writeup.figures.values_list("name", "alt")))


@transaction.atomic
def describe(  # what a write-up is filed under
    writeup: Writeup,
    *,
    kind: Kind,
    licence: Licence,
    problems: Collection[Problem],
    excursions: Collection[Excursion],
    by: User,
) -> None:
    """Say what kind of text it is and which problems and excursions it answers."""
    current = access.own(writeup, by)
    if current.is_published:
        raise RuleViolation(_("It is published. What it is filed under stays as it is."))
    readable = research.visible_excursions(by).filter(pk__in=[one.pk for one in excursions])
    if readable.count() != len(excursions):
        raise RuleViolation(_("Choose excursions that you may read."))
    current.kind, current.licence = kind, licence
    current.save(update_fields=["kind", "licence"])
    current.problems.set(problems)
    current.excursions.set(excursions)


@transaction.atomic
def add_author(writeup: Writeup, user: User, roles: Sequence[str], *, by: User) -> Author:
    """Add an author, or say anew what part an author has."""
    current = _unpublished(access.own(writeup, by))
    chosen = _checked_roles(roles)
    present = current.authors.filter(user=user).first()
    if present is not None:
        present.roles = chosen
        present.save(update_fields=["roles"])
        return present
    _no_open_change(current)
    if current.authors.count() >= MOST_AUTHORS:
        raise RuleViolation(_("A write-up has 12 authors at most."))
    if not access.people_of(current.cohort).filter(user=user).exists():
        raise RuleViolation(_("Authors are people of the cohort."))
    byline_of(user)
    last = current.authors.aggregate(last=Max("position"))["last"] or 0
    return Author.objects.create(writeup=current, user=user, position=last + 1, roles=chosen)


def _checked_roles(roles: Sequence[str]) -> list[str]:
    chosen = [role.value for role in CreditRole if role.value in roles]
    if not chosen:
        raise RuleViolation(_("Say what the author did: choose one role at least."))
    return chosen


def _unpublished(writeup: Writeup) -> Writeup:
    if writeup.published_at is not None:
        raise RuleViolation(_("It has been published. Its authors stay as they are."))
    return writeup


def _no_open_change(writeup: Writeup) -> None:
    """Keep the authors as they are while they vote."""
    if writeup.levelchanges.filter(outcome="").exists():
        raise RuleViolation(_("A change of its level is being decided by its authors. Wait for it, or withdraw it."))


@transaction.atomic
def leave(writeup: Writeup, *, by: User) -> None:
    """Take one's own name off. Nobody can take off somebody else's; the last author stays."""
    current = _unpublished(access.own(writeup, by))
    _no_open_change(current)
    if current.authors.count() == 1:
        raise RuleViolation(_("You are its only author."))
    current.authors.filter(user=by).delete()


@transaction.atomic
def consent(writeup: Writeup, number: int, *, by: User) -> None:
    """Agree as an author that this wording is published. A later wording asks again."""
    current = access.own(writeup, by)
    if current.wording.number != number:
        raise RuleViolation(_("There is a newer wording. Read it, then give your consent to that one."))
    current.authors.filter(user=by).exclude(consents_to=current.latest).update(
        consents_to=current.latest, consented_at=timezone.now()
    )


@transaction.atomic
def attach(writeup: Writeup, name: str, figure: NewFigure, *, by: User, is_imported: bool = False) -> Figure:
    """Add a figure under the name that the text calls it by. The same bytes under the same name twice are one."""
    current, wanted = access.own(writeup, by), tidy_name(name)
    content_type = pictures.checked(figure, is_described=not is_imported)
    present = current.figures.filter(name=wanted).first()
    if present is not None:
        if _is_same(present, figure):
            return present
        raise RuleViolation(_("There is a figure called %(name)s. Give this one another name.") % {"name": wanted})
    if current.figures.count() >= MOST_FIGURES:
        raise RuleViolation(_("A write-up holds 40 figures at most."))
    figure.file.seek(0)
    made = Figure(
        writeup=current,
        name=wanted,
        content_type=content_type,
        size=figure.file.size or 0,
        alt=" ".join(figure.alt.split())[:500],
        is_imported=is_imported,
        by=by,
    )
    made.file.save("figure", ContentFile(figure.file.read()), save=False)
    made.save(force_insert=True)
    _redraw(current)
    return made


def _is_same(present: Figure, new: NewFigure) -> bool:
    with present.file.open("rb") as kept:
        return present.size == new.file.size and kept.read() == new.file.read()


def tidy_name(name: str) -> str:
    """Return a file's name as a text may call it. Raises RuleViolation where it names no picture."""
    stem, dot, ending = name.replace("\\", "/").rpartition("/")[2].rpartition(".")
    wanted = re.sub(r"[^a-z0-9_-]+", "-", stem.lower()).strip("-")[:60] + dot + ending.lower()
    if not FIGURE_NAME.fullmatch(wanted):
        raise RuleViolation(_("A figure is called like effect-size.png: letters, digits, and its kind at the end."))
    return wanted


@transaction.atomic
def say_what_it_shows(figure: Figure, alt: str, *, by: User) -> None:
    """Give the words that stand for a figure."""
    current = access.own(figure.writeup, by)
    if not alt.strip():
        raise RuleViolation(_("Say in words what the figure shows: not everybody sees it."))
    current.figures.filter(pk=figure.pk).update(alt=" ".join(alt.split())[:500])
    _redraw(current)


def _redraw(writeup: Writeup) -> None:
    """Draw the latest wording anew, because the figures it names have changed.

    Where somebody has consented to it, reviewed it, voted on it or endorsed it, it stays as they saw it, and the new
    drawing is a revision of its own.
    """
    latest = writeup.wording
    wording = Wording(latest.title, latest.abstract, latest.source, latest.bibliography)
    columns = _columns(drawn_for(writeup, wording))
    if all(getattr(latest, name) == value for name, value in columns.items()):
        return
    if _is_relied_on(latest):
        _append(writeup, replace(wording, note=str(_("Its figures changed."))), latest.by)
        return
    Revision.objects.filter(pk=latest.pk).update(**columns)


def _is_relied_on(revision: Revision) -> bool:
    return (
        Author.objects.filter(consents_to=revision).exists()
        or revision.reviews.exists()
        or revision.endorsements.exists()
        or LevelChange.objects.filter(revision=revision).exists()
        or Writeup.objects.filter(shown=revision).exists()
    )
