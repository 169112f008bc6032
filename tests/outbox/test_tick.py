from types import SimpleNamespace

import pytest
from django.utils import timezone

from tests.factories.outbox import LetterTemplateFactory
from tests.factories.people import UserFactory
from whitebox import contributions
from whitebox.outbox import letters, tick
from whitebox.outbox.models import Heartbeat, Letter


def test_tick_queues_each_reminder_once_and_survives_a_broken_one(
    db: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    LetterTemplateFactory.create(kind="nudge")
    reader = UserFactory.create()

    def broken(now: object) -> list[letters.Request]:
        raise ZeroDivisionError

    def working(now: object) -> list[letters.Request]:
        return [letters.Request("nudge", "nudge:1", reader, due_at=timezone.now(), is_urgent=True)]

    found = {
        "reminders": (
            SimpleNamespace(__name__="a", due=broken, OPTIONAL={}),
            SimpleNamespace(__name__="b", due=working, OPTIONAL={}),
        )
    }
    monkeypatch.setattr(contributions, "modules", lambda name: found.get(name, ()))

    tick.run(timezone.now())
    tick.run(timezone.now())

    assert Letter.objects.filter(dedup_key="nudge:1").count() == 1
    assert Heartbeat.objects.get().queue == "interactive"
    assert "a part of the tick broke" in caplog.text


def test_a_contribution_without_its_attribute_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contributions, "modules", lambda name: (SimpleNamespace(__name__="app.reminders"),))

    with pytest.raises(Exception, match=r"app\.reminders must define due"):
        list(contributions.attributes("reminders", "due"))
