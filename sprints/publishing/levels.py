"""Levels: who may know. Stricter takes one person and works at once; more open takes the votes of the policy.

Secret to private needs all authors and the coordinator. Private to public needs them and a majority of at least two
trusted readers from outside. Silence is not agreement. Votes and decisions are kept, dissent included.
"""

from collections.abc import Collection, Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from sprints.choices import InfohazardLevel
from sprints.models import LogEntry
from sprints.publishing import access, releasing, subjects
from sprints.publishing.agreements import LevelChange, Named, TrustedReader, Vote
from sprints.publishing.choices import Capacity, Outcome
from sprints.publishing.models import Writeup
from sprints.publishing.subjects import Subject
from whitebox.errors import RuleViolation
from whitebox.people.models import User

COORDINATOR_HAS = timedelta(days=7)
READERS_HAVE = timedelta(days=10)
FEWEST_READERS = 2


@transaction.atomic
def propose(subject: Subject, wanted: InfohazardLevel, reason: str, *, by: User) -> LevelChange:
    """Ask for another level. A stricter one works at once; a more open one waits for the votes.

    An author who proposes has voted. The same proposal twice is one. Raises RuleViolation for anyone who may not read
    the subject, and for a step from secret to public.
    """
    current = subjects.locked(subject)
    if not subjects.may_read(by, current):
        raise RuleViolation(_("Only people who may read it can ask for another level."))
    said = _said(reason)
    open_change = LevelChange.objects.filter(outcome="", **subjects.about(current)).first()
    if open_change is not None and open_change.wanted == wanted:
        return open_change
    if current.level == wanted:
        raise RuleViolation(_("It has this level already."))
    if not subjects.is_looser(wanted, current.level):
        return _tighten(current, wanted, said, open_change, by)
    if open_change is not None:
        raise RuleViolation(_("A change of its level is being decided. Wait for it, or withdraw it."))
    return _ask(current, wanted, said, by)


def _said(reason: str) -> str:
    if not reason.strip():
        raise RuleViolation(_("Give your reason: it is kept with the decision."))
    return reason.strip()[:2000]


def _tighten(
    subject: Subject, wanted: InfohazardLevel, reason: str, open_change: LevelChange | None, by: User
) -> LevelChange:
    """Set a stricter level at once; what was being decided is withdrawn, what was published is taken down."""
    is_author = subjects.authors_of(subject).filter(pk=by.pk).exists()
    if not is_author and subjects.coordinator_of(subject) != by:
        raise RuleViolation(_("An author or the coordinator can make it stricter. Tell one of them now."))
    now = timezone.now()
    if open_change is not None:
        _decide(open_change, Outcome.WITHDRAWN)
    if isinstance(subject, Writeup) and subject.is_published:
        releasing.take_down(subject, reason, is_hushed=True)
    change = LevelChange.objects.create(
        was=subject.level,
        wanted=wanted,
        reason=reason,
        by=by,
        outcome=Outcome.AGREED,
        decided_at=now,
        revision=subjects.wording_of(subject),
        **subjects.about(subject),
    )
    capacity = Capacity.AUTHOR if is_author else Capacity.COORDINATOR
    Vote.objects.create(change=change, capacity=capacity, user=by, is_yes=True, reason=reason, at=now)
    subjects.set_level(subject, wanted)
    if not is_author:
        _name(subject, by, by=by)
    return change


def _ask(subject: Subject, wanted: InfohazardLevel, reason: str, by: User) -> LevelChange:
    if subject.level == InfohazardLevel.SECRET and wanted == InfohazardLevel.PUBLIC:
        raise RuleViolation(_("A secret thing becomes public in two steps. Ask for private first."))
    _refuse_more_open_than_its_log(subject, wanted)
    coordinator = subjects.coordinator_of(subject)
    if coordinator is None:
        raise RuleViolation(_("The cohort has no coordinator for this yet. Ask an organizer to name one."))
    change = LevelChange.objects.create(
        was=subject.level,
        wanted=wanted,
        reason=reason,
        by=by,
        revision=subjects.wording_of(subject),
        **subjects.about(subject),
    )
    if subject.level == InfohazardLevel.SECRET:  # who decides has to know
        _name(subject, coordinator, by=by)
    for author in subjects.authors_of(subject):
        Vote.objects.create(change=change, capacity=Capacity.AUTHOR, user=author)
    Vote.objects.create(change=change, capacity=Capacity.COORDINATOR, user=coordinator)
    own = change.votes.filter(user=by, capacity=Capacity.AUTHOR).first()
    if own is not None:
        _record(own, is_yes=True, reason=reason)
    return change


def _refuse_more_open_than_its_log(subject: Subject, wanted: InfohazardLevel) -> None:
    if isinstance(subject, LogEntry) and subjects.is_looser(wanted, subject.excursion.level):
        raise RuleViolation(_("An entry is never more open than its excursion. Ask for the excursion's level."))


@transaction.atomic
def vote(given: Vote, *, is_yes: bool, reason: str, by: User | None = None) -> None:
    """Give a vote with its reason. The same answer twice changes nothing; a vote that was given stays.

    `by` is None for a trusted reader, whom the private link names.
    """
    current = _locked_vote(given)
    if by is not None and current.user_id != by.pk:
        raise RuleViolation(_("This vote is somebody else's."))
    if current.is_yes is not None:
        if current.is_yes == is_yes:
            return
        raise RuleViolation(_("This vote was given. Ask for a new decision if something has changed."))
    if not current.change.is_open:
        raise RuleViolation(_("This has been decided meanwhile."))
    if current.given_up_at is not None:
        raise RuleViolation(_("Another reader was asked in the meantime. Thank you all the same."))
    _record(current, is_yes=is_yes, reason=_said(reason))


