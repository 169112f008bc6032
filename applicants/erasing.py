"""Taking the person out of an application: who it was and what it said goes, that and how it was decided stays."""

from calendar import monthrange
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from auditlog.models import LogEntry
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from applicants import dossiers, redactions, traces
from applicants.appointments import Booking, HandIn, WorkRedaction
from applicants.choices import AssignmentState, OfferState
from applicants.judgements import (
    Assignment,
    ConflictOfInterest,
    ConflictWaiver,
    Decision,
    Offer,
    Reconciliation,
    Redaction,
    Review,
    ReviewEdit,
)
from applicants.letters import about
from applicants.models import Application, Draft, Identity, Revision, Round, StageChange, Upload
from applicants.return_links import unused_hash
from whitebox.outbox import erasing as outbox
from whitebox.outbox.models import Letter
from whitebox.people.models import default_zone

BATCH = 100  # applications a tick
SHORTEST = timedelta(days=28)  # a month, the least that a round can say


@transaction.atomic
def erase(application: Application, *, now: datetime) -> bool:
    """Take the person out of an application and tell whether this call did. Its files leave after the commit.

    Scores, stages, decisions and the source stay, without words that name anybody; the link of the letter is dead.
    Whoever calls has seen to it that nothing is under way any more.
    """
    current = Application.objects.select_for_update(of=("self",)).select_related("identity").get(pk=application.pk)
    if current.erased_at is not None:
        return False  # Another sweep was first.
    _scrub_records(current, current.identity)
    _empty_answers(current)
    _empty_judgements(current)
    dossiers.forget_words(current)
    _empty_identity(current.identity)
    outbox.blank(Letter.objects.filter(about=about(current)))
    Application.objects.filter(pk=current.pk).update(erased_at=now, token_hash=unused_hash())
    application.erased_at = now
    transaction.on_commit(partial(remove_files, Upload.objects.filter(application=current)))
    return True


def _scrub_records(application: Application, identity: Identity) -> None:
    """Take names and addresses out of reasons. What the applicant wrote on withdrawing goes as a whole."""
    clean = partial(_cleaned, identity)
    StageChange.objects.filter(application=application, by=None, state="withdrawn").update(reason="")
    _scrub_decisions(application, clean)
    for change in StageChange.objects.filter(application=application).exclude(reason=""):
        StageChange.objects.filter(pk=change.pk).update(reason=clean(change.reason)[:500])
    Assignment.objects.filter(application=application, state=AssignmentState.RECUSED).update(reason="")
    ConflictOfInterest.objects.filter(application=application).update(reason="")
    ConflictWaiver.objects.filter(application=application).update(reason="")


def _cleaned(identity: Identity, text: str) -> str:
    return redactions.cut(text, traces.found(text, identity))


def _scrub_decisions(application: Application, clean: Callable[[str], str]) -> None:
    for row in Decision.objects.filter(application=application):
        reason, encouragement = clean(row.reason)[:500], clean(row.encouragement)[:1000]
        Decision.objects.filter(pk=row.pk).update(reason=reason, encouragement=encouragement)
    forget(Decision.objects.filter(application=application), "reason", "encouragement")


def forget(rows: "QuerySet[Any]", *fields: str) -> None:
    """Take fields out of the audit log of rows: it repeats what stood there. That there was a change stays."""
    for entry in LogEntry.objects.get_for_objects(rows):
        kept = {name: change for name, change in (entry.changes or {}).items() if name not in fields}
        LogEntry.objects.filter(pk=entry.pk).update(changes=kept, changes_text="", serialized_data=None)


def _empty_answers(application: Application) -> None:
    Draft.objects.filter(application=application).update(answers={})
    Revision.objects.filter(application=application).update(answers={})
    Redaction.objects.filter(revision__application=application).delete()
    WorkRedaction.objects.filter(hand_in__work_test__application=application).delete()
    HandIn.objects.filter(work_test__application=application).update(text="", link="")
    Upload.objects.filter(application=application).update(filename="")


def _empty_judgements(application: Application) -> None:
    """Keep scores, which are numbers of nobody now, and take the notes."""
    Review.objects.filter(assignment__application=application).update(note="")
    ReviewEdit.objects.filter(review__assignment__application=application).update(note="")
    Reconciliation.objects.filter(application=application).update(text="")
    Booking.objects.filter(application=application).update(reason="")
    Assignment.objects.filter(application=application, state=AssignmentState.OPEN).update(
        state=AssignmentState.DECLINED
    )


def _empty_identity(identity: Identity) -> None:
    """Empty the row and keep it: pages and queries join it."""
    identity.name = identity.email = identity.school = identity.links = identity.relations = ""
    identity.email_key, identity.zone = f"erased:{identity.pk}", default_zone()
    identity.save()


def remove_files(uploads: "QuerySet[Upload]") -> int:
    """Delete files, then their rows: a row that is left says that its file may be there."""
    found = list(uploads)
    for upload in found:
        upload.file.storage.delete(str(upload.file.name))
        upload.delete()
    return len(found)


def retain(now: datetime) -> int:
    """Erase what was kept for the months that its round says, and files that an earlier call left. May come twice.

    Applications that led to a place stay with the member, and so does one whose offer is still open.
    """
    count = sum(erase(application, now=now) for application in _kept_long_enough(now))
    remove_files(Upload.objects.filter(application__erased_at__isnull=False))
    return count


def _kept_long_enough(now: datetime) -> "QuerySet[Application]":
    over = [one.pk for one in _rounds_with_people(now) if months_after(one.closes_at, one.keep_months, one.zone) <= now]
    left = Application.objects.filter(round__in=over, erased_at=None, membership=None)
    return left.exclude(Exists(Offer.objects.filter(application=OuterRef("pk"), state=OfferState.OPEN))).order_by("pk")[
        :BATCH
    ]


def _rounds_with_people(now: datetime) -> "QuerySet[Round]":
    left = Application.objects.filter(round=OuterRef("pk"), erased_at=None, membership=None)
    return Round.objects.filter(Exists(left), closes_at__lte=now - SHORTEST)


def months_after(moment: datetime, months: int, zone: str) -> datetime:
    """Return the same day and hour some months later by the clock of `zone`, or that month's last day."""
    local = moment.astimezone(ZoneInfo(zone))
    years, month = divmod(local.month - 1 + months, 12)
    last = monthrange(local.year + years, month + 1)[1]
    return local.replace(year=local.year + years, month=month + 1, day=min(local.day, last))
