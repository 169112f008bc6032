"""What the doctor says of each part that is well, and of each that is not."""

import json
import shutil
from collections.abc import Callable, Iterable
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django.fixtures import Settings

from tests.faults.work import make_letters
from whitebox.operation import chores, doctor, machine, queues, site
from whitebox.operation.choices import Chore
from whitebox.operation.diagnosis import Diagnosis, Verdict
from whitebox.operation.models import ChoreRun
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Heartbeat, Letter

pytestmark = pytest.mark.django_db
FINE, WARNING, BROKEN = Verdict.FINE, Verdict.WARNING, Verdict.BROKEN


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No worker answers."""
    monkeypatch.setattr(queues, "_answering", frozenset)


def verdicts(found: Iterable[Diagnosis]) -> dict[str, Verdict]:
    return {one.part: one.verdict for one in found}


def beat(queue: str, **ago: int) -> None:
    Heartbeat.objects.create(queue=queue, at=timezone.now() - timedelta(**ago))


def said(*arguments: str) -> tuple[str, CommandError | None]:
    out = StringIO()
    try:
        call_command("doctor", *arguments, stdout=out)
    except CommandError as refused:
        return out.getvalue(), refused
    return out.getvalue(), None


def test_a_site_whose_parts_work_is_well(settings: Settings) -> None:
    settings.DEBUG = True
    beat("interactive", seconds=20)
    beat("batch", seconds=50)

    out, refused = said("--json")

    rows = json.loads(out)
    assert refused is None, out
    assert rows["ok"] is True
    assert {"settings", "database", "migrations", "storage", "mail", "clock", "disk", "packages", "broker"} <= {
        row["part"] for row in rows["parts"]
    }
    assert {row["part"] for row in rows["parts"] if row["verdict"] == "broken"} == set()


def test_a_broken_part_is_named_with_what_to_do_and_ends_with_one(alone: None, settings: Settings) -> None:
    settings.DEBUG = True
    beat("interactive", seconds=20)

    out, refused = said()

    assert refused is not None
    assert (refused.returncode, str(refused)) == (1, "Broken: worker batch.")
    assert "BROKEN worker batch: has never reported\n         Start the batch worker" in out


def test_each_queue_has_its_own_sign_of_life(alone: None) -> None:
    beat("interactive", seconds=179)
    beat("batch", seconds=181)

    assert verdicts(queues.workers()) == {"worker interactive": FINE, "worker batch": BROKEN, "beat": FINE}


def test_workers_that_answer_and_hear_nothing_miss_the_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queues, "_answering", lambda: frozenset({"interactive", "batch"}))
    beat("interactive", minutes=10)

    assert verdicts(queues.workers()) == {"worker interactive": FINE, "worker batch": FINE, "beat": BROKEN}


def test_without_a_worker_the_beat_cannot_be_told(alone: None) -> None:
    assert verdicts(queues.workers())["beat"] == WARNING


def test_letters_that_wait_too_long_are_told() -> None:
    (letter,) = make_letters(1)
    assert verdicts(queues.outbox()) == {"outbox": FINE}

    Letter.objects.filter(pk=letter.pk).update(
        state=LetterState.APPROVED, sent_at=None, due_at=timezone.now() - timedelta(minutes=11)
    )

    assert verdicts(queues.outbox()) == {"outbox": BROKEN}


@pytest.mark.parametrize("state", [LetterState.FAILED, LetterState.UNCERTAIN])
def test_letters_that_need_a_person_are_told(state: LetterState) -> None:
    (letter,) = make_letters(1)
    assert verdicts(queues.letters()) == {"letters": FINE}

    Letter.objects.filter(pk=letter.pk).update(state=state, sent_at=None)

    assert verdicts(queues.letters()) == {"letters": WARNING}


def test_a_clock_that_was_set_back_is_told() -> None:
    beat("interactive", seconds=3)
    assert verdicts(machine.clock()) == {"clock": FINE}

    Heartbeat.objects.update(at=timezone.now() + timedelta(minutes=5))

    assert verdicts(machine.clock()) == {"clock": BROKEN}


def test_a_clock_apart_from_the_databases_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "_database_moment", lambda: timezone.now() - timedelta(seconds=30))

    assert verdicts(machine.clock()) == {"clock": BROKEN}


@pytest.mark.parametrize(("free", "verdict"), [(199, BROKEN), (201, WARNING), (1100, FINE)])
def test_room_on_the_disk(free: int, verdict: Verdict, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage("/")._replace(free=free * 2**20)
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: usage)

    assert set(verdicts(machine.disk()).values()) == {verdict}


def test_packages_that_differ_from_the_pins_are_named(tmp_path: Path) -> None:
    pins = tmp_path / "run.txt"
    pins.write_text(
        "django==0.1 \\\n    --hash=sha256:00\nnot-there-at-all==1.0\npywin32==1 ; sys_platform == 'win32'\n"
    )

    django, missing = machine.differing(pins)

    assert django.startswith("django 5.2")
    assert django.endswith(" instead of 0.1")
    assert missing == "not-there-at-all missing instead of 1.0"


def test_storage_that_takes_nothing_is_told(settings: Settings, tmp_path: Path) -> None:
    assert verdicts(site.storage()) == {"storage": FINE}

    (tmp_path / "file").write_text("in the way")
    settings.MEDIA_ROOT = tmp_path / "file"

    assert verdicts(site.storage()) == {"storage": BROKEN}


def test_mail_server_that_is_gone_is_told(settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1

    assert verdicts(site.mail()) == {"mail": BROKEN}


def test_settings_that_production_must_not_have_are_told(settings: Settings) -> None:
    settings.DEBUG = False
    settings.SECOND_FACTOR_REQUIRED = False

    found = [one.found for one in site.settings() if one.verdict == BROKEN]

    assert "Organizers get in with a password alone. (operation.E003)" in found


def test_a_part_that_cannot_be_asked_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    def mail() -> Iterable[Diagnosis]:
        raise RuntimeError

    monkeypatch.setattr(doctor, "WITHOUT_DATABASE", (mail,))

    assert verdicts(doctor.examine())["mail"] == BROKEN


def _fails() -> str:
    raise ValueError("no room")


@pytest.mark.parametrize(
    ("works", "verdict"), [([], FINE), ([lambda: "all"], FINE), ([_fails], WARNING), ([lambda: "all", _fails], FINE)]
)
def test_nightly_work_that_stopped_going_well_is_told(
    works: list[Callable[[], str]], verdict: Verdict, settings: Settings, tmp_path: Path
) -> None:
    settings.BACKUP_DIR = tmp_path
    for work in works:
        chores.run(Chore.BACKUP, work)

    assert verdicts(site.chores())["backup"] == verdict


def test_nightly_work_of_two_nights_ago_is_too_old(settings: Settings, tmp_path: Path) -> None:
    settings.BACKUP_DIR = tmp_path
    chores.run(Chore.BACKUP, lambda: "all")
    ChoreRun.objects.update(began_at=timezone.now() - timedelta(hours=37))

    assert verdicts(site.chores())["backup"] == WARNING


def test_a_chore_keeps_how_it_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    good, bad = chores.run(Chore.BACKUP, lambda: "12 rows"), chores.run(Chore.BACKUP, _fails)

    assert (good.is_ok, good.detail) == (True, "12 rows")
    assert (bad.is_ok, bad.detail) == (False, "ValueError: no room")
    assert chores.last_good(Chore.BACKUP) == good
    assert chores.last(Chore.BACKUP) == bad
    old: Any = ChoreRun.objects.create(chore=Chore.BACKUP, began_at=timezone.now() - timedelta(days=91))
    chores.run(Chore.BACKUP, lambda: "again")
    assert not ChoreRun.objects.filter(pk=old.pk).exists()
