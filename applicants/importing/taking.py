"""Taking a file over into a round: the dry run is the real run, rolled back."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from applicants import codes, conflicts
from applicants.choices import ApplicationState
from applicants.importing.mapping import ImportMap
from applicants.importing.reading import Candidate, Reading, Refusal, read, wrong_with
from applicants.importing.sheets import Sheet
from applicants.models import Application, ApplicationImport, Draft, Identity, Revision, Round, StageChange
from applicants.procedures import FormVersion, Stage
from applicants.questionnaire import questionnaire_of
from applicants.return_links import hashed, token_of
from whitebox.errors import RuleViolation
from whitebox.people.models import User

BATCH = 500
IMPORTS = uuid.UUID("6d8f8a35-3c86-4b1b-a3a0-0d5a2f1c9f52")  # the name space of revisions that an import made


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A row by somebody who is there already: in a row of the file, or as an application of the round."""

    row: int
    of_row: int | None = None
    of_code: str = ""


@dataclass
class Result:
    """What an import did, or would do."""

    rows: int = 0
    empty: int = 0
    created: list[str] = field(default_factory=list)  # codes
    updated: list[str] = field(default_factory=list)
    unchanged: int = 0
    left_alone: list[str] = field(default_factory=list)  # changed here since, decided, ended: counted as unchanged too
    duplicates: list[Duplicate] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)  # columns that the map does not name
    notes: list[str] = field(default_factory=list)
    unknown: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    is_readable: bool = True  # False: the file or the map is wrong as a whole

    @property
    def fingerprint(self) -> str:
        """Return what stands for all that was done; equal for a dry run and the real one that follows it."""
        return sha256(json.dumps(self.as_json(), sort_keys=True).encode()).hexdigest()

    @property
    def refused_rows(self) -> int:
        return len({one.row for one in self.refused})

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": self.is_readable,
            "rows": self.rows,
            "empty_rows": self.empty,
            "created": len(self.created),
            "updated": len(self.updated),
            "unchanged": self.unchanged,
            "left_alone": self.left_alone,
            "duplicates": len(self.duplicates),
            "duplicate_rows": [
                {"row": one.row} | ({"same_as_row": one.of_row} if one.of_row else {"same_as": one.of_code})
                for one in self.duplicates
            ],
            "refused_rows": self.refused_rows,
            "refused": [{"row": one.row, "column": one.column, "reason": one.reason} for one in self.refused],
            "ignored_columns": self.ignored,
            "notes": self.notes,
        }


@transaction.atomic
def take(  # noqa: PLR0913  # what goes in, who does it, and how
    round_: Round,
    sheet: Sheet,
    mapping: ImportMap,
    *,
    by: User | None,
    digest: str = "",
    is_dry: bool = False,
    expected: str = "",
    now: datetime | None = None,
) -> Result:
    """Take the rows of a file over into a round, each as a whole or not at all, and no mail to anybody.

    A row that was taken before is brought up to date, unless somebody changed or decided the application since. Who
    is in the round already is left as they are. A dry run does the same and puts everything back. `expected` is the
    fingerprint of the dry run that was shown: RuleViolation is raised, and nothing is done, where this one differs.
    """
    current = Round.objects.select_for_update(of=("self",)).select_related("form").get(pk=round_.pk)
    questionnaire = questionnaire_of(current.form)
    if wrong := wrong_with(sheet, mapping, questionnaire):
        return Result(rows=len(sheet.rows), empty=sheet.empty, refused=wrong, is_readable=False)
    reading = read(sheet, mapping, questionnaire, zone=current.zone)
    result = Result(
        rows=len(sheet.rows),
        empty=sheet.empty,
        refused=reading.refused,
        ignored=_ignored(sheet, mapping),
        notes=reading.notes,
        unknown={slug: dict(words.most_common(30)) for slug, words in reading.unknown.items()},
    )
    record = None if is_dry else _recorded(current, sheet, mapping, digest, by)
    _write(_Taking(current, record, now or timezone.now(), result), _one_each(reading, mapping, result))
    if record is not None:
        record.made = len(result.created)
        record.problems = [[one.row, one.column, one.reason] for one in result.refused]
        record.save(update_fields=["made", "problems"])
    result.refused.sort(key=lambda one: one.row)
    result.duplicates.sort(key=lambda one: one.row)
    if expected and result.fingerprint != expected:
        raise RuleViolation(_("The round has changed since this dry run. Nothing was imported: check once more."))
    if is_dry:
        transaction.set_rollback(True)
    return result


