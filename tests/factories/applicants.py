"""Factories of admissions: a small form with two stages and two criteria, and all that hangs on it."""

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils import timezone
from factory.declarations import LazyAttribute, LazyFunction, PostGeneration, Sequence, SubFactory
from factory.django import DjangoModelFactory
from factory.faker import Faker

from applicants.addresses import address_key
from applicants.choices import ApplicationState, DecisionCode
from applicants.judgements import Assignment, Decision, Offer, Reviewer
from applicants.models import Application, Draft, Identity, Revision, Round
from applicants.procedures import Criterion, FormVersion, Rubric, Stage
from applicants.return_links import hashed, token_of
from tests.factories.people import CohortFactory, MembershipFactory
from whitebox.packs.models import PackVersion
from whitebox.people.choices import Role

ANSWERS = {"why": "Because I want to know.", "python": "some", "hours": "12"}
QUESTIONNAIRE: dict[str, Any] = {
    "sections": [{"slug": "reasons", "title": "Your reasons"}, {"slug": "practical", "title": "Practical matters"}],
    "questions": [
        {
            "slug": "why",
            "section": "reasons",
            "label": "Why do you want this?",
            "kind": "long",
            "required": True,
            "words": 20,
            "shown_to": "reviewers",
        },
        {
            "slug": "python",
            "section": "reasons",
            "label": "Your Python",
            "kind": "scale",
            "required": True,
            "options": ["none", "some", "much"],
            "shown_to": "reviewers",
        },
        {
            "slug": "hours",
            "section": "practical",
            "label": "Hours a week",
            "kind": "number",
            "required": True,
            "shown_to": "organizers",
        },
        {
            "slug": "work",
            "section": "practical",
            "label": "Something you made",
            "kind": "file",
            "required": False,
            "shown_to": "organizers",
        },
    ],
}


class PackVersionFactory(DjangoModelFactory[PackVersion]):
    class Meta:
        model = PackVersion

    pack = Sequence(lambda n: f"form-pack-{n}")
    number = 1
    digest = Sequence(lambda n: f"{n:064d}")
    title = "Reading machines"
    programme = LazyFunction(
        lambda: {
            "title": "Reading machines",
            "summary": "Eight weeks.",
            "session": {"weekday": "saturday", "start": "09:00"},
        }
    )


def _fill_form(form: FormVersion, create: bool, _given: object, **_: object) -> None:
    rubric = Rubric.objects.create(form=form)
    for place, (slug, title) in enumerate([("screen", "Being read"), ("interview", "Interview")], start=1):
        Stage.objects.create(
            form=form, position=place, slug=slug, title=slug.title(), applicant_title=title, rubric=rubric
        )
    levels = {str(level): f"level {level}" for level in range(1, 6)}
    for place, (slug, weight) in enumerate([("motivation", 3), ("reasoning", 1)], start=1):
        Criterion.objects.create(
            rubric=rubric, position=place, slug=slug, title=slug.title(), weight=weight, levels=levels
        )


class FormVersionFactory(DjangoModelFactory[FormVersion]):
    class Meta:
        model = FormVersion
        skip_postgeneration_save = True

    version = SubFactory(PackVersionFactory)
    questionnaire = LazyFunction(lambda: QUESTIONNAIRE)

    parts = PostGeneration(_fill_form)


class RoundFactory(DjangoModelFactory[Round]):
    class Meta:
        model = Round

    cohort = SubFactory(CohortFactory)
    form = SubFactory(FormVersionFactory)
    slug = Sequence(lambda n: f"round-{n}")
    title = "Round one"
    opens_at = LazyFunction(lambda: timezone.now() - timedelta(days=10))
    closes_at = LazyFunction(lambda: timezone.now() + timedelta(days=10))
    zone = "Asia/Manila"


def _fill_application(made: Application, create: bool, _given: object, **kwargs: Any) -> None:
    made.token_hash = hashed(token_of(made))
    made.save(update_fields=["token_hash"])
    email = kwargs.get("email", f"{made.code.lower()}@example.test")
    Identity.objects.create(
        application=made,
        round=made.round,
        name=kwargs.get("name", "Ana Applicant"),
        email=email,
        email_key=address_key(email),
        zone=kwargs.get("zone", "Asia/Manila"),
    )
    answers = kwargs.get("answers", ANSWERS)
    Draft.objects.create(application=made, answers=answers)
    if made.state != ApplicationState.DRAFT:
        Revision.objects.create(application=made, number=1, answers=answers, key=uuid.uuid4())


class ApplicationFactory(DjangoModelFactory[Application]):
    """A submitted application with its identity, draft and first revision; `state=draft` leaves it unsubmitted."""

    class Meta:
        model = Application
        skip_postgeneration_save = True

    round = SubFactory(RoundFactory)
    form = LazyAttribute(lambda a: a.round.form)
    code = Sequence(lambda n: f"WB-{n:04d}")
    state = ApplicationState.SUBMITTED
    token_nonce = LazyFunction(uuid.uuid4)
    submitted_at = LazyAttribute(lambda a: None if a.state == ApplicationState.DRAFT else timezone.now())
    stage = LazyAttribute(
        lambda a: None if a.state == ApplicationState.DRAFT else a.form.stages.order_by("position").first()
    )

    parts = PostGeneration(_fill_application)


class ReviewerFactory(DjangoModelFactory[Reviewer]):
    class Meta:
        model = Reviewer

    round = SubFactory(RoundFactory)
    membership = LazyAttribute(
        lambda reviewer: MembershipFactory.create(cohort=reviewer.round.cohort, role=Role.REVIEWER, user__is_staff=True)
    )


class AssignmentFactory(DjangoModelFactory[Assignment]):
    class Meta:
        model = Assignment

    application = SubFactory(ApplicationFactory)
    reviewer = LazyAttribute(lambda assignment: ReviewerFactory.create(round=assignment.application.round))
    stage = LazyAttribute(lambda assignment: assignment.application.stage)
    position = Sequence(lambda n: n)


class DecisionFactory(DjangoModelFactory[Decision]):
    class Meta:
        model = Decision

    application = SubFactory(ApplicationFactory)
    code = DecisionCode.OFFER
    reason = Faker("sentence")


class OfferFactory(DjangoModelFactory[Offer]):
    class Meta:
        model = Offer

    decision = SubFactory(DecisionFactory, released_at=datetime(2026, 1, 1, tzinfo=UTC))
    application = LazyAttribute(lambda offer: offer.decision.application)
    expires_at = LazyFunction(lambda: timezone.now() + timedelta(days=7))
