"""The drill itself: hand in, break, let the sweepers repair, and count what became of everything.

Leases last minutes. After a kill the drill moves the ends of leases, as if that time had passed; a worker that lives on
then finds its lease lost, which is one more fault. On the last try of a job that is done only after so long that the
worker must be dead: giving a job up is for work whose workers died, not for work on a busy machine.
"""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.utils import timezone

from mastery import gating, queue, tasks
from mastery.choices import AttemptState, JobState
from mastery.drill import work
from mastery.drill.ground import Broker, Workers
from mastery.models import Attempt, CheckVersion, GradeEvent, GradingJob
from whitebox.outbox import tick
from whitebox.outbox.models import Letter

PAST = timedelta(minutes=1)
SURELY_DEAD = timedelta(seconds=60)  # a live worker has a right solution graded long before, on a busy machine too
ENDED = (AttemptState.GRADED, AttemptState.VOID)


@dataclass(slots=True)
class Report:
    """What was done to the work, and what became of it. `is_ok` when nothing of it shows."""

    jobs: int
    seed: int
    injected: Counter[str] = field(default_factory=Counter)
    ended: int = 0
    lost: int = 0  # attempts that never ended, or ended without a grade
    double_counted: int = 0  # attempts with two grades that count, or two letters about one
    charged: int = 0  # right solutions that ended as "not yet", or void attempts that cost their person anything
    unfounded: int = 0  # void attempts whose job did not die three times
    void: int = 0  # given up after three kills while they were held; these count for nothing
    seconds: float = 0.0

    @property
    def is_ok(self) -> bool:
        return not (self.lost or self.double_counted or self.charged or self.unfounded) and self.ended == self.jobs

    def as_json(self) -> dict[str, Any]:
        found = asdict(self) | {"injected": dict(self.injected), "ok": self.is_ok}
        return found | {"jobs_per_second": round(self.jobs / self.seconds, 1) if self.seconds else None}


class Drill:
    """One run over `jobs` attempts with faults drawn from `seed`."""

    def __init__(self, broker: Broker, workers: Workers, report: Report, *, patience: float) -> None:
        self._broker, self._workers, self.report = broker, workers, report
        self._rng = random.Random(report.seed)  # noqa: S311 - faults, not secrets
        self._patience = patience

    def run(self, say: Callable[[str], None]) -> Report:
        began = time.monotonic()
        cohort, check = work.make_check()
        people = work.enrol(cohort, self.report.jobs)
        say(f"{len(people)} people hand in.")
        faults = self._plan(len(people))
        for number, member in enumerate(people):
            work.hand_in(member, check)
            for fault in faults.get(number, ()):
                fault()
        self._duplicate_all()
        say("All is handed in; the rest is graded while things break.")
        self._until_all_ended()
        self.report.seconds = round(time.monotonic() - began, 1)
        self._count()
        self._count_void(check)
        return self.report

    def _plan(self, jobs: int) -> dict[int, list[Callable[[], None]]]:
        """Spread kills over the handing in: a worker for each 50 jobs, the broker for each 250, at least one each."""
        plan: dict[int, list[Callable[[], None]]] = {}
        for fault, every in ((self._kill_worker, 50), (self._kill_broker, 250), (self._round, 20)):
            for _each in range(max(1, jobs // every)):
                plan.setdefault(self._rng.randrange(jobs), []).append(fault)
        return plan

    def _kill_worker(self) -> None:
        self._workers.kill(self._rng.randrange(len(self._workers)))
        self.report.injected["worker_kills"] += 1

    def _kill_broker(self) -> None:
        self._broker.kill()
        time.sleep(self._rng.uniform(0, 1))
        self._broker.start()
        self.report.injected["broker_kills"] += 1

    def _duplicate_all(self) -> None:
        """Send the message of every job once more, whatever has become of the job."""
        for pk in GradingJob.objects.values_list("pk", flat=True):
            tasks.grade_job.delay_on_commit(pk)
            self.report.injected["duplicates"] += 1

    def _round(self) -> None:
        """Do what the beat does each minute, with time gone by for whoever holds a lease or waits."""
        now = timezone.now()
        held = GradingJob.objects.filter(state=JobState.LEASED, lease_until__gt=now)
        held = held.filter(Q(tries__lt=queue.MOST_TRIES) | Q(lease_until__lt=now + queue.LEASE - SURELY_DEAD))
        # Who was leased a moment ago is most likely still at work: only some of those are made to lose it.
        for pk in held.values_list("pk", flat=True):
            if self._rng.random() < 0.5:
                self.report.injected["leases_ended"] += held.filter(pk=pk).update(lease_until=now - PAST)
        GradingJob.objects.filter(state=JobState.QUEUED).update(queued_at=now - PAST)
        queue.give_back_expired(now)
        queue.hand_out(now)
        tick.hand_out(now)

    def _until_all_ended(self) -> None:
        """Repair every three seconds, and kill on: a worker whenever some more work is done."""
        moved, next_round = time.monotonic(), 0.0
        some = max(2, self.report.jobs // 50)
        before = self._left()
        kill_at = before - some
        while (left := self._left()) and time.monotonic() < moved + self._patience:
            if left < before:  # Patience is for a drill that stands still: how long a job takes is the machine's.
                before, moved = left, time.monotonic()
            if time.monotonic() > next_round:
                self._round()
                next_round = time.monotonic() + 3
            if self.report.jobs // 10 < left <= kill_at:
                self._kill_worker()
                kill_at = left - some
            time.sleep(0.2)

    def _left(self) -> int:
        return GradingJob.objects.live().count()

    def _count(self) -> None:
        report = self.report
        report.ended = Attempt.objects.filter(state__in=ENDED).count()
        counting = GradeEvent.objects.filter(superseded_by=None).values("attempt", "item").annotate(times=Count("pk"))
        graded = {row["attempt"] for row in counting}
        ungraded = Attempt.objects.filter(state=AttemptState.GRADED).exclude(pk__in=graded).count()
        report.lost = report.jobs - report.ended + ungraded
        # A void attempt has two letters, one for the learner and one for staff: neither is a second one.
        told = Letter.objects.filter(about__startswith="mastery.attempt:").values("about", "kind", "recipient")
        letters = told.annotate(times=Count("pk"))
        report.double_counted = counting.filter(times__gt=1).count() + letters.filter(times__gt=1).count()
        not_yet = GradeEvent.objects.filter(superseded_by=None, points=0, attempt__state=AttemptState.GRADED)
        report.charged = not_yet.count() + GradeEvent.objects.filter(attempt__state=AttemptState.VOID).count()

    def _count_void(self, check: CheckVersion) -> None:
        """Look at each void attempt: its job died three times, and its person can start the same form at once."""
        given_up = GradingJob.objects.filter(state=JobState.DEAD, tries=queue.MOST_TRIES)
        found = Attempt.objects.filter(state=AttemptState.VOID)
        self.report.void = found.count()
        self.report.unfounded = found.exclude(Exists(given_up.filter(attempt=OuterRef("pk")))).count()
        for attempt in found.select_related("membership__cohort", "membership__user"):
            standing = gating.standing(attempt.membership, check)
            self.report.charged += not (standing.may_start and standing.form == attempt.form)
