"""Claims: a person or a team at a problem, until a day. A claim that runs out frees its problem."""

from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sprints import access
from sprints.bank import locked, settle
from sprints.choices import ClaimState
from sprints.models import Claim, Problem, Renewal
from sprints.room import lock_people, require_room, rule_of
from sprints.rosters import Team
from whitebox.errors import RuleViolation
from whitebox.outbox import letters
from whitebox.outbox.models import Letter
from whitebox.people import policies
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort, Membership, User

WARNED_BEFORE = timedelta(days=3)
LEFT = (MembershipState.WITHDRAWN, MembershipState.DISQUALIFIED, MembershipState.DEFERRED)


@transaction.atomic
def claim(problem: Problem, until: date, *, by: User, team: Team | None = None) -> Claim:
    """Give `by`, or a team of theirs, the problem until the end of a day; asking again returns the claim they hold.

    Raises RuleViolation where the person may not claim, holds too many claims, or came second.
    """
    # The people's rows, then the problem's: a limit and a problem can both be raced for.
    people = _people(by, team)
    lock_people(people)
    current = locked(problem.pk)
    held = Claim.objects.active().filter(problem=current).select_related("membership").first()
    if held is not None:
        return _own(held, by)
    membership = _entitled(by, team)
    require_room(people, membership.cohort)
    if current.answered_at is not None:
        raise RuleViolation(_("This problem is answered. Choose an open one."))
    made = Claim(problem=current, membership=membership, team=team, zone=membership.cohort.zone)
    made.last_until(_within_limits(until, membership.cohort))
    made.save()
    settle(current)
    return made


def _own(held: Claim, by: User) -> Claim:
    if not access.holds(by, held):
        raise RuleViolation(
            _("Somebody has claimed this problem until %(day)s. Choose another one, or come back then.")
            % {"day": shown(held.until)}
        )
    return held


def _entitled(by: User, team: Team | None) -> Membership:
    membership = access.researcher(by, timezone.now(), team.cohort_id if team else None)
    if membership is None:
        raise RuleViolation(_("Participants, mentors and organizers of a cohort that has started can claim problems."))
    if policies.owed(by):
        raise RuleViolation(_("Sign the policies on your home page first. Then you can claim a problem."))
    return membership


def _people(by: User, team: Team | None) -> list[User]:
    """Return for whom a claim counts. Raises RuleViolation for a team that `by` is not in."""
    if team is None:
        return [by]
    people = [one.membership.user for one in team.members.present().select_related("membership__user")]
    if by not in people:
        raise RuleViolation(_("Only the people of a team can claim a problem for it."))
    return people


def last_day(cohort: Cohort, at: datetime) -> date:
    """Return the latest day until which a claim can be set now."""
    return at.astimezone(cohort.tz).date() + timedelta(days=rule_of(cohort).longest_days)


def _within_limits(until: date, cohort: Cohort) -> date:
    now = timezone.now()
    if until <= now.astimezone(cohort.tz).date():
        raise RuleViolation(_("Choose a day after today."))
    latest = last_day(cohort, now)
    if until > latest:
        raise RuleViolation(
            _("A claim can last until %(day)s at most. You can renew it later.") % {"day": shown(latest)}
        )
    return until


def holder_in_words(claim: Claim, *, is_near: bool) -> str:
    """Say who holds a claim: by name only to those of the same cohort."""
    if not is_near:
        words = _("a team of %(cohort)s") if claim.team_id else _("somebody of %(cohort)s")
        return words % {"cohort": claim.membership.cohort}
    return _("team %(name)s") % {"name": claim.team.name} if claim.team else claim.membership.user.called


def shown(day: date) -> str:
    return date_format(day, "D j M Y")