def _locked_vote(given: Vote) -> Vote:
    """Return a vote behind the lock of what it is about, so that two last votes do not miss each other."""
    subjects.locked(given.change.subject)
    return Vote.objects.select_related("change", "user", "reader").get(pk=given.pk)


def _record(current: Vote, *, is_yes: bool, reason: str) -> None:
    current.is_yes, current.reason, current.at = is_yes, reason, timezone.now()
    current.save(update_fields=["is_yes", "reason", "at"])
    change = LevelChange.objects.get(pk=current.change_id)
    votes = list(change.votes.all())
    _start_clock(change, votes)
    outcome = outcome_of(change.wanted, votes)
    if outcome is not None:
        _decide(change, outcome)
        if outcome == Outcome.AGREED:
            subjects.set_level(subjects.locked(change.subject), change.wanted)


def _start_clock(change: LevelChange, votes: Sequence[Vote]) -> None:
    """Let the time for an answer begin when all authors have asked."""
    if change.clock_from is None and all(one.is_yes for one in votes if one.capacity == Capacity.AUTHOR):
        change.clock_from = timezone.now()
        change.save(update_fields=["clock_from"])
        change.votes.filter(capacity=Capacity.COORDINATOR).update(due_at=change.clock_from + COORDINATOR_HAS)


def outcome_of(wanted: str, votes: Collection[Vote]) -> Outcome | None:
    """Return what votes amount to, or None while it is open. This is the rule of the policy, and its only place."""
    inside = [one.is_yes for one in votes if one.capacity != Capacity.READER]
    if False in inside:
        return Outcome.REFUSED
    readers = [one.is_yes for one in votes if one.capacity == Capacity.READER and one.given_up_at is None]
    is_read = wanted != InfohazardLevel.PUBLIC
    if not is_read and len(readers) >= FEWEST_READERS:
        if 2 * readers.count(False) >= len(readers):
            return Outcome.REFUSED
        is_read = 2 * readers.count(True) > len(readers)
    return Outcome.AGREED if is_read and all(inside) else None


def _decide(change: LevelChange, outcome: Outcome) -> None:
    change.outcome, change.decided_at = outcome, timezone.now()
    change.save(update_fields=["outcome", "decided_at"])


@transaction.atomic
def ask_readers(change: LevelChange, readers: Collection[TrustedReader], *, by: User) -> None:
    """Ask trusted readers, two at first at least. Who was asked already is not asked again.

    A reader who stayed silent for ten days is given up once another one is asked.
    """
    subject = subjects.locked(change.subject)
    current = LevelChange.objects.get(pk=change.pk)
    if subjects.coordinator_of(subject) != by:
        raise RuleViolation(_("The coordinator asks the readers."))
    if not current.is_open or current.wanted != InfohazardLevel.PUBLIC or current.clock_from is None:
        raise RuleViolation(_("Readers are asked once all authors want it public."))
    cohort, now = subjects.cohort_of(subject), timezone.now()
    asked = {one.reader_id for one in current.votes.filter(capacity=Capacity.READER)}
    new = [one for one in readers if one.pk not in asked and one.cohort_id == cohort.pk and one.is_active]
    if len(asked) + len(new) < FEWEST_READERS:
        raise RuleViolation(_("Name two trusted readers at least."))
    silent = current.votes.waiting().filter(capacity=Capacity.READER, due_at__lte=now).order_by("due_at", "pk")
    given_up = [one.pk for one in silent[: len(new)]]
    Vote.objects.filter(pk__in=given_up).update(given_up_at=now)
    Vote.objects.bulk_create(
        Vote(change=current, capacity=Capacity.READER, reader=one, asked_at=now, due_at=now + READERS_HAVE)
        for one in new
    )


@transaction.atomic
def withdraw(change: LevelChange, *, by: User) -> None:
    """Take a proposal back: whoever made it, or an author. Twice changes nothing."""
    subject = subjects.locked(change.subject)
    current = LevelChange.objects.get(pk=change.pk)
    if current.by_id != by.pk and not subjects.authors_of(subject).filter(pk=by.pk).exists():
        raise RuleViolation(_("Whoever asked for it takes it back, or an author."))
    if current.is_open:
        _decide(current, Outcome.WITHDRAWN)


@transaction.atomic
def name(subject: Subject, user: User, *, by: User) -> Named:
    """Put somebody of the cohort on the need-to-know list. Twice leaves one line."""
    current = subjects.locked(subject)
    _require_keeper(current, by)
    if not access.people_of(subjects.cohort_of(current)).filter(user=user).exists():
        raise RuleViolation(_("Only people of the cohort can be named."))
    return _name(current, user, by=by)


def _name(subject: Subject, user: User, *, by: User) -> Named:
    return Named.objects.get_or_create(user=user, defaults={"by": by}, **subjects.about(subject))[0]


@transaction.atomic
def strike(named: Named, *, by: User) -> None:
    """Take somebody off the need-to-know list. What they have read they know."""
    _require_keeper(subjects.locked(named.subject), by)
    Named.objects.filter(pk=named.pk).delete()


def _require_keeper(subject: Subject, by: User) -> None:
    if not subjects.authors_of(subject).filter(pk=by.pk).exists() and subjects.coordinator_of(subject) != by:
        raise RuleViolation(_("Its authors and the coordinator keep the list of who needs to know."))
