"""Two rounds for the demonstration: one that filled the present cohort, and one that is open for the next."""

import uuid
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.text import slugify

from applicants import (
    assignments,
    calibrating,
    decisions,
    demo_form,
    demo_import,
    demo_stages,
    demo_texts,
    dossiers,
    letters,
    reviewers,
    rounds,
    summaries,
)
from applicants.addresses import address_key
from applicants.choices import ApplicationState, AssignmentState, DecisionCode, OfferState, ReviewState
from applicants.judgements import Assignment, CriterionScore, Decision, Offer, Review, ReviewEdit, Reviewer
from applicants.models import Application, Draft, Identity, Revision, Round, StageChange
from applicants.procedures import Criterion, Stage
from applicants.questionnaire import Question, questionnaire_of
from applicants.return_links import hashed, token_of
from whitebox.outbox import letters as outbox
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Letter
from whitebox.packs import loading
from whitebox.people import membership
from whitebox.people.choices import Role
from whitebox.people.models import Cohort
from whitebox.programme.demonstration import World

APPLICATIONS, EARLY, DRAFTS = 120, 24, 6


def fill(world: World) -> None:
    """Add both rounds. Rows are made in bulk: the verbs would take a minute for what takes two seconds."""
    past = _past_round(world)
    found = _applications(world, past, APPLICATIONS, submitted_days=(56, 43))
    readers = [world.reviewer.memberships.get(cohort=world.cohort), *world.mentors[:3]]
    _read(world, past, [reviewers.appoint(past, one, by=world.organizer) for one in readers], share=1.0)
    _decide(world, found)
    _open_round(world)


def _past_round(world: World) -> Round:
    return rounds.open_round(
        world.cohort,
        slug="cohort-1",
        title="First round",
        opens_at=world.now - timedelta(days=70),
        closes_at=world.now - timedelta(days=42),
        answer_by=world.now - timedelta(days=24),
        by=world.organizer,
    )


def _open_round(world: World) -> None:
    """Open the next cohort's round, with early applications on the reviewers' desks and a few drafts."""
    cohort = _next_cohort(world)
    round_ = rounds.open_round(
        cohort,
        slug="cohort-2",
        title="Second round",
        opens_at=world.now - timedelta(days=9),
        closes_at=_evening(world.now + timedelta(days=19), cohort),
        answer_by=_evening(world.now + timedelta(days=40), cohort),
        by=world.organizer,
    )
    _applications(world, round_, EARLY, submitted_days=(8, 1))
    _applications(world, round_, DRAFTS, submitted_days=None)
    staff = [world.reviewer, *(mentor.user for mentor in world.mentors[1:2])]
    joined = [membership.enrol(user, cohort, Role.REVIEWER, by=world.organizer) for user in staff]
    _read(world, round_, [reviewers.appoint(round_, one, by=world.organizer) for one in joined], share=0.3)
    drawn = world.rng.getstate()
    demo_import.fill(world, round_, _answer)
    world.rng.setstate(drawn)  # Whoever fills in next draws as before.
    demo_stages.fill(world, round_)
    demo_form.fill(world, round_)


def _next_cohort(world: World) -> Cohort:
    starts_on = world.cohort.starts_on
    cohort = Cohort.objects.create(
        slug="demo-2",
        title="Cohort 2",
        starts_on=starts_on + timedelta(weeks=12) if starts_on else None,
        weeks=world.cohort.weeks,
        zone=world.cohort.zone,
        place=world.cohort.place,
        seats=20,
    )
    loading.adopt(cohort, world.version, by=world.organizer)
    membership.enrol(world.organizer, cohort, Role.ORGANIZER, by=world.organizer)
    return cohort


def _evening(moment: datetime, cohort: Cohort) -> datetime:
    return moment.astimezone(cohort.tz).replace(hour=23, minute=59, second=0, microsecond=0)


def _applications(
    world: World, round_: Round, count: int, *, submitted_days: tuple[int, int] | None
) -> list[Application]:
    """Make applications with identity, draft, revision and history; None for drafts that are not submitted."""
    first = Stage.objects.filter(form=round_.form).order_by("position").first()
    start = Application.objects.filter(round=round_).count()
    rows = []
    turns = world.rng.sample(range(count), count)
    for index in range(count):
        at = _submission(world, submitted_days, turns[index], count)
        row = Application(
            round=round_,
            form=round_.form,
            code=_code(round_, start + index),
            state=ApplicationState.SUBMITTED if at else ApplicationState.DRAFT,
            stage=first if at else None,
            source=world.rng.choice(demo_texts.SOURCES),
            submitted_at=at,
            started_at=(at or world.now) - timedelta(days=1),
            form_opened_at=at or world.now - timedelta(hours=20),
            token_nonce=uuid.UUID(int=world.rng.getrandbits(128), version=4),
        )
        row.token_hash = hashed(token_of(row))
        rows.append(row)
    Application.objects.bulk_create(rows)
    _contents(world, round_, rows)
    return rows


