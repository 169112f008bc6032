"""Figures for Prometheus. All come from the database, so that every process gives the same answer."""

from collections.abc import Iterable, Iterator

from django.db.models import Count
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from typing_extensions import override

from whitebox.operation import backlog, chores
from whitebox.operation.choices import Chore
from whitebox.outbox.choices import LetterState
from whitebox.outbox.models import Heartbeat, Letter


class Figures(Collector):
    """What is asked anew at each scrape: a fixed number of queries."""

    def describe(self) -> Iterable[GaugeMetricFamily]:
        return ()  # Registering it asks the database nothing.

    @override
    def collect(self) -> Iterator[GaugeMetricFamily]:
        now = timezone.now()
        states = dict(Letter.objects.values_list("state").annotate(Count("pk")).order_by())
        yield _gauge("letters", "Letters by state", "state", {state: states.get(state, 0) for state in LetterState})
        waiting = backlog.all_of_them(now)
        yield _gauge("waiting", "What waits for a worker", "queue", {one.name: one.count for one in waiting})
        yield _gauge(
            "waiting_oldest_seconds",
            "How long the oldest of it has waited",
            "queue",
            {one.name: max((now - one.oldest).total_seconds(), 0) if one.oldest else 0 for one in waiting},
        )
        beats = Heartbeat.objects.values_list("queue", "at")
        yield _gauge(
            "heartbeat_age_seconds",
            "Since the last sign of life of a queue's worker",
            "queue",
            {queue: (now - at).total_seconds() for queue, at in beats},
        )
        good = {chore: chores.last_good(chore) for chore in Chore}
        yield _gauge(
            "chore_last_success_timestamp_seconds",
            "When nightly work last went well",
            "chore",
            {chore: run.began_at.timestamp() for chore, run in good.items() if run},
        )


def _gauge(name: str, says: str, label: str, values: dict[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(f"whitebox_{name}", says, labels=[label])
    for key, value in values.items():
        family.add_metric([str(key)], value)
    return family


def text() -> bytes:
    """Return the figures of this moment in Prometheus' text format."""
    registry = CollectorRegistry()
    registry.register(Figures())
    return generate_latest(registry)