@transaction.atomic
def renew(claim: Claim, until: date, progress: str, *, by: User) -> Claim:
    """Lengthen a claim, with a line of what moved. The same day again changes nothing."""
    _problem, current = _locked(claim)
    if not access.holds(by, current):
        raise RuleViolation(_("Only the person who holds a claim can renew it."))
    if not current.is_active:
        raise RuleViolation(_("This claim has ended. Claim the problem again if it is still free."))
    if until == current.until:
        return current
    if until < current.until:
        raise RuleViolation(
            _("A renewal makes a claim longer: choose a day after %(day)s.") % {"day": shown(current.until)}
        )
    if not progress.strip():
        raise RuleViolation(_("Write one line about what you did since: it is kept with the claim."))
    _within_limits(until, current.membership.cohort)
    _call_back_warning(current, by=by)
    Renewal.objects.create(
        claim=current, was_until=current.until, until=until, progress=" ".join(progress.split())[:300], by=by
    )
    current.last_until(until)
    current.set_at = timezone.now()
    current.save(update_fields=["until", "ends_at", "set_at"])
    return current


@transaction.atomic
def release(claim: Claim, *, by: User) -> None:
    """Give a problem back. Twice changes nothing. An organizer of the cohort may do it for the holder."""
    _end(claim, ClaimState.RELEASED, by=by)


@transaction.atomic
def finish(claim: Claim, *, by: User) -> None:
    """Say that the work on a problem is done. Whether the problem is answered, an organizer decides."""
    if not access.holds(by, claim):
        raise RuleViolation(_("Only the person who holds a claim can finish it."))
    _end(claim, ClaimState.FINISHED, by=by)


def _end(claim: Claim, state: ClaimState, *, by: User) -> None:
    problem, current = _locked(claim)
    if not access.holds(by, current) and not _organizes(by, current.membership.cohort):
        raise RuleViolation(_("Only the person who holds a claim, or an organizer, can end it."))
    if current.state == state:
        return
    if not current.is_active:
        raise RuleViolation(_("This claim has ended already. Reload the page."))
    _close(current, problem, state, at=timezone.now())
    _call_back_warning(current, by=by)


def _organizes(user: User, cohort: Cohort) -> bool:
    return Membership.objects.active().filter(user=user, cohort=cohort, role=Role.ORGANIZER).exists()


def _locked(claim: Claim) -> tuple[Problem, Claim]:
    """Lock the problem's row, which guards its claims too, and return both as they are now."""
    problem = locked(claim.problem_id)
    return problem, Claim.objects.with_people().get(pk=claim.pk)


def _close(current: Claim, problem: Problem, state: ClaimState, *, at: datetime) -> None:
    current.state, current.ended_at = state, at
    current.save(update_fields=["state", "ended_at"])
    settle(problem)


def warning_key(claim: Claim) -> str:
    """Name the letter that warns of one last day; a renewal has another day, so another letter."""
    return f"claim-expiring:{claim.pk}:{claim.until.isoformat()}"


def _call_back_warning(claim: Claim, *, by: User) -> None:
    """Stop the warning of a day that no longer counts, where it still waits for the reader's morning."""
    letters.call_back(Letter.objects.filter(dedup_key__startswith=warning_key(claim)), by=by)


@transaction.atomic
def expire(claim: Claim, *, now: datetime) -> bool:
    """End a claim whose last day is over; tell whether it was this call that did."""
    problem, current = _locked(claim)
    if not current.is_active or current.ends_at > now:
        return False  # Renewed, released, or expired by another beat meanwhile.
    _close(current, problem, ClaimState.EXPIRED, at=now)
    return True


@transaction.atomic
def free(claim: Claim, *, now: datetime) -> bool:
    """End the claim of somebody who has left the cohort; tell whether it was this call that did."""
    problem, current = _locked(claim)
    if not current.is_active or current.membership.state not in LEFT:
        return False  # Reinstated, or ended meanwhile.
    heir = _heir(current)
    if heir is not None:
        current.membership = heir
        current.save(update_fields=["membership"])
        return True
    _close(current, problem, ClaimState.RELEASED, at=now)
    return True


def _heir(current: Claim) -> Membership | None:
    """Return who of the team takes a claim over whose holder left, the longest in it first."""
    if current.team is None:
        return None
    there = current.team.members.present().filter(membership__state=MembershipState.ACTIVE)
    found = there.select_related("membership__cohort").order_by("joined_at", "pk").first()
    return found.membership if found else None