def _submission(world: World, days: tuple[int, int] | None, index: int, count: int) -> datetime | None:
    """Half of all come on the last day."""
    if days is None:
        return None
    earliest, latest = days
    spread = earliest - (earliest - latest) * min(1.0, 2 * index / count)
    return world.now - timedelta(days=spread, minutes=world.rng.randrange(600))


def _code(round_: Round, index: int) -> str:
    """Return codes that look drawn and are the same in every demonstration."""
    alphabet, value = (
        "23456789ABCDEFGHJKMNPQRSTVWXYZ",
        (index * 7_919 + 104_729 * len(round_.slug) + round_.pk * 31_337),
    )
    value %= 30**4
    letters_ = []
    for _place in range(4):
        value, rest = divmod(value, 30)
        letters_.append(alphabet[rest])
    return "WB-" + "".join(letters_)


def _contents(world: World, round_: Round, rows: list[Application]) -> None:
    questions = questionnaire_of(round_.form).questions
    taken = Identity.objects.filter(round=round_).count()
    people = [_identity(world, round_, row, taken + place) for place, row in enumerate(rows)]
    answers = [{question.slug: _answer(world, question) for question in questions} for _row in rows]
    Identity.objects.bulk_create(people)
    Draft.objects.bulk_create(
        Draft(application=row, answers=some if row.submitted_at else dict(list(some.items())[:2]))
        for row, some in zip(rows, answers, strict=True)
    )
    submitted = [(row, row.submitted_at, some) for row, some in zip(rows, answers, strict=True) if row.submitted_at]
    Revision.objects.bulk_create(
        Revision(application=row, number=1, answers=some, key=row.token_nonce, at=at) for row, at, some in submitted
    )
    StageChange.objects.bulk_create(
        StageChange(application=row, entered=row.stage, state=ApplicationState.SUBMITTED, at=at)
        for row, at, _some in submitted
    )


def _identity(world: World, round_: Round, row: Application, place: int) -> Identity:
    enrolled = world.participants if round_.cohort_id == world.cohort.pk else []
    if place < len(enrolled):
        user = enrolled[place].user
        name, email = user.name, user.email
    else:
        name = f"{world.rng.choice(demo_texts.NAMES)} {world.rng.choice(demo_texts.FAMILIES)}"
        email = f"{slugify(name).replace('-', '.')}.{place}@demo.test"
    school = world.rng.choice(demo_texts.SCHOOLS)
    return Identity(
        application=row,
        round=round_,
        name=name,
        email=email,
        email_key=address_key(email),
        school=school,
        zone=world.rng.choice(["Asia/Manila"] * 5 + ["Asia/Singapore", "Europe/Berlin"]),
    )


def _answer(world: World, question: Question) -> Any:
    pick = world.rng.choice
    written = {
        "motivation": (demo_texts.REASONS, demo_texts.ACTIONS, demo_texts.ACTIONS),
        "if-not-accepted": (demo_texts.PLANS,),
        "sustained-work": (demo_texts.WORKS, demo_texts.SETBACKS),
        "puzzle": (demo_texts.PUZZLES,),
    }
    if question.slug in written:
        return "\n\n".join(dict.fromkeys(pick(texts) for texts in written[question.slug]))
    if question.options:
        return pick(question.options)
    return {"number": str(world.rng.choice([8, 10, 12, 15, 15, 20])), "consent": True}.get(question.kind, "")


def _read(world: World, round_: Round, readers: list[Reviewer], *, share: float) -> None:
    """Hand out all readings and write the reviews of a `share` of them; one reviewer is habitually lenient."""
    proposal = assignments.propose(round_, seed=world.rng.randrange(2**31))
    assignments.deploy(round_, proposal.pairs, by=world.organizer)
    found = list(Assignment.objects.filter(application__round=round_).select_related("application").order_by("pk"))
    done = found[: int(len(found) * share)]
    revisions = {one.application_id: one for one in Revision.objects.filter(application__round=round_)}
    criteria = list(
        Criterion.objects.filter(rubric__stages=Stage.objects.filter(form=round_.form).order_by("position")[:1])
    )
    merit = _merits(world, sorted({one.application_id for one in found}))
    lean = {reader.pk: 0.6 if place == len(readers) - 1 else 0.0 for place, reader in enumerate(readers)}
    # A reviewer likes an application more or less as a whole: two of them correlate by a half.
    seen = [world.rng.gauss(merit[row.application_id] + lean[row.reviewer_id], 0.75) for row in done]
    levels = [{one: _level(world.rng.gauss(value, 0.35)) for one in criteria} for value in seen]
    at = min(world.now - timedelta(days=1), round_.closes_at + timedelta(days=6))
    made = [
        Review(
            assignment=row,
            revision=revisions[row.application_id],
            state=ReviewState.SUBMITTED,
            note=world.rng.choice(demo_texts.NOTES),
            total=_total(some),
            is_complete=True,
            submitted_at=at - timedelta(minutes=9 * (len(done) - place)),
        )
        for place, (row, some) in enumerate(zip(done, levels, strict=True))
    ]
    Review.objects.bulk_create(made)
    CriterionScore.objects.bulk_create(
        CriterionScore(review=review, criterion=one, score=level)
        for review, some in zip(made, levels, strict=True)
        for one, level in some.items()
    )
    ReviewEdit.objects.bulk_create(
        ReviewEdit(
            review=review,
            revision=review.revision,
            scores={one.slug: level for one, level in some.items()},
            total=review.total,
            note=review.note,
            at=at,
        )
        for review, some in zip(made, levels, strict=True)
    )
    Assignment.objects.filter(pk__in=[row.pk for row in done]).update(state=AssignmentState.DONE)
    summaries.count_again(round_)
    calibrating.refit(round_.pk, "screen")


