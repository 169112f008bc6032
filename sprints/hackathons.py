"""Hackathons: planning one, entering with a team, handing in. The last saved draft is what counts."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sprints import access
from sprints.choices import HackathonKind
from sprints.contests import HIGHEST, LOWEST, Artefact, Draft, Entry, Hackathon, HackathonCriterion, Placement
from sprints.rosters import Team, TeamMember
from whitebox.errors import RuleViolation
from whitebox.people.models import Cohort, User
from whitebox.text.rendering import render

LINE = re.compile(r"(?P<name>[^:]+?)\s*:\s*(?P<weight>\d{1,2})\s*")
CRITERIA = "Soundness: 3\nOriginality: 2\nClarity: 1"
MOST_CRITERIA = 10
MOST_ARTEFACTS = 12
LARGEST = 20 * 1024 * 1024  # bytes of one artefact
STARTS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"PK\x03\x04", "application/zip"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)


@dataclass(frozen=True, slots=True)
class Facts:
    """What a hackathon is planned with. Moments are aware."""

    title: str
    registers_until: datetime
    starts_at: datetime
    due_at: datetime
    kind: HackathonKind = HackathonKind.OWN
    host: str = ""
    url: str = ""
    rules: str = ""
    late_until: datetime | None = None
    ratings_each: int = 3
    criteria: str = CRITERIA


@transaction.atomic
def plan(cohort: Cohort, facts: Facts, *, by: User) -> Hackathon:
    """Plan a hackathon of a cohort; the same title again returns the one that is there."""
    access.require_organizer(by, cohort)
    # The cohort's row is the lock: two hackathons of one title cannot both be planned.
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    present = Hackathon.objects.filter(cohort=cohort, title=_title(facts)).first()
    if present is not None:
        return present
    _check(facts)
    made = Hackathon(cohort=cohort, zone=cohort.zone)
    _fill(made, facts)
    made.save()
    _set_criteria(made, _read(facts.criteria) if made.is_own else [])
    return made


@transaction.atomic
def change(hackathon: Hackathon, facts: Facts, *, by: User) -> Hackathon:
    """Change a hackathon. Criteria stay as they are once entries are with the judges."""
    current = locked(hackathon)
    access.require_organizer(by, current.cohort)
    _check(facts)
    if Hackathon.objects.filter(cohort=current.cohort, title=_title(facts)).exclude(pk=current.pk).exists():
        raise RuleViolation(_("This cohort has a hackathon with this title."))
    if current.is_released:
        raise RuleViolation(_("The results are out: the hackathon stays as it was."))
    wanted = _read(facts.criteria) if facts.kind == HackathonKind.OWN else []
    is_same = wanted == [(one.name, one.weight) for one in current.criteria.all()]
    if current.handed_out_at is not None and not (is_same and facts.kind == current.kind):
        raise RuleViolation(_("The judges have the entries: kind and criteria stay as they are."))
    _fill(current, facts)
    current.changed_at = timezone.now()
    current.save()
    if not is_same:
        _set_criteria(current, wanted)
    return current


def _title(facts: Facts) -> str:
    return " ".join(facts.title.split())[:120]


def _check(facts: Facts) -> None:
    if not _title(facts):
        raise RuleViolation(_("Give the hackathon a title."))
    if not facts.starts_at < facts.due_at or facts.registers_until > facts.due_at:
        raise RuleViolation(_("A hackathon starts before its deadline, and registration ends before it."))
    if facts.late_until is not None and facts.late_until <= facts.due_at:
        raise RuleViolation(_("Late entries are taken until a moment after the deadline, or not at all."))
    if not 1 <= facts.ratings_each <= 20:
        raise RuleViolation(_("An entry gets 1 to 20 ratings."))


def _fill(hackathon: Hackathon, facts: Facts) -> None:
    hackathon.title, hackathon.kind = _title(facts), facts.kind
    hackathon.host, hackathon.url = facts.host, facts.url
    hackathon.registers_until, hackathon.starts_at = facts.registers_until, facts.starts_at
    hackathon.due_at, hackathon.late_until = facts.due_at, facts.late_until
    hackathon.ratings_each = facts.ratings_each
    hackathon.rules, hackathon.rules_html = facts.rules, render(facts.rules, first_level=3).html


def _read(text: str) -> list[tuple[str, int]]:
    """Return the criteria of a text with their weights, one on each line."""
    found: dict[str, int] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        read = LINE.fullmatch(line)
        if read is None or len(read["name"]) > 80 or not LOWEST <= int(read["weight"]) <= HIGHEST:
            raise RuleViolation(
                _("“%(line)s” is no criterion. Write a name and a weight from 1 to 5: “Soundness: 3”.") % {"line": line}
            )
        found[read["name"]] = int(read["weight"])
    if not 1 <= len(found) <= MOST_CRITERIA:
        raise RuleViolation(_("Judging needs 1 to 10 criteria, each with a name of its own."))
    return list(found.items())


def _set_criteria(hackathon: Hackathon, wanted: Sequence[tuple[str, int]]) -> None:
    hackathon.criteria.all().delete()
    HackathonCriterion.objects.bulk_create(
        HackathonCriterion(hackathon=hackathon, name=name, weight=weight, position=position)
        for position, (name, weight) in enumerate(wanted, start=1)
    )


def criteria_as_text(hackathon: Hackathon) -> str:
    return "\n".join(f"{one.name}: {one.weight}" for one in hackathon.criteria.all())


def locked(hackathon: Hackathon) -> Hackathon:
    """Return a hackathon as it is now; its row guards its entries, judges and results."""
    return Hackathon.objects.select_for_update(of=("self",)).select_related("cohort").get(pk=hackathon.pk)


@transaction.atomic
def register(hackathon: Hackathon, team: Team, *, by: User) -> Entry:
    """Enter a team; twice is once, and a team that withdrew comes back. A person is in one team of a hackathon."""
    Cohort.objects.select_for_update().get(pk=hackathon.cohort_id)  # nobody joins a team meanwhile
    current = locked(hackathon)
    people = set(team.members.present().values_list("membership__user", flat=True))
    if by.pk not in people:
        raise RuleViolation(_("Only the people of a team can enter it."))
    if team.cohort_id != current.cohort_id:
        raise RuleViolation(_("Only teams of its cohort enter this hackathon."))
    present = current.entries.filter(team=team).first()
    if present is not None and present.withdrawn_at is None:
        return present
    if timezone.now() > current.registers_until:
        raise RuleViolation(_("Registration has ended. Ask an organizer."))
    _require_alone(current, team, people)
    if present is None:
        return Entry.objects.create(hackathon=current, team=team, by=by)
    present.withdrawn_at = None
    present.save(update_fields=["withdrawn_at"])
    return present


def _require_alone(hackathon: Hackathon, team: Team, people: set[int]) -> None:
    others = hackathon.entries.present().exclude(team=team).values("team")
    double = TeamMember.objects.present().filter(team__in=others, membership__user__in=people)
    found = double.select_related("membership__user", "team").first()
    if found is not None:
        raise RuleViolation(
            _("%(name)s is in the team %(team)s, which is registered. A person enters with one team.")
            % {"name": found.membership.user.called, "team": found.team.name}
        )


@transaction.atomic
def withdraw(entry: Entry, *, by: User) -> None:
    """Take a team out before the judges have its work. Twice changes nothing."""
    current = locked(entry.hackathon)
    own = require_own(entry, by)
    if own.withdrawn_at is not None:
        return
    if current.handed_out_at is not None:
        raise RuleViolation(_("The judges have the entries. Ask an organizer."))
    own.withdrawn_at = timezone.now()
    own.save(update_fields=["withdrawn_at"])


def require_own(entry: Entry, by: User) -> Entry:
    """Return an entry as it is now. Raises RuleViolation for anyone who is not in its team."""
    if not TeamMember.objects.present().filter(team=entry.team_id, membership__user=by).exists():
        raise RuleViolation(_("Only the people of its team hand in an entry."))
    return Entry.objects.select_related("team", "hackathon").get(pk=entry.pk)


@dataclass(frozen=True, slots=True)
class Text:
    """What a draft says."""

    title: str
    source: str
    repository: str = ""
    demonstration: str = ""


@transaction.atomic
def save_draft(entry: Entry, text: Text, *, by: User) -> Draft:
    """Save a draft; the same text again returns the last one. After the deadline it is late, then refused."""
    current = locked(entry.hackathon)
    own = require_own(entry, by)
    is_late = _require_open(current, own)
    if not text.title.strip() or not text.source.strip():
        raise RuleViolation(_("An entry has a title and a text: what you asked, did and found."))
    last = own.drafts.first()
    title = " ".join(text.title.split())[:200]
    if last is not None and (last.title, last.source, last.repository, last.demonstration) == (
        title, text.source.strip(), text.repository, text.demonstration,
    ):  # fmt: skip
        return last
    return Draft.objects.create(
        entry=own,
        title=title,
        source=text.source.strip(),
        html=render(text.source.strip(), first_level=3).html,
        repository=text.repository,
        demonstration=text.demonstration,
        by=by,
        is_late=is_late,
    )


def _require_open(hackathon: Hackathon, entry: Entry) -> bool:
    """Return whether what is handed in now is late. Raises RuleViolation where nothing is taken."""
    now = timezone.now()
    if entry.withdrawn_at is not None:
        raise RuleViolation(_("This team has withdrawn. Register it again first."))
    if hackathon.is_released:
        raise RuleViolation(_("The results are out."))
    if now < hackathon.starts_at:
        raise RuleViolation(_("The hackathon has not started yet."))
    if now > hackathon.closes_at:
        raise RuleViolation(_("The deadline has passed. The last saved draft counts."))
    if hackathon.handed_out_at is not None:
        raise RuleViolation(_("The judges have the entries. The last saved draft counts."))
    return now > hackathon.due_at


@transaction.atomic
def attach(entry: Entry, file: "UploadedFile[Any]", *, by: User) -> Artefact:
    """Add a file to an entry: PDF, ZIP, PNG or JPEG, told by its content."""
    current = locked(entry.hackathon)
    own = require_own(entry, by)
    is_late = _require_open(current, own)
    if own.artefacts.count() >= MOST_ARTEFACTS:
        raise RuleViolation(
            _("An entry has %(most)d files at most. Put several into one ZIP.") % {"most": MOST_ARTEFACTS}
        )
    kind = _kind(file)
    return Artefact.objects.create(
        entry=own,
        file=file,
        filename=_plain(file.name),
        content_type=kind,
        size=file.size or 0,
        by=by,
        is_late=is_late,
    )


def _kind(file: "UploadedFile[Any]") -> str:
    if (file.size or 0) > LARGEST:
        raise RuleViolation(_("This file is larger than 20 MB. Give a link in the text instead."))
    file.seek(0)
    head = file.read(16)
    file.seek(0)
    found = next((kind for start, kind in STARTS if head.startswith(start)), "")
    if not found:
        raise RuleViolation(_("This is no PDF, ZIP, PNG or JPEG. Put it into a ZIP and choose it again."))
    return found


def _plain(name: str | None) -> str:
    kept = "".join(sign for sign in (name or "") if sign.isprintable() and sign not in '/\\"')
    return kept[-200:] or "file"


@dataclass(frozen=True, slots=True)
class Place:
    place: int
    evidence: str
    entrants: int | None = None


@transaction.atomic
def record_placement(entry: Entry, found: Place, *, by: User) -> Placement:
    """Write down the place an entry got elsewhere, with the page that shows it. It can be corrected."""
    current = locked(entry.hackathon)
    if not access.organizes(by, current.cohort):
        require_own(entry, by)
    if current.is_own:
        raise RuleViolation(_("The places of our own hackathons come from the judges."))
    if timezone.now() < current.due_at:
        raise RuleViolation(_("The hackathon is still running."))
    if found.place < 1 or (found.entrants is not None and found.entrants < found.place):
        raise RuleViolation(_("A place is 1 or more, and not beyond the number of entries."))
    kept, _created = Placement.objects.update_or_create(
        entry=entry,
        defaults={
            "place": found.place,
            "entrants": found.entrants,
            "evidence": found.evidence,
            "by": by,
            "at": timezone.now(),
        },
    )
    return kept
