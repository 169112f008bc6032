"""Second marks: a sample of what people mark is read again by somebody who does not see the first mark.

Which marks are drawn follows from the ledger, the cohort's share and its secret seed alone: nobody chooses, and
`draws` can be worked out again at any time. A talk cannot be heard again, so it is in no sample: whoever heard it
beside the first marker gives the second mark (`heard`). A second mark is no grade. Where the two differ in points, a
third person settles it with a reason, and only that may lead to another grade.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery import conflicts, heard, ledger, mark_drafts, notices, questions, revising
from mastery.choices import SecondMarkState
from mastery.holding import hold
from mastery.judgements import LONGEST_COMMENT, LONGEST_REASON, SecondMark, SecondMarkShare
from mastery.levels import clamped, points_at
from mastery.models import Attempt, GradeEvent
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User

MARKERS = (Role.MENTOR, Role.ORGANIZER)
# Until a new share holds: every mark that is being given meanwhile is recorded by then, under the share before it.
SETTLES_IN = timedelta(minutes=1)


def share_in_force(cohort: Cohort, at: datetime) -> SecondMarkShare | None:
    """Return the share that held at a moment; None before the cohort's first mark."""
    return SecondMarkShare.objects.filter(cohort=cohort, at__lte=at).last()


@transaction.atomic
def set_share(cohort: Cohort, percent: int, *, by: User) -> SecondMarkShare:
    """Let another share of the marks be given twice, from the next minute on. The same share again changes nothing.

    Marks that were given stay drawn or not drawn, as they are. Raises RuleViolation outside 0 to 100 and for anybody
    but the cohort's organizers.
    """
    if not Membership.objects.active().filter(user=by, cohort=cohort, role=Role.ORGANIZER).exists():
        raise RuleViolation(_("Only an organizer of the cohort sets how many marks are given twice."))
    if not 0 <= percent <= 100:
        raise RuleViolation(_("The share lies between 0 and 100 percent."))
    Cohort.objects.select_for_update().get(pk=cohort.pk)
    present = SecondMarkShare.objects.filter(cohort=cohort).last()
    if present is not None and present.percent == percent:
        return present
    return SecondMarkShare.objects.create(cohort=cohort, percent=percent, by=by, at=timezone.now() + SETTLES_IN)


