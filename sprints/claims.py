"""Claims: one person at a problem, until a day. A claim that runs out frees its problem."""

from contextlib import suppress
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sprints import access
from sprints.bank import locked, settle
from sprints.choices import ClaimState
from sprints.models import Claim, ClaimRule, Problem, Renewal
from whitebox.errors import RuleViolation
from whitebox.outbox import letters
from whitebox.outbox.models import Letter
from whitebox.people import policies
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Cohort, Membership, User

WARNED_BEFORE = timedelta(days=3)
LEFT = (MembershipState.WITHDRAWN, MembershipState.DISQUALIFIED, MembershipState.DEFERRED)


def rule_of(cohort: Cohort) -> ClaimRule:
    """Return the cohort's limits; the defaults where it set none. No query where `claim_rule` was loaded with it."""
    found: ClaimRule | None = getattr(cohort, "claim_rule", None)
    return found or ClaimRule(cohort=cohort)


@transaction.atomic
def claim(problem: Problem, until: date, *, by: User) -> Claim:
    """Give `by` the problem until the end of a day; asking again returns the claim they hold.

    Raises RuleViolation where the person may not claim, holds too many claims, or came second.
    """
    # The person's row, then the problem's: a limit and a problem can both be raced for.
    User.objects.select_for_update().get(pk=by.pk)
    current = locked(problem.pk)
    held = Claim.objects.active().filter(problem=current).select_related("membership").first()
    if held is not None:
        return _own(held, by)
    membership = _entitled(by)
    _require_room(by, membership.cohort)
    if current.answered_at is not None:
        raise RuleViolation(_("This problem is answered. Choose an open one."))
    made = Claim(problem=current, membership=membership, zone=membership.cohort.zone)
    made.last_until(_within_limits(until, membership.cohort))
    made.save()
    settle(current)
    return made


def _own(held: Claim, by: User) -> Claim:
    if held.membership.user_id != by.pk:
        raise RuleViolation(
            _("Somebody has claimed this problem until %(day)s. Choose another one, or come back then.")
            % {"day": shown(held.until)}
        )
    return held


def _entitled(by: User) -> Membership:
    membership = access.researcher(by, timezone.now())
    if membership is None:
        raise RuleViolation(_("Participants, mentors and organizers of a cohort that has started can claim problems."))
    if policies.owed(by):
        raise RuleViolation(_("Sign the policies on your home page first. Then you can claim a problem."))
    return membership


def _require_room(by: User, cohort: Cohort) -> None:
    most = rule_of(cohort).most_at_once
    if Claim.objects.active().filter(membership__user=by).count() >= most:
        raise RuleViolation(
            ngettext(
                "You hold %(most)d claim, and that is the limit. Release or finish it first.",
                "You hold %(most)d claims, and that is the limit. Release or finish one first.",
                most,
            )
            % {"most": most}
        )


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


def shown(day: date) -> str:
    return date_format(day, "D j M Y")


@transaction.atomic
def renew(claim: Claim, until: date, progress: str, *, by: User) -> Claim:
    """Lengthen a claim, with a line of what moved. The same day again changes nothing."""
    _problem, current = _locked(claim)
    if current.membership.user_id != by.pk:
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
    if claim.membership.user_id != by.pk:
        raise RuleViolation(_("Only the person who holds a claim can finish it."))
    _end(claim, ClaimState.FINISHED, by=by)


def _end(claim: Claim, state: ClaimState, *, by: User) -> None:
    problem, current = _locked(claim)
    if current.membership.user_id != by.pk and not _organizes(by, current.membership.cohort):
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
    waiting = Letter.objects.filter(dedup_key=warning_key(claim)).first()
    if waiting is not None:
        with suppress(RuleViolation):  # It has left already.
            letters.cancel(waiting, by=by)


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
    _close(current, problem, ClaimState.RELEASED, at=now)
    return True
