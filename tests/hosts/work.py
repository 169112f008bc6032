"""What the workers of the hosts have to do, by the verbs that pages use: gradings and letters; what became of it."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Count
from django.utils import timezone

from mastery import queue
from mastery.choices import AttemptState, JobState
from mastery.drill import work
from mastery.models import Attempt, CheckVersion, GradeEvent, GradingJob
from whitebox.outbox import letters
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Letter, LetterTemplate
from whitebox.people.models import Membership

KIND = "hosts-drill"
LONG = timedelta(seconds=40)


def people_who_study(count: int) -> tuple[list[Membership], CheckVersion]:
    """Make the people and the check they take; the wording of the letters too."""
    cohort, check = work.make_check()
    LetterTemplate.objects.get_or_create(kind=KIND, defaults={"subject": "A note", "body": "Read this."})
    return work.enrol(cohort, count), check


def hand_in(people: Sequence[Membership], check: CheckVersion, readers: range) -> None:
    """Let people hand in code, and write letters to others, by turns."""
    each = max(1, len(readers) // max(1, len(people)))
    unwritten = list(readers)
    for member in people:
        work.hand_in(member, check)
        _write(unwritten[:each])
        del unwritten[:each]
    _write(unwritten)


def _write(readers: Sequence[int]) -> None:
    for one in readers:
        letters.queue(letters.Request(KIND, f"{KIND}-{one}", to=f"reader{one}@example.test"))


def left() -> int:
    """Count what is under way."""
    waiting = Letter.objects.filter(kind=KIND, state__in=[LetterState.APPROVED, LetterState.SENDING])
    return GradingJob.objects.live().count() + waiting.count()


def end_leases() -> None:
    """End the leases of what has been held for long, and let what waits be handed out, as if minutes had passed."""
    now = timezone.now()
    held = GradingJob.objects.filter(state=JobState.LEASED, lease_until__lt=now + queue.LEASE - LONG)
    held.update(lease_until=now - LONG)
    posting = Letter.objects.filter(state=LetterState.SENDING, lease_until__lt=now + letters.LEASE - LONG)
    posting.update(lease_until=now - LONG)
    GradingJob.objects.filter(state=JobState.QUEUED).update(queued_at=now - LONG)


def found() -> dict[str, Any]:
    """Count what was lost, what was done twice, and what a fault of ours cost anybody."""
    counting = GradeEvent.objects.filter(superseded_by=None).values("attempt", "item").annotate(times=Count("pk"))
    graded = Attempt.objects.filter(state=AttemptState.GRADED)
    told = Letter.objects.filter(about__startswith="mastery.attempt:").values("about", "kind", "recipient")
    return {
        "gradings": GradingJob.objects.count(),
        "graded": graded.count(),
        "void": Attempt.objects.filter(state=AttemptState.VOID).count(),
        "letters": Letter.objects.filter(kind=KIND).count(),
        "sent": Letter.objects.filter(kind=KIND, state=LetterState.SENT).count(),
        "uncertain": Letter.objects.filter(kind=KIND, state=LetterState.UNCERTAIN).count(),
        "left": left(),
        "lost": Attempt.objects.exclude(state__in=[AttemptState.GRADED, AttemptState.VOID]).count()
        + graded.exclude(pk__in=counting.values("attempt")).count()
        + Letter.objects.filter(kind=KIND).exclude(state__in=[LetterState.SENT, LetterState.UNCERTAIN]).count(),
        "double_counted": counting.filter(times__gt=1).count()
        + told.annotate(times=Count("pk")).filter(times__gt=1).count(),
        "charged": GradeEvent.objects.filter(superseded_by=None, points=0).count()
        + GradingJob.objects.filter(state=JobState.FAILED).count(),
    }
