"""The work test: sent with a window of each applicant's own, opened, handed in, prolonged.

Nobody loses work to a clock: what comes after the window is kept, and says that it came late.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext as _

from applicants import conflicts, decisions, stage_letters, uploads
from applicants.appointments import HandIn, WorkTest
from applicants.choices import ApplicationState, StageKind
from applicants.models import Application
from applicants.procedures import Stage
from whitebox.errors import RuleViolation
from whitebox.outbox import letters as outbox
from whitebox.people.models import User

WITH_ALL = ("application__round__cohort", "application__round__form__version", "application__identity", "stage")
QUESTION = "work-test"  # under which its files are stored
MOST = 40  # hand-ins of one test that are kept


@dataclass(frozen=True, slots=True)
class Window:
    """When the windows of a test begin. An applicant who opens the task before `starts_at` begins then, if allowed."""

    starts_at: datetime
    starts_when_opened: bool


@transaction.atomic
def send(applications: Sequence[Application], window: Window, *, by: User, now: datetime | None = None) -> int:
    """Send the task of their stage to applicants by letter and return how many it was new for. Twice changes nothing.

    All of them or none. Raises RuleViolation for one who is not at a work test, or with whom `by` has a conflict.
    """
    now = now or timezone.now()
    if window.starts_at <= now and window.starts_when_opened:
        raise RuleViolation(_("The last moment to begin is over. Choose a later one."))
    found = Application.objects.select_for_update(of=("self",)).filter(pk__in=[one.pk for one in applications])
    joined = found.select_related("stage", "round__cohort", "round__form__version", "identity")
    return sum(_send(application, window, by=by, now=now) for application in joined.order_by("pk"))


def _send(application: Application, window: Window, *, by: User, now: datetime) -> bool:
    conflicts.require_none(by, application)
    stage = _task_stage(application)
    starts_at = max(window.starts_at, now)
    test, created = WorkTest.objects.get_or_create(
        application=application,
        stage=stage,
        defaults={
            "sent_at": now,
            "starts_at": starts_at,
            "starts_when_opened": window.starts_when_opened,
            "due_at": starts_at + timedelta(hours=stage.hours),
        },
    )
    if created:
        test.application, test.stage = application, stage
        outbox.queue(stage_letters.work_test(test))
    return created


def _task_stage(application: Application) -> Stage:
    stage = application.stage
    if application.state != ApplicationState.SUBMITTED or stage is None or stage.kind != StageKind.WORK_TEST:
        raise RuleViolation(_("%(code)s is not at a work test. Reload the page.") % {"code": application.code})
    return stage


def current(application: Application) -> WorkTest | None:
    """Return the test of the stage an application is at, with what was handed in. Two queries.

    The names that files had are not read: they can tell who sent them, and reviewers' pages come here too.
    """
    if application.stage is None or application.stage.kind != StageKind.WORK_TEST:
        return None
    handed_in = Prefetch("hand_ins", HandIn.objects.order_by("number"))
    found = WorkTest.objects.filter(application=application, stage=application.stage_id)
    return found.select_related("stage").prefetch_related(handed_in).first()


def is_open(test: WorkTest, now: datetime) -> bool:
    """Tell whether the applicant may read the task."""
    return test.opened_at is not None or now >= test.starts_at


@transaction.atomic
def begin(test: WorkTest, *, now: datetime | None = None) -> WorkTest:
    """Open the task: the window of an applicant who may choose begins now. Twice changes nothing.

    Raises RuleViolation before the set moment of a window that cannot begin earlier, and once a decision is released.
    """
    now = now or timezone.now()
    found = _locked(test)
    if found.opened_at is not None:
        return found
    _require_undecided(found.application)
    if now < found.starts_at and not found.starts_when_opened:
        raise RuleViolation(_("The task opens later. This page says when."))
    found.opened_at = now
    if now < found.starts_at:
        found.due_at = now + timedelta(hours=found.stage.hours)
    found.save(update_fields=["opened_at", "due_at"])
    return found


@transaction.atomic
def hand_in(
    test: WorkTest,
    *,
    key: uuid.UUID,
    text: str = "",
    link: str = "",
    file: "UploadedFile[Any] | None" = None,
    now: datetime | None = None,
) -> HandIn:
    """Keep what an applicant hands in; the receipt follows by mail. The same key makes one hand-in.

    After the window it is kept too, and flagged. Raises RuleViolation for nothing, for a file that is no PDF, before
    the task is open, once the application has moved on or a decision on it is released, and for more than is kept.
    """
    now = now or timezone.now()
    found = _locked(test)
    present = found.hand_ins.filter(key=key).first()
    if present is not None:
        return present  # The page was sent twice.
    _require_undecided(found.application)
    if not is_open(found, now):
        raise RuleViolation(_("Open the task first."))
    if not (text.strip() or link.strip() or file):
        raise RuleViolation(_("There is nothing to hand in yet: write a text, give a link, or choose a file."))
    last = found.hand_ins.order_by("number").last()
    if last is not None and last.number >= MOST:
        raise RuleViolation(
            _("You have handed in %(count)d times, which is as often as we keep. What you handed in before stands; "
              "write back to one of our letters if the readers must see more.")
            % {"count": last.number}
        )  # fmt: skip
    made = HandIn.objects.create(
        work_test=found,
        number=last.number + 1 if last else 1,
        text=text.strip(),
        link=link.strip(),
        upload=uploads.store(found.application, QUESTION, file) if file else None,
        key=key,
        is_late=now > found.due_at,
        at=now,
    )
    outbox.queue(stage_letters.work_received(made))
    return made


def _require_undecided(application: Application) -> None:
    if decisions.in_force(application) is not None:
        raise RuleViolation(
            _("There is a decision on your application, so the work test is over and this was not taken. What you "
              "handed in before is kept. Your page shows where you stand.")
        )  # fmt: skip


def _locked(test: WorkTest) -> WorkTest:
    """Hold a test whose application is still at its stage."""
    application = (
        Application.objects.select_for_update(of=("self",)).select_related("stage").get(pk=test.application_id)
    )
    if application.state != ApplicationState.SUBMITTED or application.stage_id != test.stage_id:
        raise RuleViolation(_("This work test is over. What you handed in before is kept."))
    return WorkTest.objects.select_for_update(of=("self",)).select_related(*WITH_ALL).get(pk=test.pk)


@transaction.atomic
def prolong(test: WorkTest, until: datetime, *, by: User, now: datetime | None = None) -> None:
    """Let the window of one applicant end later and tell them. The same moment changes nothing.

    What came late and is within the new window counts as in time.
    """
    now = now or timezone.now()
    conflicts.require_none(by, test.application)
    found = _locked(test)
    if found.due_at == until:
        return
    if until <= max(found.due_at, now):
        raise RuleViolation(_("Choose a moment after the present end of the window, and after now."))
    found.due_at = until
    found.save(update_fields=["due_at"])
    found.hand_ins.filter(at__lte=until).update(is_late=False)
    outbox.queue(stage_letters.work_test_prolonged(found))


def judged(test: WorkTest) -> HandIn | None:
    """Return what reviewers judge: the last that came in time, else the first that came at all."""
    found = list(test.hand_ins.all())
    in_time = [one for one in found if not one.is_late]
    return in_time[-1] if in_time else (found[0] if found else None)
