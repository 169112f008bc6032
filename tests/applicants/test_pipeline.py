import pytest

from applicants import applying, bulk, pipeline
from applicants.choices import DecisionCode
from applicants.judgements import Decision
from applicants.models import Application
from applicants.procedures import Stage
from tests.applicants.conftest import organizer_of
from tests.factories.applicants import ApplicationFactory, RoundFactory
from whitebox.errors import RuleViolation
from whitebox.people.models import User


@pytest.fixture
def application(db: None) -> Application:
    return ApplicationFactory.create()


@pytest.fixture
def organizer(application: Application) -> User:
    return organizer_of(application.round.cohort)


def stage(application: Application, slug: str) -> Stage:
    return application.round.form.stages.get(slug=slug)


def test_move_goes_to_the_next_stage_with_its_history(application: Application, organizer: User) -> None:
    for _twice in range(2):
        pipeline.move(application, stage(application, "interview"), by=organizer)

    application.refresh_from_db()
    change = application.changes.get()
    assert application.stage == stage(application, "interview")
    assert (change.left, change.entered, change.by) == (stage(application, "screen"), application.stage, organizer)


def test_move_back_needs_a_reason(application: Application, organizer: User) -> None:
    pipeline.move(application, stage(application, "interview"), by=organizer)

    with pytest.raises(RuleViolation, match="reason"):
        pipeline.move(application, stage(application, "screen"), by=organizer)
    pipeline.move(application, stage(application, "screen"), by=organizer, reason="Moved by mistake.")

    application.refresh_from_db()
    assert application.stage == stage(application, "screen")


def test_move_refuses_the_withdrawn_and_a_stage_of_another_round(application: Application, organizer: User) -> None:
    other = RoundFactory.create()
    with pytest.raises(RuleViolation, match="another form"):
        pipeline.move(application, other.form.stages.get(slug="interview"), by=organizer)
    applying.withdraw(application)

    with pytest.raises(RuleViolation, match="withdrawn"):
        pipeline.move(application, stage(application, "interview"), by=organizer)


def plan(applications: list[Application], act: str, target: str) -> bulk.Plan:
    rows = Application.objects.filter(pk__in=[one.pk for one in applications]).prefetch_related("decisions")
    versions = bulk.versions_of(list(rows))
    return bulk.Plan(applications[0].round_id, act, target, "Seen together.", "", versions)


def test_bulk_does_what_was_previewed(application: Application, organizer: User) -> None:
    other = ApplicationFactory.create(round=application.round)
    previewed = bulk.read(bulk.signed(plan([application, other], "decide", DecisionCode.DECLINE)))

    count = bulk.carry_out(previewed, application.round, by=organizer)

    assert count == 2
    assert Decision.objects.filter(code=DecisionCode.DECLINE, reason="Seen together.").count() == 2


def test_bulk_refuses_what_changed_since_the_preview(application: Application, organizer: User) -> None:
    other = ApplicationFactory.create(round=application.round)
    previewed = plan([application, other], "decide", DecisionCode.DECLINE)
    pipeline.move(other, stage(application, "interview"), by=organizer)

    with pytest.raises(RuleViolation, match="changed since the preview"):
        bulk.carry_out(previewed, application.round, by=organizer)

    assert not Decision.objects.exists()


def test_bulk_refuses_a_token_that_was_altered() -> None:
    with pytest.raises(RuleViolation, match="too old"):
        bulk.read("forged:token:here")