def _merits(world: World, applications: list[int]) -> dict[int, float]:
    """Draw how good each application is: roughly falling, as the first ones are those who were accepted."""
    drawn = sorted((world.rng.gauss(3.0, 0.8) for _one in applications), reverse=True)
    noisy = sorted(range(len(applications)), key=lambda place: place + world.rng.gauss(0, 8))
    return {applications[place]: value for place, value in zip(noisy, drawn, strict=True)}


def _level(value: float) -> int:
    return max(1, min(5, round(value)))


def _total(levels: dict[Criterion, int]) -> Decimal:
    weights = sum(one.weight for one in levels)
    return (Decimal(sum(one.weight * level for one, level in levels.items())) / weights).quantize(Decimal("0.001"))


def _decide(world: World, rows: list[Application]) -> None:
    """Decide and release: the participants accepted, one gave the place back, one offer is still open."""
    seated = len(world.participants)
    released = world.now - timedelta(days=28)
    codes = [_code_of(place, seated) for place in range(len(rows))]
    ranks = iter(range(1, len(rows)))
    made = [
        Decision(
            application=row,
            code=code,
            reason="Seen by the committee.",
            encouragement="Your account of the setback stood out." if "encourage" in code else "",
            waitlist_rank=next(ranks) if code == DecisionCode.WAITLIST else None,
            by=world.organizer,
            at=released - timedelta(days=1),
            released_at=released,
            released_by=world.organizer,
        )
        for row, code in zip(rows, codes, strict=True)
    ]
    # The one who is asked now, after another gave the place back.
    made[seated].released_at = world.now - timedelta(hours=2)
    Decision.objects.bulk_create(made)
    _offers(world, [one for one in made if one.code == DecisionCode.OFFER], released)
    _enrol(world, rows[:seated])
    _letters(world, made, released)


def _code_of(place: int, seated: int) -> DecisionCode:
    if place <= seated + 1:
        return DecisionCode.OFFER
    if place < seated + 7:
        return DecisionCode.WAITLIST
    return DecisionCode.DECLINE_WITH_ENCOURAGEMENT if place % 11 == 0 else DecisionCode.DECLINE


def _offers(world: World, made: list[Decision], released: datetime) -> None:
    seated = len(world.participants)
    states = [OfferState.ACCEPTED] * seated + [OfferState.OPEN, OfferState.DECLINED]
    Offer.objects.bulk_create(
        Offer(
            application=decision.application,
            decision=decision,
            state=state,
            made_at=decision.released_at or released,
            expires_at=_evening((decision.released_at or released) + timedelta(days=7), world.cohort),
            answered_at=None if state == OfferState.OPEN else released + timedelta(days=2),
        )
        for decision, state in zip(made, states, strict=True)
    )


def _enrol(world: World, rows: list[Application]) -> None:
    for row, joined in zip(rows, world.participants, strict=True):
        row.state, row.membership = ApplicationState.ENROLLED, joined
    Application.objects.bulk_update(rows, ["state", "membership"])
    StageChange.objects.bulk_create(
        StageChange(application=row, left=row.stage, entered=row.stage, state=ApplicationState.ENROLLED) for row in rows
    )


def _letters(world: World, made: list[Decision], released: datetime) -> None:
    """Write every decision's letter. All but the open offer's were sent long ago, so no worker sends them now."""
    found = Decision.objects.filter(pk__in=[one.pk for one in made]).select_related(*decisions.WITH_ALL, "offer")
    open_ones = []
    for decision in found:
        offer = getattr(decision, "offer", None)
        request = letters.of_decision(decision, offer.expires_at if offer else None)
        if offer is not None and offer.state == OfferState.OPEN:
            open_ones.append(request.dedup_key)
            outbox.queue(request)
        else:
            outbox.queue_all([request])
    sent = Letter.objects.filter(dedup_key__startswith="decision:").exclude(dedup_key__in=open_ones)
    sent.update(state=LetterState.SENT, sent_at=released, due_at=released, created_at=released)
    _dossiers(found)


def _dossiers(made: Iterable[Decision]) -> None:
    """Keep what each decision rested on, closed by its letter, as the verbs do."""
    written = {one.dedup_key: one for one in Letter.objects.filter(dedup_key__startswith="decision:")}
    for decision in made:
        dossiers.keep(decision)
        dossiers.seal(decision, written[letters.decision_key(decision)])
