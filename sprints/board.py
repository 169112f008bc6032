"""Sprints: planning one, shaping its board, putting excursions on it, moving them. Limits are kept."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sprints import access
from sprints.boards import Card, CardMove, Column, Sprint
from sprints.models import Excursion
from whitebox.errors import RuleViolation
from whitebox.people.models import Cohort, User

COLUMNS = "To do\nDoing: 4\nIn review: 3\nDone"
LINE = re.compile(r"(?P<name>[^:]+?)\s*(?::\s*(?P<limit>\d{1,2}))?\s*")
FEWEST, MOST = 2, 8  # columns
LONGEST = 40  # characters of a column's name


@dataclass(frozen=True, slots=True)
class Plan:
    """What a sprint is planned with."""

    title: str
    starts_on: date
    ends_on: date
    columns: str = COLUMNS


@transaction.atomic
def plan(cohort: Cohort, wanted: Plan, *, by: User) -> Sprint:
    """Plan a sprint of a cohort; the same title again returns the sprint that is there."""
    access.require_guide_of(by, cohort)
    # The cohort's row is the lock: two sprints of one title cannot both be planned.
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    title = " ".join(wanted.title.split())[:120]
    present = Sprint.objects.filter(cohort=cohort, title=title).first()
    if present is not None:
        return present
    _check(title, wanted)
    made = Sprint.objects.create(cohort=cohort, title=title, starts_on=wanted.starts_on, ends_on=wanted.ends_on, by=by)
    _set_columns(made, _read(wanted.columns))
    return made


@transaction.atomic
def change(sprint: Sprint, wanted: Plan, *, by: User) -> Sprint:
    """Change dates, title and columns. A column is known by its name; one with cards in it stays."""
    current = Sprint.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=sprint.pk)
    access.require_guide_of(by, current.cohort)
    title = " ".join(wanted.title.split())[:120]
    _check(title, wanted)
    if Sprint.objects.filter(cohort=current.cohort, title=title).exclude(pk=current.pk).exists():
        raise RuleViolation(_("This cohort has a sprint with this title."))
    _set_columns(current, _read(wanted.columns))
    current.title, current.starts_on, current.ends_on = title, wanted.starts_on, wanted.ends_on
    current.changed_at = timezone.now()
    current.save(update_fields=["title", "starts_on", "ends_on", "changed_at"])
    return current


def _check(title: str, wanted: Plan) -> None:
    if not title:
        raise RuleViolation(_("Give the sprint a title."))
    if wanted.ends_on < wanted.starts_on:
        raise RuleViolation(_("A sprint ends on the day it starts, or later."))


def _read(text: str) -> list[tuple[str, int | None]]:
    """Return the columns of a text, one on each line, with their limits."""
    found: dict[str, int | None] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        read = LINE.fullmatch(line)
        if read is None or len(read["name"]) > LONGEST or read["limit"] in {"0", "00"}:
            raise RuleViolation(
                _("“%(line)s” is no column. Write a name, or a name and a limit: “Doing: 3”.") % {"line": line}
            )
        found[read["name"]] = int(read["limit"]) if read["limit"] else None
    if not FEWEST <= len(found) <= MOST:
        raise RuleViolation(
            _("A board has %(fewest)d to %(most)d columns, each with a name of its own.")
            % {"fewest": FEWEST, "most": MOST}
        )
    return list(found.items())


def _set_columns(sprint: Sprint, wanted: Sequence[tuple[str, int | None]]) -> None:
    gone = sprint.columns.exclude(name__in=[name for name, _limit in wanted])
    full = gone.filter(cards__isnull=False).first()
    if full is not None:
        raise RuleViolation(_("There are cards in “%(name)s”. Move them first.") % {"name": full.name})
    gone.delete()
    for position, (name, limit) in enumerate(wanted, start=1):
        Column.objects.update_or_create(sprint=sprint, name=name, defaults={"position": position, "limit": limit})


def columns_as_text(sprint: Sprint) -> str:
    """Return the columns as their form takes them."""
    return "\n".join(f"{one.name}: {one.limit}" if one.limit else one.name for one in sprint.columns.all())


@transaction.atomic
def put(sprint: Sprint, excursion: Excursion, *, by: User) -> Card:
    """Put an excursion into the first column; twice leaves one card."""
    locked = Sprint.objects.select_for_update().get(pk=sprint.pk)
    _require_mover(excursion, by)
    if excursion.claim.membership.cohort_id != locked.cohort_id:
        raise RuleViolation(_("Only excursions of its cohort stand on the board of a sprint."))
    present = locked.cards.filter(excursion=excursion).first()
    if present is not None:
        return present
    if not excursion.is_open:
        raise RuleViolation(_("This excursion has its verdict. Open another one for a new question."))
    first = locked.columns.order_by("position").first()
    if first is None:
        raise RuleViolation(_("This board has no columns."))
    _require_space(first)
    card = Card.objects.create(sprint=locked, excursion=excursion, column=first)
    CardMove.objects.create(card=card, entered=first.name, by=by)
    return card


@transaction.atomic
def move(card: Card, column: Column, *, by: User) -> Card:
    """Move a card into another column of its board. Into the present one changes nothing."""
    Sprint.objects.select_for_update().get(pk=card.sprint_id)  # the board's lock: a limit can be raced for
    current = Card.objects.select_related("column", "excursion__claim__membership").get(pk=card.pk)
    _require_mover(current.excursion, by)
    if column.sprint_id != current.sprint_id:
        raise RuleViolation(_("This column is on another board."))
    if current.column_id == column.pk:
        return current
    _require_space(column)
    CardMove.objects.create(card=current, left=current.column.name, entered=column.name, by=by)
    current.column, current.moved_at = column, timezone.now()
    current.save(update_fields=["column", "moved_at"])
    return current


def _require_mover(excursion: Excursion, by: User) -> None:
    if not access.holds(by, excursion.claim) and not access.guided(by).filter(pk=excursion.pk).exists():
        raise RuleViolation(_("Whoever works on an excursion moves its card, or guides the work."))


def _require_space(column: Column) -> None:
    if column.limit is not None and column.cards.count() >= column.limit:
        raise RuleViolation(
            _("“%(name)s” holds %(limit)d cards, and that is its limit. Move one on first.")
            % {"name": column.name, "limit": column.limit}
        )


@dataclass(frozen=True, slots=True)
class Shown:
    """A card as a reader may see it: without the question where the excursion is closed to them."""

    card: Card
    question: str
    who: str
    is_open_to_reader: bool
    before: Column | None = None
    after: Column | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    column: Column
    cards: tuple[Shown, ...]

    @property
    def is_full(self) -> bool:
        return self.column.limit is not None and len(self.cards) >= self.column.limit


def lanes(sprint: Sprint, reader: User) -> list[Lane]:
    """Return the board as a reader may see it: four queries, however many cards."""
    columns = list(sprint.columns.order_by("position"))
    cards = list(
        sprint.cards.select_related(
            "excursion__claim__problem", "excursion__claim__membership__user", "excursion__claim__team"
        ).order_by("moved_at", "pk")
    )
    keys = [card.excursion_id for card in cards]
    visible = set(access.visible_excursions(reader).filter(pk__in=keys).values_list("pk", flat=True))
    movers = set(access.movable(reader).filter(pk__in=keys).values_list("pk", flat=True))
    found = []
    for place, column in enumerate(columns):
        before = columns[place - 1] if place else None
        after = columns[place + 1] if place + 1 < len(columns) else None
        there = [card for card in cards if card.column_id == column.pk]
        shown = tuple(
            _shown(card, card.excursion_id in visible, (before, after) if card.excursion_id in movers else (None, None))
            for card in there
        )
        found.append(Lane(column, shown))
    return found


def _shown(card: Card, is_visible: bool, ways: tuple[Column | None, Column | None]) -> Shown:  # noqa: FBT001
    claim = card.excursion.claim
    who = claim.team.name if claim.team else claim.membership.user.called
    return Shown(card, card.excursion.question if is_visible else "", who, is_visible, *ways)
