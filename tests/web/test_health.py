"""What /readyz says about the worker: it is missed within three minutes."""

from datetime import timedelta

import pytest
from django.utils import timezone

from whitebox.outbox.models import Heartbeat
from whitebox.web import health

pytestmark = pytest.mark.django_db


def test_worker_that_never_reported_is_missed() -> None:
    assert not health.worker().is_ok


@pytest.mark.parametrize(("silent", "is_ok"), [(70, True), (179, True), (181, False)])
def test_worker_is_missed_after_three_minutes(silent: int, is_ok: bool) -> None:
    Heartbeat.objects.create(queue="interactive", at=timezone.now() - timedelta(seconds=silent))

    assert health.worker().is_ok is is_ok
