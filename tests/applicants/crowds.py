"""Many rows of admissions at once, without a verb: what lists and desks are made to show."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import TypeVar

from django.db.models import Model
from django.utils import timezone

from applicants.choices import ApplicationState, ConflictOrigin, DecisionCode, OfferState
from applicants.judgements import Assignment, ConflictOfInterest, Decision, Offer, Reviewer
from applicants.models import Application, Draft, Identity, Revision, Round, StageChange
from applicants.procedures import FormVersion, Stage
from tests.factories.applicants import ANSWERS, QUESTIONNAIRE
from whitebox.people.choices import Role
from whitebox.people.models import Membership, User

Row = TypeVar("Row", bound=Model)


def _many(model: type[Row], made: list[Row]) -> list[Row]:
    return model._default_manager.bulk_create(made, batch_size=500)


def rounds(like: Round, count: int) -> list[Round]:
    """Make rounds of the same cohort, each with a form of its own."""
    last = FormVersion.objects.filter(version=like.form.version_id).order_by("-number")[0].number
    forms = _many(
        FormVersion,
        [
            FormVersion(version_id=like.form.version_id, number=last + place + 1, questionnaire=QUESTIONNAIRE)
            for place in range(count)
        ],
    )
    return _many(
        Round,
        [
            Round(
                cohort=like.cohort,
                form=form,
                slug=f"crowd-{form.number}",
                title=f"Crowd {form.number}",
                opens_at=like.opens_at,
                closes_at=like.closes_at,
            )
            for form in forms
        ],
    )


def applications(round_: Round, count: int) -> list[Application]:
    """Make submitted applications with identity, draft, revision and history."""
    stage, now = round_.form.stages.order_by("position")[0], timezone.now()
    rows = [
        Application(
            round=round_,
            form=round_.form,
            code=f"C{uuid.uuid4().hex[:10]}",
            state=ApplicationState.SUBMITTED,
            stage=stage,
            submitted_at=now,
            token_hash=uuid.uuid4().hex,
        )
        for _place in range(count)
    ]
    made = _many(Application, rows)

    def of_each(model: type[Row], one: Callable[[Application], Row]) -> None:
        _many(model, [one(row) for row in made])

    of_each(Draft, lambda row: Draft(application=row, answers=ANSWERS))
    of_each(Revision, lambda row: Revision(application=row, number=1, answers=ANSWERS, key=uuid.uuid4()))
    of_each(StageChange, lambda row: StageChange(application=row, entered=stage, state=row.state))
    of_each(Identity, lambda row: _identity(row, f"{row.code}@example.test".lower()))
    return made


def _identity(row: Application, email: str) -> Identity:
    return Identity(application=row, round_id=row.round_id, name=f"Ana {row.code}", email=email, email_key=email)


def reviewers(round_: Round, count: int) -> list[Reviewer]:
    users = _many(User, [User(email=f"{uuid.uuid4().hex[:12]}@example.test", is_staff=True) for _place in range(count)])
    held = [Membership(user=user, cohort=round_.cohort, role=Role.REVIEWER) for user in users]
    return _many(Reviewer, [Reviewer(round=round_, membership=one) for one in _many(Membership, held)])


def judged(rows: list[Application], readers: list[Reviewer], stage: Stage) -> None:
    """Give each application a reader, a conflict with somebody else, a released decision and an offer."""
    pairs = list(zip(rows, [*readers[1:], readers[0]], strict=True))
    readings(rows, readers, stage)
    _many(
        ConflictOfInterest,
        [ConflictOfInterest(application=row, reviewer=one, origin=ConflictOrigin.PINNED) for row, one in pairs],
    )
    now = timezone.now()
    decided = [Decision(application=row, code=DecisionCode.OFFER, reason="Good.", released_at=now) for row in rows]
    offers = [
        Offer(application=one.application, decision=one, state=OfferState.OPEN, expires_at=now + timedelta(days=7))
        for one in _many(Decision, decided)
    ]
    _many(Offer, offers)


def readings(rows: list[Application], readers: list[Reviewer], stage: Stage) -> None:
    """Put each application on a desk, in turn."""
    _many(
        Assignment,
        [
            Assignment(application=row, reviewer=readers[place % len(readers)], stage=stage, position=place)
            for place, row in enumerate(rows)
        ],
    )
