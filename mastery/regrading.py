"""The verbs of a regrade: begin, compare, look, apply. Compared and applied person by person, in small steps.

The run is a parent row, each attempt a job of it. A worker leases the jobs of some people, works, and commits; what a
killed worker leaves behind is leased again, so a run goes on wherever it stopped. Nothing is written to the ledger
before somebody has looked at the table and applied it.
"""

import logging
import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from mastery import comparing, ledger, notices, tasks, working
from mastery.choices import AttemptState, Direction, RegradeJobState, RegradeState
from mastery.grading import code
from mastery.holding import hold
from mastery.ledger import Regraded
from mastery.models import Attempt, CheckVersion
from mastery.regrades import Regrade, RegradeJob
from whitebox.errors import RuleViolation
from whitebox.people.choices import Role
from whitebox.people.models import Cohort, Membership, User

logger = logging.getLogger(__name__)

PEOPLE = 20  # in one step
LEASE = timedelta(minutes=6)  # above the hard time limit of a task, 5 min
REGRADED = [AttemptState.GRADED, AttemptState.NEEDS_MARK, AttemptState.NEEDS_TALK]
NEXT_STATE = {
    RegradeState.COMPARING: (RegradeJobState.WAITING, RegradeState.COMPARED, "compared_at"),
    RegradeState.APPLYING: (RegradeJobState.COMPARED, RegradeState.DONE, "ended_at"),
}


@transaction.atomic
def begin(cohort: Cohort, fixed: CheckVersion, *, by: User, reason: str) -> Regrade:
    """Begin to compare what was graded in a cohort with what a fixed check gives; nothing of it changes yet.

    A run of the same version that waits for its decision is returned. Raises RuleViolation for anybody but an
    organizer, without a reason, and where nothing was graded on another version.
    """
    require_organizer(cohort, by)
    if not reason.strip():
        raise RuleViolation(_("Give a reason: everybody whose marks change reads it."))
    Cohort.objects.select_for_update().get(pk=cohort.pk)  # Two clicks queue here.
    live = Regrade.objects.filter(cohort=cohort, for_check=fixed.for_check_id, ended_at=None).first()
    if live is not None and live.check_version_id == fixed.pk:
        return live
    if live is not None:
        raise RuleViolation(_("Another version of this check is being regraded. Apply or withdraw that first."))
    graded = attempts_for(cohort, fixed)
    if not graded:
        raise RuleViolation(_("Nothing in this cohort was graded on another version of this check."))
    run = Regrade.objects.create(
        cohort=cohort, for_check_id=fixed.for_check_id, check_version=fixed, reason=reason.strip(), by=by
    )
    RegradeJob.objects.bulk_create(
        [RegradeJob(regrade=run, attempt_id=pk, membership_id=member) for pk, member in graded], batch_size=500
    )
    tasks.regrade.delay_on_commit(run.pk)
    return run


def attempts_for(cohort: Cohort, fixed: CheckVersion) -> list[tuple[int, int]]:
    """Return the attempts that a fixed check may change, each with its person: graded on another wording of it."""
    graded = Attempt.objects.filter(membership__cohort=cohort, for_check=fixed.for_check_id, state__in=REGRADED)
    others = graded.exclude(check_version__digest=fixed.digest)
    return list(others.order_by("membership", "number").values_list("pk", "membership"))


@transaction.atomic
def apply(run: Regrade, *, by: User, may_lower: bool = False) -> Regrade:
    """Let a compared run change the ledger. Marks go down only where `may_lower` says so. Twice changes nothing."""
    require_organizer(run.cohort, by)
    compared = Regrade.objects.filter(pk=run.pk, state=RegradeState.COMPARED)
    if compared.update(state=RegradeState.APPLYING, may_lower=may_lower):
        tasks.regrade.delay_on_commit(run.pk)
    run.refresh_from_db()
    if run.state in {RegradeState.COMPARING, RegradeState.WITHDRAWN}:
        raise RuleViolation(_("This run cannot be applied now. Reload the page."))
    return run


@transaction.atomic
def withdraw(run: Regrade, *, by: User) -> None:
    """End a run that was not applied; nothing has changed. Twice changes nothing."""
    require_organizer(run.cohort, by)
    before = Regrade.objects.filter(pk=run.pk, state__in=[RegradeState.COMPARING, RegradeState.COMPARED])
    before.update(state=RegradeState.WITHDRAWN, ended_at=timezone.now())
    run.refresh_from_db()
    if run.state != RegradeState.WITHDRAWN:
        raise RuleViolation(_("This run is applied already. Correct single marks, or regrade with another version."))


def require_organizer(cohort: Cohort, by: User) -> None:
    if not Membership.objects.active().filter(user=by, cohort=cohort, role=Role.ORGANIZER).exists():
        raise RuleViolation(_("Only an organizer of the cohort can regrade."))


def step(run_id: int, now: datetime) -> bool:
    """Do the jobs of some people of a run. False when no more can be done now."""
    run = Regrade.objects.select_related("check_version", "cohort").filter(pk=run_id).first()
    if run is None or run.state not in NEXT_STATE:
        return False
    state, following, moment = NEXT_STATE[RegradeState(run.state)]
    jobs = _leased(run, state, now)
    if not jobs:
        return _ended(run, state, following, moment, now)
    if run.state == RegradeState.APPLYING:
        for person in _by_person(jobs):
            _apply_to(run, person)
        return True
    token = jobs[0].lease_token
    try:
        for person in _by_person(jobs):
            _compare(run, person)
    except code.SandboxUnavailable as unavailable:
        logger.warning("regrade %s waits: %s", run.pk, unavailable)
        RegradeJob.objects.filter(lease_token=token).update(lease_until=None, lease_token=None)
        return False  # The sweeper asks again each minute.
    return True