def _ignored(sheet: Sheet, mapping: ImportMap) -> list[str]:
    used = {sheet.place(column) for _key, column in mapping.columns()}
    used |= {sheet.place(column) for column in mapping.ignore}
    return [name for place, name in enumerate(sheet.names()) if place not in used and name]


def _recorded(round_: Round, sheet: Sheet, mapping: ImportMap, digest: str, by: User | None) -> ApplicationImport:
    return ApplicationImport.objects.create(
        round=round_,
        digest=digest or sha256(repr(sheet.rows).encode()).hexdigest(),
        mapping=mapping.model_dump(mode="json", exclude_defaults=True),
        rows=len(sheet.rows),
        made=0,
        by=by,
    )


def _one_each(reading: Reading, mapping: ImportMap, result: Result) -> list[Candidate]:
    """Return one candidate for each person; their other rows are duplicates."""
    by_person: dict[str, list[Candidate]] = {}
    for candidate in reading.candidates:
        by_person.setdefault(candidate.email_key, []).append(candidate)
    kept: list[Candidate] = []
    for rows in by_person.values():
        ordered = sorted(rows, key=_order)
        chosen = ordered[-1] if mapping.same_person == "last" else ordered[0]
        kept.append(chosen)
        result.duplicates += [Duplicate(one.row, of_row=chosen.row) for one in rows if one is not chosen]
    return _by_key(sorted(kept, key=lambda one: one.row), result)


def _order(candidate: Candidate) -> tuple[float, int]:
    """Sort by when a row was sent; where no moment is known, by where it stands in the file."""
    return (candidate.submitted_at.timestamp() if candidate.submitted_at else 0.0, candidate.row)


def _by_key(candidates: Sequence[Candidate], result: Result) -> list[Candidate]:
    """Refuse rows of different people with one id: the column is no id."""
    first: dict[str, Candidate] = {}
    for one in candidates:
        if first.setdefault(one.key, one) is not one:
            reason = _("Row %(row)d has the same id and another person.") % {"row": first[one.key].row}
            result.refused.append(Refusal(one.row, "", reason))
    return list(first.values())


class _Taking:
    """One run: what is known of the round, and what is written at its end."""

    def __init__(self, round_: Round, record: ApplicationImport | None, now: datetime, result: Result) -> None:
        self.round, self.record, self.now, self.result = round_, record, now, result
        self.stage = _first_stage(round_.form)
        found = Application.objects.filter(round=round_).exclude(import_key="")
        self.taken = {one.import_key: one for one in found.select_related("identity", "draft")}
        self.last = {
            one.application_id: one for one in Revision.objects.filter(application__in=found).order_by("number")
        }
        self.decided = set(found.filter(decisions__released_at__isnull=False).values_list("pk", flat=True))
        self.people = dict(Identity.objects.filter(round=round_).values_list("email_key", "application__code"))


def _first_stage(form: FormVersion) -> Stage:
    stage = form.stages.order_by("position").first()
    if stage is None:
        raise RuleViolation(_("The round's form has no stages. Give it some first."))
    return stage


def _write(taking: _Taking, candidates: Sequence[Candidate]) -> None:
    fresh: list[Candidate] = []
    for candidate in candidates:
        present = taking.taken.get(candidate.key)
        if present is not None:
            _bring_up_to_date(taking, present, candidate)
        elif candidate.email_key in taking.people:
            taking.result.duplicates.append(Duplicate(candidate.row, of_code=taking.people[candidate.email_key]))
        else:
            fresh.append(candidate)
    _create(taking, fresh)
    if fresh or taking.result.updated:
        conflicts.detect(taking.round)


