"""Grading and regrading by the thousand: how much two workers get done, what they need, how long 10,000 regrades take.

python -m tests.benchmarks.volume FILE [JOBS ATTEMPTS]
"""

import json
import os
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402  # as above
from django.utils import timezone  # noqa: E402  # Django comes first

from curriculum.models import Objective  # noqa: E402
from mastery import queue, regrading, working  # noqa: E402
from mastery.choices import AttemptState, CheckKind, JobState  # noqa: E402
from mastery.drill import work as drill  # noqa: E402
from mastery.grading import code  # noqa: E402
from mastery.models import Answer, Attempt, Check, CheckVersion, GradeEvent, GradingJob  # noqa: E402
from mastery.regrades import Regrade  # noqa: E402
from tests.benchmarks import machine  # noqa: E402
from whitebox.packs.models import PackVersion  # noqa: E402
from whitebox.people.choices import Role  # noqa: E402
from whitebox.people.models import Cohort, Membership, User  # noqa: E402

WORKERS, ALONE, JOBS, ATTEMPTS, EACH = 2, 100, 1_200, 10_000, 10
WAYS = {"isolated": "false", "forked": "true"}


def measure(jobs: int, attempts: int) -> dict[str, Any]:
    cohort, check = drill.make_check()
    found: dict[str, Any] = {"workers": WORKERS, "jobs": jobs, "ways": {}}
    for way, zygote in WAYS.items():
        found["ways"][way] = _graded(cohort, check, jobs if way == "forked" else jobs // 3, zygote)
    return found | {"regrade": _regraded(cohort, check, attempts)}


def _graded(cohort: Cohort, check: CheckVersion, count: int, zygote: str) -> dict[str, Any]:
    """Grade submissions that come alone: seconds from claimed to recorded; then let two processes share a long line."""
    lonely = _people(cohort, ALONE)
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"SANDBOX_ZYGOTE": zygote}
        command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.volume"]
        keys = [str(check.pk), *(str(member.pk) for member in lonely)]
        subprocess.run([*command, "alone", folder, *keys], env=environment, check=True)
        seconds = json.loads((Path(folder) / "alone").read_text())
        for member in _people(cohort, count):
            drill.hand_in(member, check)
        processes = [subprocess.Popen([*command, "work", folder, str(n)], env=environment) for n in range(WORKERS)]
        while len(list(Path(folder).glob("ready-*"))) < WORKERS:
            time.sleep(0.05)
        (Path(folder) / "go").touch()
        if any(process.wait() for process in processes):
            raise SystemExit("A worker failed.")
        parts = [json.loads((Path(folder) / f"done-{n}").read_text()) for n in range(WORKERS)]
    undone = GradingJob.objects.filter(attempt__membership__cohort=cohort).exclude(state=JobState.DONE).count()
    if undone:
        raise SystemExit(f"{undone} submissions were not graded.")
    spent = max(part["ended"] for part in parts) - min(part["began"] for part in parts)
    return {
        "seconds": seconds,
        "per_second": count / spent,
        "peak_mb": max(part["peak_mb"] for part in parts),
    }


def alone(folder: Path, check: int, members: list[int]) -> None:
    """Hand in and grade one submission after the other, so that none waits beside another."""
    code.safe_box()
    version, seconds = CheckVersion.objects.get(pk=check), list[float]()
    committed, hooks = list[float](), connection.run_and_clear_commit_hooks

    def note_and_run() -> None:
        committed.append(time.perf_counter())  # What follows a commit (the message about the letter) is not recording.
        hooks()

    connection.run_and_clear_commit_hooks = note_and_run  # type: ignore[method-assign]  # Django calls it on commit
    for member in Membership.objects.filter(pk__in=members):
        job = drill.hand_in(member, version).jobs.get()
        claimed = queue.claim_some(job.pk, now=timezone.now())
        start = time.perf_counter()
        working.work_on(claimed)
        seconds.append(committed[-1] - start)
    (folder / "alone").write_text(json.dumps(seconds))


def work(folder: Path, number: int) -> None:
    """Take the message of every second submission as a worker does, once all are ready."""
    code.safe_box()  # A worker tests its box before it takes work.
    mine = [pk for pk in GradingJob.objects.live().values_list("pk", flat=True) if pk % WORKERS == number]
    (folder / f"ready-{number}").touch()
    while not (folder / "go").exists():
        time.sleep(0.002)
    began = time.time()
    for pk in mine:
        working.work(pk)
    done = {"began": began, "ended": time.time(), "peak_mb": machine.peak_mb()}
    (folder / f"done-{number}").write_text(json.dumps(done))


def _people(cohort: Cohort, count: int) -> list[Membership]:
    users = User.objects.bulk_create(User(email=f"{uuid.uuid4().hex}@bench.test") for _number in range(count))
    return Membership.objects.bulk_create(Membership(user=one, cohort=cohort, role=Role.PARTICIPANT) for one in users)


