"""What reviewers read of handed-in work. As with answers, an organizer takes out what tells who wrote it.

A file is given out or withheld as a whole; what it says about its maker is taken out by itself: see `pdfs`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from applicants import blindness, conflicts, redactions, work_tests
from applicants.answers import LONGEST, Answers
from applicants.appointments import HandIn, WorkRedaction, WorkTest
from applicants.choices import WorkPart
from applicants.models import Application
from whitebox.errors import RuleViolation
from whitebox.people.models import User

WITHHELD = ""  # what stands in place of a file that reviewers do not get


@dataclass(frozen=True, slots=True)
class Work:
    """A hand-in as reviewers read it."""

    hand_in: HandIn
    text: str
    link: str
    is_link_whole: bool  # else it leads nowhere any more
    has_file: bool

    @property
    def is_late(self) -> bool:
        return self.hand_in.is_late

    @property
    def at(self) -> datetime:
        return self.hand_in.at


def parts_of(hand_in: HandIn) -> Answers:
    """Return the parts of a hand-in as answers, which is how redactions know them."""
    return {
        WorkPart.TEXT.value: hand_in.text,
        WorkPart.LINK.value: hand_in.link,
        WorkPart.FILE.value: str(hand_in.upload_id or ""),
    }


def of_test(test: WorkTest) -> list[WorkRedaction]:
    """Return all redactions of what was handed in, the latest last. One query."""
    found = WorkRedaction.objects.filter(hand_in__work_test=test.pk).select_related("hand_in")
    return list(found.order_by("pk"))


def of_applications(applications: Iterable[Application]) -> list[WorkRedaction]:
    """Return all redactions of what some applicants handed in, the latest last. One query."""
    found = WorkRedaction.objects.filter(hand_in__work_test__application__in=applications)
    return list(found.select_related("hand_in__work_test").order_by("pk"))


def as_read(hand_in: HandIn, kept: Sequence[WorkRedaction]) -> Work:
    read = redactions.as_read(parts_of(hand_in), kept)
    text, link, file = (str(read[part.value]) for part in WorkPart)
    return Work(hand_in, text, link, is_link_whole=link == hand_in.link, has_file=file not in {"", WITHHELD})


def read(test: WorkTest) -> Work | None:
    """Return what reviewers judge of a test, as they read it. One query."""
    judged = work_tests.judged(test)
    return as_read(judged, of_test(test)) if judged else None


@transaction.atomic
def redact(hand_in: HandIn, part: WorkPart, text: str, *, by: User) -> None:
    """Let reviewers read `text` in place of a part. The text they read already writes nothing.

    Raises RuleViolation with a conflict of interest, while an own blind reading is open, and for a hand-in that does
    not count any more.
    """
    application = Application.objects.select_for_update(of=("self",)).get(pk=hand_in.work_test.application_id)
    conflicts.require_none(by, application)
    blindness.require_named(by, application)
    test = WorkTest.objects.prefetch_related("hand_ins").get(pk=hand_in.work_test_id)
    judged = work_tests.judged(test)
    if judged is None or judged.pk != hand_in.pk:
        raise RuleViolation(_("The applicant has handed in again. Look at the new work first."))
    kept = text.replace("\r\n", "\n").strip()[:LONGEST]
    present = redactions.of_answer(part.value, parts_of(judged), of_test(test))
    if present.text == kept and not present.is_stale:
        return
    WorkRedaction.objects.create(hand_in=judged, part=part, text=kept, by=by)


def restore(hand_in: HandIn, part: WorkPart, *, by: User) -> None:
    """Let reviewers read the original again, or give them the file. What was read before stays in the history."""
    redact(hand_in, part, str(parts_of(hand_in)[part.value]), by=by)
