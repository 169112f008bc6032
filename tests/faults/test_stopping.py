"""A worker that is told to stop while it is at work: what is under way is finished, and nothing is begun."""

import signal
import socket
import threading

import pytest

from mastery.choices import AttemptState, JobState
from tests.faults.brokers import wait_until
from tests.faults.ground import Ground
from tests.faults.work import grades, hand_in, job_of, make_code_course, make_letters
from tests.mastery.grading.exercises import REFERENCE
from tests.outbox.test_mail_servers import MailServer
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Letter

SLOW = "import time\n\ntime.sleep(2)\n" + REFERENCE


@pytest.mark.sandbox
def test_a_job_under_way_is_finished_before_the_worker_ends(ground: Ground) -> None:
    attempt = hand_in(make_code_course(limits={"wall_seconds": 20}), SLOW)
    ground.send("mastery.grade_job", job_of(attempt).pk)
    with ground.worker() as worker:
        wait_until(lambda: job_of(attempt).state == JobState.LEASED, "the job is under way")

        worker.send_signal(signal.SIGTERM)

        assert worker.wait(60) == 0
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.GRADED
    assert grades(attempt) == {"softmax": 1, "sum": 1}
    assert job_of(attempt).tries == 1


def test_a_letter_under_way_is_finished_and_the_next_one_waits(ground: Ground) -> None:
    server = MailServer(delay=2)
    threading.Thread(target=server.serve, daemon=True).start()
    first, second = make_letters(2)
    ground.send("outbox.send_letter", first.pk)
    with ground.worker(variables={"EMAIL_URL": f"smtp://127.0.0.1:{server.port}"}) as worker:
        wait_until(lambda: len(server.taken) == 1, "the first letter is on its way")

        worker.send_signal(signal.SIGTERM)
        ground.send("outbox.send_letter", second.pk)

        assert worker.wait(60) == 0
    server.door.shutdown(socket.SHUT_RDWR)
    server.door.close()
    states = dict(Letter.objects.filter(pk__in=[first.pk, second.pk]).values_list("pk", "state"))
    assert states == {first.pk: LetterState.SENT, second.pk: LetterState.APPROVED}
    assert len(server.taken) == 1
    Letter.objects.filter(pk__in=states).delete()  # They are in no folder of mails, where other tests look for all.