def _bring_up_to_date(taking: _Taking, present: Application, candidate: Candidate) -> None:
    """Make a revision of what changed in the other tool, unless the application went its own way since."""
    result, last = taking.result, taking.last.get(present.pk)
    identity = _identity(candidate)
    is_same = last is not None and last.answers == candidate.answers
    if is_same and all(getattr(present.identity, name) == value for name, value in identity.items()):
        result.unchanged += 1
    elif last is None or not _may_change(taking, present, last):
        result.unchanged += 1
        result.left_alone.append(present.code)
    elif taking.people.get(candidate.email_key, present.code) != present.code:
        reason = _("%(code)s has this address.") % {"code": taking.people[candidate.email_key]}
        result.refused.append(Refusal(candidate.row, "", reason))
    else:
        _update(present, candidate, identity, last, taking.now)
        result.updated.append(present.code)


def _may_change(taking: _Taking, present: Application, last: Revision) -> bool:
    return (
        present.state == ApplicationState.SUBMITTED
        and present.erased_at is None
        and present.form_id == taking.round.form_id
        and present.pk not in taking.decided
        and last.key == _revision_key(present.import_key, last.answers)
        and present.draft.answers == last.answers
    )


def _update(
    present: Application, candidate: Candidate, identity: Mapping[str, str], last: Revision, now: datetime
) -> None:
    for name, value in identity.items():
        setattr(present.identity, name, value)
    present.identity.save()
    if last.answers != candidate.answers:
        Draft.objects.filter(application=present).update(answers=candidate.answers, saved_at=now)
        Revision.objects.create(
            application=present,
            number=last.number + 1,
            answers=candidate.answers,
            key=_revision_key(present.import_key, candidate.answers),
            at=now,
        )


def _revision_key(import_key: str, answers: Mapping[str, Any]) -> uuid.UUID:
    """Return the key of a revision that an import made: it tells them from the applicant's own."""
    return uuid.uuid5(IMPORTS, f"{import_key}:{sorted(answers.items())}")


def _identity(candidate: Candidate) -> dict[str, str]:
    given = {
        name: candidate.identity[name]
        for name in ("name", "email", "school", "links", "zone", "relations")
        if name in candidate.identity
    }
    return given | {"email_key": candidate.email_key}


def _create(taking: _Taking, candidates: Sequence[Candidate]) -> None:
    """Write applications as submitting them would, in bulk. Nobody gets a receipt: they applied elsewhere."""
    rows = [
        Application(
            round=taking.round,
            form=taking.round.form,
            code=code,
            state=ApplicationState.SUBMITTED,
            stage=taking.stage,
            source=candidate.source,
            started_at=candidate.submitted_at or taking.now,
            submitted_at=candidate.submitted_at or taking.now,
            imported=taking.record,
            import_key=candidate.key,
        )
        for candidate, code in zip(candidates, codes.new_codes(len(candidates)), strict=True)
    ]
    for row in rows:
        row.token_hash = hashed(token_of(row))
    Application.objects.bulk_create(rows, batch_size=BATCH)
    taking.result.created += [row.code for row in rows]
    pairs = list(zip(rows, candidates, strict=True))
    Identity.objects.bulk_create(
        (Identity(application=row, round=taking.round, **_identity(one)) for row, one in pairs), batch_size=BATCH
    )
    Draft.objects.bulk_create((Draft(application=row, answers=one.answers) for row, one in pairs), batch_size=BATCH)
    Revision.objects.bulk_create(
        (
            Revision(
                application=row,
                number=1,
                answers=one.answers,
                key=_revision_key(one.key, one.answers),
                at=one.submitted_at or taking.now,
            )
            for row, one in pairs
        ),
        batch_size=BATCH,
    )
    StageChange.objects.bulk_create(
        (
            StageChange(
                application=row,
                entered=taking.stage,
                state=ApplicationState.SUBMITTED,
                at=one.submitted_at or taking.now,
                reason=_("Taken over from another form."),
            )
            for row, one in pairs
        ),
        batch_size=BATCH,
    )