def _leased(run: Regrade, state: RegradeJobState, now: datetime) -> list[RegradeJob]:
    """Lease the jobs of the next people to this worker, each with what comparing it needs: nine queries."""
    free = run.jobs.free(now).filter(state=state)
    people = list(free.order_by("membership").values_list("membership", flat=True).distinct()[:PEOPLE])
    token = uuid.uuid4()
    free.filter(membership__in=people).update(lease_token=token, lease_until=now + LEASE)
    mine = run.jobs.filter(lease_token=token, state=state).order_by("membership", "pk")
    loaded = mine.select_related("attempt__check_version", "attempt__for_check", "membership__user")
    return list(loaded.prefetch_related("attempt__answers", "attempt__events__objective", "membership__mastered"))


def _by_person(jobs: Sequence[RegradeJob]) -> list[list[RegradeJob]]:
    found: dict[int, list[RegradeJob]] = defaultdict(list)
    for job in jobs:
        found[job.membership_id].append(job)
    return list(found.values())


@transaction.atomic
def _ended(run: Regrade, state: RegradeJobState, following: RegradeState, moment: str, now: datetime) -> bool:
    """Move a run on when none of its jobs is left. False in any case: there is nothing to do for this worker."""
    if not run.jobs.filter(state=state).exists():
        Regrade.objects.filter(pk=run.pk, state=run.state).update(**{"state": following, moment: now})
    return False


@transaction.atomic
def _compare(run: Regrade, jobs: Sequence[RegradeJob]) -> None:
    """Store what would change for one person. Raises SandboxUnavailable."""
    gained: set[int] = set()
    for job in jobs:
        gained |= _compare_attempt(run, job)
    if gained:
        opens = comparing.gates_that_open(jobs[0].membership, gained)
        changed = next(job for job in jobs if job.change.get("gained"))
        changed.change["opens"] = opens
    RegradeJob.objects.bulk_update(jobs, ["state", "direction", "change", "error", "lease_token", "lease_until"])


def _compare_attempt(run: Regrade, job: RegradeJob) -> set[int]:
    """Fill one job and return the objectives that the person would newly master."""
    job.lease_token = job.lease_until = None
    try:
        found = list(comparing.changes(job.attempt, run.check_version))
    except working.BrokenExercise as broken:
        job.state, job.error = RegradeJobState.FAILED, str(broken)[:300]
        return set()
    job.direction = comparing.direction(found)
    job.state = RegradeJobState.COMPARED if found else RegradeJobState.UNCHANGED
    if not found:
        return set()
    before, after = comparing.reached(job.attempt, found)
    names = {event.objective.slug: event.objective_id for event in job.attempt.events.all()}
    has = {one.objective_id for one in job.membership.mastered.all()}
    gained = {names[slug] for slug in after - before} - has
    job.change = {
        "items": [
            {
                "event": event.pk,
                "item": event.item,
                "before": [event.points, event.total],
                "after": [new.points, new.total],
                "detail": dict(new.detail),
                "is_lower": comparing.is_lower(event, new),
            }
            for event, new in found
        ],
        "gained": sorted(gained),
        "lost": sorted(names[slug] for slug in before - after),
    }
    return gained


@transaction.atomic
def _apply_to(run: Regrade, jobs: Sequence[RegradeJob]) -> None:
    """Write the new grades of one person and one letter about all of them."""
    changed = []
    for job in jobs:
        attempt = hold(job.attempt_id)
        if not RegradeJob.objects.filter(pk=job.pk, state=RegradeJobState.COMPARED).exists():
            continue  # Applied meanwhile by a worker whose lease had run out.
        wanted = [one for one in job.change.get("items", ()) if run.may_lower or not one["is_lower"]]
        made = ledger.replace(attempt, [_regraded(one) for one in wanted], run=run)
        state = RegradeJobState.APPLIED if made else RegradeJobState.KEPT
        RegradeJob.objects.filter(pk=job.pk).update(state=state, lease_token=None, lease_until=None)
        if made:
            changed.append(attempt)
    if changed:
        notices.regraded(run, changed)


def _regraded(stored: dict[str, Any]) -> Regraded:
    points, total = stored["after"]
    return Regraded(stored["event"], points, total, stored["detail"])


def hand_out(now: datetime) -> int:
    """Give a task for each run that is at work: what a worker or the broker lost goes on here."""
    runs = list(Regrade.objects.at_work().values_list("pk", flat=True))
    for pk in runs:
        tasks.regrade.delay_on_commit(pk)
    return len(runs)


def counts(run: Regrade) -> dict[str, int]:
    """Return how many jobs of a run there are in each state and direction: two queries."""
    found: dict[str, int] = dict.fromkeys([*RegradeJobState.values, *Direction.values], 0)
    for state in run.jobs.values_list("state", "direction"):
        found[state[0]] += 1
        found[state[1]] += 1
    return found