def _regraded(cohort: Cohort, drilled: CheckVersion, attempts: int) -> dict[str, Any]:
    """Give everybody grades by a wrong key, and let a program of its own put them right, as a worker does."""
    wrong, fixed = _two_versions(drilled)
    _attempts(_people(cohort, attempts // EACH), wrong)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-W", "ignore", "-m", "tests.benchmarks.volume", "regrade", folder]
        subprocess.run([*command, str(cohort.pk), str(fixed.pk)], check=True)
        found = json.loads((Path(folder) / "regraded").read_text())
    changed = GradeEvent.objects.filter(regrade=found.pop("run")).count()
    if changed != attempts:
        raise SystemExit(f"{changed} of {attempts} attempts were regraded.")
    return {"attempts": attempts, "people": attempts // EACH, **found}


def regrade(folder: Path, cohort: Cohort, fixed: CheckVersion) -> None:
    """Regrade everybody: seconds of the table and of applying it, with the letters, and what the program needed."""
    organizer = User.objects.get(email="drill-organizer@example.org")
    began = time.perf_counter()
    run = regrading.begin(cohort, fixed, by=organizer, reason="The key was wrong.")
    _work_on(run)
    compared = time.perf_counter()
    regrading.apply(run, by=organizer)
    _work_on(run)
    times = {"compared": compared - began, "applied": time.perf_counter() - compared}
    (folder / "regraded").write_text(json.dumps({"run": run.pk, "peak_mb": machine.peak_mb(), **times}))


def _work_on(run: Regrade) -> None:
    while regrading.step(run.pk, timezone.now()):
        pass
    run.refresh_from_db()


def _two_versions(drilled: CheckVersion) -> tuple[CheckVersion, CheckVersion]:
    """Return a check of five numbers with a wrong key, and with the right one, in the module of the drill."""
    check = Check.objects.create(module_id=drilled.for_check.module_id, slug="bench-volume", kind=CheckKind.MASTERY)
    other = PackVersion.objects.create(
        pack=drilled.version.pack, number=drilled.version.number + 1, digest="bench", title="Bench", programme={}
    )
    made = []
    for version, key in ((drilled.version, "5"), (other, "4")):
        items = [
            {"slug": f"n{n}", "objective": "double", "kind": "numeric", "points": 1, "prompt_html": "", "answer": "4"}
            for n in range(4)
        ]
        items.append({**items[0], "slug": "wrong", "answer": key})
        made.append(
            CheckVersion.objects.create(
                for_check=check,
                version=version,
                digest=f"bench-{key}",
                title="Five numbers",
                minutes=5,
                forms=["A"],
                specification={"forms": {"A": items}},
            )
        )
    return made[0], made[1]


def _attempts(people: list[Membership], check: CheckVersion) -> None:
    now, objective = timezone.now(), Objective.objects.get(module=check.for_check.module_id, slug="double")
    made = Attempt.objects.bulk_create(
        (
            Attempt(
                membership=one,
                for_check_id=check.for_check_id,
                check_version=check,
                form="A",
                number=number + 1,
                seed=number,
                threshold_percent=90,
                client_token=f"bench-{number}",
                state=AttemptState.GRADED,
                submitted_at=now,
                graded_at=now,
            )
            for one in people
            for number in range(EACH)
        ),
        batch_size=1000,
    )
    items = [item["slug"] for item in check.specification["forms"]["A"]]
    Answer.objects.bulk_create(
        (Answer(attempt=one, item=item, value="4") for one in made for item in items), batch_size=2000
    )
    GradeEvent.objects.bulk_create(
        (
            GradeEvent(
                attempt=one, check_version=check, item=item, objective=objective, points=int(item != "wrong"), total=1
            )
            for one in made
            for item in items
        ),
        batch_size=2000,
    )


def main(arguments: list[str]) -> None:
    if arguments[0] == "work":
        work(Path(arguments[1]), int(arguments[2]))
        return
    if arguments[0] == "alone":
        alone(Path(arguments[1]), int(arguments[2]), [int(one) for one in arguments[3:]])
        return
    if arguments[0] == "regrade":
        cohort, fixed = int(arguments[2]), int(arguments[3])
        regrade(Path(arguments[1]), Cohort.objects.get(pk=cohort), CheckVersion.objects.get(pk=fixed))
        return
    jobs, attempts = (int(one) for one in arguments[1:]) if len(arguments) > 1 else (JOBS, ATTEMPTS)
    available = code.availability()
    found = measure(jobs, attempts) if available.ok else {"unavailable": available.reason}
    Path(arguments[0]).write_text(json.dumps(found))


if __name__ == "__main__":
    main(sys.argv[1:])
