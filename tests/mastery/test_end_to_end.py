"""The shipped numpy exercises from submission to grade, in the real sandbox."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from mastery import attempts, questions, sandbox
from mastery.choices import AttemptState, JobState, QuestionKind
from mastery.models import CheckVersion
from tests.factories.people import CohortFactory, MembershipFactory
from whitebox.packs import loading
from whitebox.programme.demonstration import SHIPPED_PACK

pytestmark = pytest.mark.sandbox


@pytest.fixture
def check(db: None) -> CheckVersion:
    version = loading.load(SHIPPED_PACK, by=None)
    return CheckVersion.objects.get(version=version, for_check__slug="gradients-mastery")


def code_of(check: CheckVersion) -> dict[str, str]:
    """Return the reference of each code item of form A."""
    return {
        question.slug: question.exercise.reference
        for question in questions.form_of(check, "A")
        if question.exercise is not None
    }


@pytest.mark.parametrize("is_right", [True, False])
def test_a_submission_is_graded_by_the_worker(
    check: CheckVersion, django_capture_on_commit_callbacks: Any, is_right: bool
) -> None:
    member = MembershipFactory.create(cohort=CohortFactory.create())
    loading.adopt(member.cohort, check.version, by=None)
    answers = code_of(check)
    if not is_right:
        answers["a-engine"] = "def tape_gradients(*args):\n    while True: pass\n"
    attempt = attempts.start(member, check, token="t", by=member.user)

    with django_capture_on_commit_callbacks(execute=True):
        attempts.submit(attempt, answers, by=member.user)

    attempt.refresh_from_db()
    points = {event.item: event.points for event in attempt.events.all() if event.item in answers}
    assert points == {slug: 3 if is_right or slug != "a-engine" else 0 for slug in answers}
    assert attempt.state == AttemptState.NEEDS_MARK
    assert attempt.jobs.get().state == JobState.DONE
    engine = attempt.events.get(item="a-engine")
    assert engine.detail["error_kind"] == ("none" if is_right else "learner_timeout")
    assert "expected" not in json.dumps(engine.detail["hidden"])


def test_check_try_grades_a_file_as_a_worker_would(check: CheckVersion, tmp_path: Path) -> None:
    item, source = next(iter(code_of(check).items()))
    file = tmp_path / "mine.py"
    file.write_text(source)
    out = StringIO()

    call_command("check_try", "gradients-mastery", "--form", "A", "--item", item, str(file), "--json", stdout=out)

    found = json.loads(out.getvalue())
    assert (found["state"], found["total"], found["error_kind"]) == ("passed", 3, "none")


def test_check_try_names_what_there_is(check: CheckVersion, tmp_path: Path) -> None:
    kinds = [question.slug for question in questions.form_of(check, "A") if question.kind == QuestionKind.CODE]

    with pytest.raises(CommandError, match=kinds[0]):
        call_command("check_try", "gradients-mastery", "--item", "nothing", str(tmp_path))


def test_the_self_test_is_stored_for_the_readiness_page(db: None) -> None:
    report = sandbox.look()

    assert report.is_ok
    assert "probes held" in report.detail