def is_drawn(share: SecondMarkShare, attempt_id: int, item: str) -> bool:
    """Tell whether a mark belongs to the sample: the same answer for ever."""
    digest = hashlib.sha256(f"{share.seed}:{attempt_id}:{item}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % 100 < share.percent


def draw(event: GradeEvent, attempt: Attempt) -> SecondMark | None:
    """Decide whether a first mark by a person is read twice, and by whom. The caller holds the attempt."""
    cohort = attempt.membership.cohort
    share = share_in_force(cohort, event.at)
    if share is None:
        share = SecondMarkShare.objects.create(cohort=cohort, at=event.at)
    if not is_drawn(share, attempt.pk, event.item):
        return None
    present, _created = SecondMark.objects.get_or_create(
        attempt=attempt,
        item=event.item,
        defaults={"first": event, "marker": _reader(event, attempt, share.seed), "drawn_at": event.at},
    )
    return present


def draws(cohort: Cohort) -> Iterator[GradeEvent]:
    """Work out from the ledger which first marks of a cohort belong to the sample: two queries."""
    shares = list(SecondMarkShare.objects.filter(cohort=cohort))
    first = GradeEvent.objects.filter(
        attempt__membership__cohort=cohort, supersedes=None, by__isnull=False, detail__by_person=True
    )
    for event in first.exclude(detail__has_key="in_talk").order_by("pk"):
        held = [share for share in shares if share.at <= event.at]
        if held and is_drawn(held[-1], event.attempt_id, event.item):
            yield event


def markers_of(attempt: Attempt, *, without: set[int]) -> list[Membership]:
    """Return who may judge this person's work in its cohort, mentors first: two queries."""
    barred = conflicts.barred_from(attempt.membership.user_id) | without
    teaching = Membership.objects.active().filter(cohort_id=attempt.membership.cohort_id, role__in=MARKERS)
    found = teaching.exclude(user__in=barred).select_related("user")
    seen: dict[int, Membership] = {}
    for one in sorted(found, key=lambda member: (member.role != Role.MENTOR, member.pk)):
        seen.setdefault(one.user_id, one)
    return list(seen.values())


def _reader(event: GradeEvent, attempt: Attempt, seed: str) -> User | None:
    """Choose the second marker: mentors before organizers, then who has the fewest waiting, then by the seed."""
    able = markers_of(attempt, without={event.by_id} if event.by_id else set())
    waiting = SecondMark.objects.filter(state=SecondMarkState.WAITING, marker__in=[one.user_id for one in able])
    load = dict(waiting.order_by().values_list("marker").annotate(count=Count("pk")))

    def rank(one: Membership) -> tuple[bool, int, str]:
        chance = hashlib.sha256(f"{seed}:{event.pk}:{one.user_id}".encode()).hexdigest()
        return one.role != Role.MENTOR, load.get(one.user_id, 0), chance

    return min(able, key=rank).user if able else None


def hand_over(now: datetime) -> int:
    """Find a reader for second marks that wait for nobody, or for somebody who no longer marks there.

    Nobody else heard a talk, so such a mark of a talk is asked for no longer.
    """
    changed = heard.let_go()
    able = Membership.objects.active().filter(role__in=MARKERS)
    waiting = SecondMark.objects.filter(state=SecondMarkState.WAITING).exclude(first__detail__has_key="in_talk")
    for one in waiting.select_related("first", "attempt__membership__cohort"):
        if one.marker_id and able.filter(user=one.marker_id, cohort=one.attempt.membership.cohort_id).exists():
            continue
        share = share_in_force(one.attempt.membership.cohort, one.drawn_at)
        reader = _reader(one.first, one.attempt, share.seed if share else "")
        if reader is not None and reader.pk != one.marker_id:
            same = SecondMark.objects.filter(pk=one.pk, state=SecondMarkState.WAITING, marker=one.marker_id)
            changed += same.update(marker=reader)
    return changed


def waiting_for(user: User) -> QuerySet[SecondMark]:
    """Return what waits for a second mark by `user`, oldest first."""
    mine = SecondMark.objects.filter(marker=user, state=SecondMarkState.WAITING)
    return mine.select_related("attempt__check_version", "attempt__for_check", "attempt__membership__cohort").order_by(
        "drawn_at", "pk"
    )


def hides(user: User, attempt: Attempt) -> bool:
    """Tell whether the grades of an attempt are hidden from `user`, who has still to mark some of it blind."""
    return SecondMark.objects.filter(marker=user, state=SecondMarkState.WAITING, attempt=attempt).exists()


@transaction.atomic
def give(second: SecondMark, level: int, comment: str, *, by: User) -> SecondMark:
    """Give the second mark. One that is given stays, so that a double click changes nothing.

    Raises RuleViolation for anybody but its marker, and for a marker who has declared a conflict.
    """
    attempt = hold(second.attempt_id)
    current = SecondMark.objects.select_for_update().get(pk=second.pk)
    if current.marker_id != by.pk or conflicts.is_barred(by, attempt.membership.user_id):
        raise RuleViolation(_("This second mark waits for somebody else now."))
    if current.state != SecondMarkState.WAITING:
        return current
    question = questions.one_of(questions.of_attempt(attempt), current.item)
    if question is None:
        raise RuleViolation(_("This item is not marked by hand."))
    current.level = clamped(question, level)
    current.points = points_at(question, level)
    current.comment = comment.replace("\x00", "").strip()[:LONGEST_COMMENT]
    current.marked_at = timezone.now()
    present = ledger.current(attempt.events.filter(item=current.item))[current.item]
    is_same = present.points == current.points
    current.state = SecondMarkState.AGREES if is_same else SecondMarkState.DIFFERS
    current.save()
    mark_drafts.discard(attempt, current.item, by=by)
    return current


@dataclass(frozen=True, slots=True)
class Settlement:
    """How a third person settles two marks that differ."""

    level: int
    reason: str
    may_lower: bool = False


def settlers(second: SecondMark) -> list[User]:
    """Return who may settle a difference: a third person; in a team without one, an organizer who gave a mark."""
    both = {pk for pk in (second.first.by_id, second.marker_id) if pk}
    third = markers_of(second.attempt, without=both)
    able = third or [one for one in markers_of(second.attempt, without=set()) if one.role == Role.ORGANIZER]
    return [one.user for one in able]


def to_settle(user: User) -> list[SecondMark]:
    """Return the differences that `user` may settle, oldest first."""
    cohorts = Membership.objects.active().filter(user=user, role__in=MARKERS).values("cohort")
    open_ = SecondMark.objects.filter(state=SecondMarkState.DIFFERS, attempt__membership__cohort__in=cohorts)
    mine = Q(marker=user) | Q(first__by=user)
    others = open_.exclude(attempt__membership__user=user).exclude(
        attempt__membership__user__in=conflicts.persons_of(user)
    )
    loaded = others.select_related("first__by", "marker", "attempt__check_version", "attempt__membership__cohort")
    found = list(loaded.exclude(mine).order_by("marked_at", "pk"))
    # A team of two has no third person: only then does one who gave a mark settle it.
    return found + [
        one for one in loaded.filter(mine, attempt__membership__cohort__in=_organized(user)) if user in settlers(one)
    ]


def _organized(user: User) -> QuerySet[Membership, int]:
    return Membership.objects.active().filter(user=user, role=Role.ORGANIZER).values_list("cohort", flat=True)


@transaction.atomic
def settle(second: SecondMark, settlement: Settlement, *, by: User) -> SecondMark:
    """Settle two marks that differ; the learner gets one letter. Settling again changes nothing.

    Raises RuleViolation without a reason, and for anybody who gave one of the marks where a third person is there.
    """
    attempt = hold(second.attempt_id)
    current = SecondMark.objects.select_for_update(of=("self",)).select_related("first", "attempt").get(pk=second.pk)
    if by not in settlers(current):
        raise RuleViolation(_("A third person settles this: somebody who gave neither mark and has no conflict."))
    if current.state == SecondMarkState.SETTLED:
        return current
    if current.state != SecondMarkState.DIFFERS:
        raise RuleViolation(_("There is nothing to settle: the two marks do not differ."))
    before = ledger.current(attempt.events.filter(item=current.item))[current.item]
    current.outcome = revising.revise(
        attempt, current.item, settlement.level, by=by, reason=settlement.reason, may_lower=settlement.may_lower
    )
    current.state = SecondMarkState.SETTLED
    current.settled_level, current.settled_by, current.settled_at = settlement.level, by, timezone.now()
    current.reason = settlement.reason.strip()[:LONGEST_REASON]
    current.save()
    notices.settled(attempt, current, before=before)
    return current
