"""20,000 applications to the open round, with readings by all its reviewers; three in five of these are done."""

import uuid
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from applicants.addresses import address_key
from applicants.choices import ApplicationState, AssignmentState, ReviewState
from applicants.judgements import Assignment, CriterionScore, Review, ReviewEdit, Reviewer
from applicants.models import Application, Draft, Identity, Revision, Round, StageChange
from applicants.procedures import Criterion, Stage
from applicants.return_links import hashed, token_of
from tests.benchmarks.loads.crowd import Crowd, named
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Letter
from whitebox.people.choices import Role
from whitebox.people.models import Membership

APPLICATIONS = 20_000
READINGS = 2  # of each application
DONE = 0.6  # share of the readings
BATCH = 2_000  # applications held in memory at once
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def apply(crowd: Crowd) -> None:
    """Add the applications. One reviewer of the demonstration gets as many as every other."""
    round_ = Round.objects.select_related("form").get(slug="cohort-2")
    readers = _readers(crowd, round_)
    for first in range(0, APPLICATIONS, BATCH):
        rows = _applications(crowd, round_, range(first, first + BATCH))
        revisions = _contents(crowd, round_, rows)
        _read(crowd, _handed_out(rows, readers, first), revisions)


def _readers(crowd: Crowd, round_: Round) -> list[Reviewer]:
    joined = Membership.objects.bulk_create(
        Membership(user_id=mentor.user_id, cohort_id=round_.cohort_id, role=Role.REVIEWER) for mentor in crowd.mentors
    )
    Reviewer.objects.bulk_create(Reviewer(round=round_, membership=one) for one in joined)
    return list(Reviewer.objects.filter(round=round_).order_by("pk"))


def _applications(crowd: Crowd, round_: Round, places: range) -> list[Application]:
    stage = Stage.objects.filter(form=round_.form).order_by("position")[0]
    rows = []
    for place in places:
        at = crowd.now - timedelta(minutes=crowd.rng.randrange(60, 60 * 24 * 8))
        row = Application(
            round=round_,
            form=round_.form,
            code=code(place),
            state=ApplicationState.SUBMITTED,
            stage=stage,
            source=crowd.rng.choice(["", "", "friend", "newsletter"]),
            started_at=at - timedelta(days=1),
            form_opened_at=at,
            submitted_at=at,
            token_nonce=uuid.UUID(int=crowd.rng.getrandbits(128), version=4),
        )
        row.token_hash = hashed(token_of(row))
        rows.append(row)
    return Application.objects.bulk_create(rows)


def code(place: int) -> str:
    """Return a code of five letters, which no application of the demonstration has."""
    value, letters = (place * 7_919 + 104_729) % len(ALPHABET) ** 5, []
    for _letter in range(5):
        value, rest = divmod(value, len(ALPHABET))
        letters.append(ALPHABET[rest])
    return "WB-" + "".join(letters)


def _contents(crowd: Crowd, round_: Round, rows: Sequence[Application]) -> list[Revision]:
    """Give each application a person, answers, its history and the letter of receipt."""
    written = list(
        Revision.objects.filter(application__round=round_, application__code__regex=r"^WB-.{4}$").values_list(
            "answers", flat=True
        )
    )
    answers = [crowd.rng.choice(written) for _row in rows]
    people = [(row, f"{row.code.lower()}@large.test") for row in rows]
    Identity.objects.bulk_create(
        Identity(application=row, round=round_, name=named(crowd.rng), email=email, email_key=address_key(email))
        for row, email in people
    )
    Draft.objects.bulk_create(Draft(application=row, answers=some) for row, some in zip(rows, answers, strict=True))
    StageChange.objects.bulk_create(
        StageChange(
            application=row, entered_id=row.stage_id, state=ApplicationState.SUBMITTED, at=row.submitted_at or crowd.now
        )
        for row in rows
    )
    Letter.objects.bulk_create(_receipt(row, email) for row, email in people)
    return Revision.objects.bulk_create(
        Revision(application=row, number=1, answers=some, key=row.token_nonce, at=row.submitted_at or crowd.now)
        for row, some in zip(rows, answers, strict=True)
    )


def _receipt(row: Application, email: str) -> Letter:
    return Letter(
        kind="application-receipt",
        address=email,
        about=f"applicants.application:{row.pk}",
        dedup_key=f"receipt:{row.pk}",
        subject=f"We have your application {row.code}",
        text="We have your application. You can read and change it until the round closes.\n" * 6,
        html="<p>We have your application. You can read and change it until the round closes.</p>\n" * 6,
        state=LetterState.SENT,
        sent_at=row.submitted_at,
    )


def _handed_out(rows: Sequence[Application], readers: Sequence[Reviewer], first: int) -> list[Assignment]:
    made = []
    for offset, row in enumerate(rows):
        for reading in range(READINGS):
            place = (first + offset) * READINGS + reading
            reader = readers[place % len(readers)]
            made.append(
                Assignment(application=row, reviewer=reader, stage_id=row.stage_id or 0, position=1_000 + place)
            )
    return made


def _read(crowd: Crowd, handed_out: list[Assignment], revisions: Sequence[Revision]) -> None:
    """Write the reviews of a share of the readings."""
    done = [row for row in handed_out if crowd.rng.random() < DONE]
    for row in done:
        row.state = AssignmentState.DONE
    Assignment.objects.bulk_create(handed_out)
    latest = {revision.application_id: revision for revision in revisions}
    criteria = list(Criterion.objects.filter(rubric__stages=handed_out[0].stage_id))
    levels = [[crowd.rng.choice([1, 2, 3, 3, 4, 4, 5]) for _criterion in criteria] for _row in done]
    made = Review.objects.bulk_create(
        Review(
            assignment=row,
            revision=latest[row.application_id],
            state=ReviewState.SUBMITTED,
            note="Two named actions; the plan has no first step.",
            total=_total(criteria, some),
            is_complete=True,
            submitted_at=crowd.now,
        )
        for row, some in zip(done, levels, strict=True)
    )
    CriterionScore.objects.bulk_create(
        CriterionScore(review=review, criterion=criterion, score=level)
        for review, some in zip(made, levels, strict=True)
        for criterion, level in zip(criteria, some, strict=True)
    )
    ReviewEdit.objects.bulk_create(
        ReviewEdit(
            review=review,
            revision_id=review.revision_id,
            scores={one.slug: level for one, level in zip(criteria, some, strict=True)},
            note=review.note,
        )
        for review, some in zip(made, levels, strict=True)
    )


def _total(criteria: Sequence[Criterion], levels: Sequence[int]) -> Decimal:
    weights = sum(one.weight for one in criteria)
    points = sum(one.weight * level for one, level in zip(criteria, levels, strict=True))
    return (Decimal(points) / weights).quantize(Decimal("0.001"))
