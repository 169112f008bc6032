"""Faults: each test has a site of its own, so that nothing one test left waiting is another's work."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from tests.faults.ground import Ground, at_home, prepared
from whitebox.celery import HintTask, app


@pytest.fixture
def site(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Ground]:
    with django_db_blocker.unblock(), prepared(tmp_path_factory.mktemp("faults")) as ground:
        yield ground
        for log in sorted(ground.folder.glob("*.log")):  # Shown with a test that failed.
            print(f"{log.name}:\n{log.read_text()[-4000:]}")


@pytest.fixture
def ground(
    site: Ground,
    db: None,
    tasks_run_at_once: None,
    django_db_blocker: DjangoDbBlocker,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Ground]:
    """The site, with this process on its database and deaf: what it hands out is lost, and tests send by themselves."""
    monkeypatch.setattr(HintTask, "apply_async", lambda *_args, **_kwargs: None)
    app.conf.task_always_eager = False
    with django_db_blocker.unblock(), at_home(site):
        yield site


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.faults)
