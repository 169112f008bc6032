"""Workers that die at any moment. What they held comes back, and nothing comes twice.

Leases last minutes. After a kill nobody holds any, so the tests let the time pass by moving the leases' ends.
"""

import random
import socket
import threading
import time
from typing import Any

import pytest
from django.db.models import Sum

from mastery.choices import AttemptState
from mastery.models import Attempt, GradingJob
from tests.faults.brokers import wait_until
from tests.faults.ground import Ground, expire_leases
from tests.faults.work import grades, hand_in, is_anything_under_way, make_code_course, make_letters
from tests.running import kill
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Letter

ATTEMPTS, LETTERS, KILLS = 21, 40, 6


def _messages(rng: random.Random, kill_number: int) -> list[tuple[str, int]]:
    """Return what a worker gets before it is killed: in turn letters alone, and jobs among which are letters."""
    waiting = Letter.objects.filter(state=LetterState.APPROVED).values_list("pk", flat=True)
    messages = [("outbox.send_letter", pk) for pk in list(waiting)[: LETTERS // KILLS]]
    if kill_number % 2:
        messages += [("mastery.grade_job", pk) for pk in GradingJob.objects.live().values_list("pk", flat=True)]
    return rng.sample(messages, len(messages))


def _mails(ground: Ground) -> int:
    folder = ground.folder / "mail"
    folder.mkdir(exist_ok=True)
    return sum(1 for _ in folder.iterdir())


def _begun() -> Any:
    return GradingJob.objects.aggregate(tries=Sum("tries", default=0))["tries"]


def _wait_for_a_mail(ground: Ground, before: int) -> None:
    """Return as soon as a new file of mail appears: its letter is not yet recorded as sent."""
    deadline = time.monotonic() + 90
    while _mails(ground) == before:  # No pause: the moment lasts about a millisecond.
        assert time.monotonic() < deadline, "no mail within 90 s"


@pytest.mark.sandbox
def test_killed_workers_lose_no_attempt_and_send_no_letter_twice(ground: Ground) -> None:
    seed = random.SystemRandom().randrange(10_000)
    rng = random.Random(seed)
    course = make_code_course()
    handed_in: list[Attempt] = []
    make_letters(LETTERS)
    held_jobs = held_letters = kills = 0

    while kills < KILLS:
        if kills % 2:
            handed_in += [hand_in(course) for _ in range(2 * ATTEMPTS // KILLS)]
        begun, mails = _begun(), _mails(ground)  # before there is a worker, who may be quick
        for task, pk in _messages(rng, kills):
            ground.send(task, pk, times=rng.choice([1, 1, 2]))
        with ground.worker(concurrency=2) as worker:
            if kills % 2:
                wait_until(lambda before=begun: _begun() > before, "a worker begins a job")
                time.sleep(rng.uniform(0, 0.5))
            else:
                _wait_for_a_mail(ground, mails)
            kill(worker)
        kills += 1
        jobs, posts = expire_leases()
        held_jobs, held_letters = held_jobs + jobs, held_letters + posts
        ground.round()
    with ground.worker(concurrency=2):
        for _ in range(10):
            ground.round()
            time.sleep(0.5)
            if not is_anything_under_way():
                break
        wait_until(lambda: not is_anything_under_way(), f"everything ends, seed {seed}", beat=ground.round)

    found = list(Attempt.objects.filter(pk__in=[one.pk for one in handed_in]))
    void = [one for one in found if one.state == AttemptState.VOID]
    uncertain = Letter.objects.filter(state=LetterState.UNCERTAIN).count()
    print(
        f"\nseed {seed}: {kills} kills while {held_jobs} jobs and {held_letters} letters were held; "
        f"{ATTEMPTS} attempts, {len(void)} void; {Letter.objects.count()} letters, {uncertain} uncertain"
    )
    assert [one for one in found if one.state != AttemptState.GRADED] == void
    assert [grades(one) for one in found if one not in void] == [{"softmax": 1, "sum": 1}] * (ATTEMPTS - len(void))
    assert {one.jobs.get().tries for one in void} <= {3}
    assert all(Letter.objects.filter(dedup_key__startswith=f"attempt-void:{one.pk}:").exists() for one in void)
    told = [Letter.objects.filter(about=f"mastery.attempt:{one.pk}").count() for one in found if one not in void]
    assert told == [1] * (ATTEMPTS - len(void))
    _assert_mails_match_letters(ground)
    assert ground.invariants() == "All invariants hold."


def _assert_mails_match_letters(ground: Ground) -> None:
    mails = ground.mails()
    assert max(mails.values()) == 1, f"sent twice: {[pk for pk, count in mails.items() if count > 1]}"
    for letter in Letter.objects.all():
        assert letter.state in {LetterState.SENT, LetterState.UNCERTAIN}
        assert letter.state == LetterState.UNCERTAIN or mails[letter.pk] == 1


def test_letter_of_a_killed_worker_is_uncertain_and_stays_unsent(ground: Ground) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        calls: list[socket.socket] = []
        threading.Thread(target=_answer, args=(silent, calls), daemon=True).start()
        mail = {"EMAIL_URL": f"smtp://127.0.0.1:{silent.getsockname()[1]}"}
        (letter,) = make_letters(1)
        ground.send("outbox.send_letter", letter.pk)
        with ground.worker(variables=mail) as worker:
            wait_until(lambda: len(calls) == 1, "the worker calls the mail server")
            kill(worker)
        assert Letter.objects.get(pk=letter.pk).state == LetterState.SENDING

        assert expire_leases() == (0, 1)
        with ground.worker(variables=mail):
            ground.send("outbox.send_letter", letter.pk, times=2)
            ground.round()
            wait_until(lambda: Letter.objects.get(pk=letter.pk).state != LetterState.SENDING, "the tick sees the lease")
            (other,) = make_letters(1)
            ground.round()
            wait_until(
                lambda: Letter.objects.get(pk=other.pk).state == LetterState.SENDING,
                "the next letter's turn",
                beat=ground.round,
            )
            wait_until(lambda: len(calls) == 2, "the worker sends the next letter, and only that")
        for call in calls:
            call.close()

    letter.refresh_from_db()
    assert (letter.state, letter.tries, letter.sent_at) == (LetterState.UNCERTAIN, 0, None)
    assert letter.error


def _answer(silent: socket.socket, calls: list[socket.socket]) -> None:
    while True:
        try:
            calls.append(silent.accept()[0])
        except OSError:
            return
