"""Gradings that wait for a worker."""

from datetime import datetime, timedelta

from django.db.models import Count, Min
from django.utils.translation import gettext_lazy as _

from mastery.models import GradingJob
from whitebox.operation.backlog import Backlog


def gradings(now: datetime) -> Backlog:
    found = GradingJob.objects.live().aggregate(count=Count("pk"), oldest=Min("queued_at"))
    return Backlog("gradings", _("Programs to grade"), found["count"], found["oldest"], timedelta(minutes=10))


BACKLOGS = [gradings]
