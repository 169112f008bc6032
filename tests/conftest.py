"""What every test can lean on."""

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from _pytest.terminal import TerminalReporter
from django.conf import settings as django_settings
from hypothesis import settings as hypothesis_settings
from pytest_django.fixtures import Settings
from xdist.remote import Producer
from xdist.scheduler import Scheduling

from applicants import opening, rulebook
from curriculum import module_page, offline, syllabus, weeks
from mastery import checklist, review_items
from mastery.grading import code
from tests import migrated
from tests.faults import cluster
from tests.hosts import network
from tests.sharing import ByFile, by_length
from whitebox.celery import app
from whitebox.web import drawing, navigation

# `pytest --hypothesis-profile=long` plays as much as one has time for.
hypothesis_settings.register_profile("long", max_examples=3000)

# What the machine may lack, how to tell, and how to get it. With CI set, nothing may be lacking.
OPTIONAL: dict[str, tuple[Callable[[], bool], str]] = {
    "sandbox": (
        lambda: code.availability().ok,
        "apt-get install bubblewrap && make sandbox",
    ),
    "browser": (lambda: bool(shutil.which("chromium")), "apt-get install chromium"),
    "postgres": (
        lambda: "postgresql" in django_settings.DATABASES["default"]["ENGINE"],
        "set DATABASE_URL=postgres://…",
    ),
    "redis": (lambda: bool(django_settings.REDIS_URL), "set REDIS_URL=redis://…"),
    "server": (lambda: cluster.binaries() is not None, "apt-get install postgresql"),
    "network": (network.is_possible, "run as root with iproute2 where namespaces may be made"),
}
# `make test` runs once without and once with the services, so CI sees them too; containers may forbid namespaces.
MAY_LACK = {"postgres", "redis", "network"}


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    _skip_what_is_lacking(items)
    if hasattr(config, "workerinput"):  # one of several processes
        by_length(items)


def _skip_what_is_lacking(items: list[pytest.Item]) -> None:
    for name, (is_there, remedy) in OPTIONAL.items():
        if is_there():
            continue
        for item in items:
            if item.get_closest_marker(name):
                item.add_marker(pytest.mark.skip(reason=f"needs {name}: {remedy}"))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling | None:
    return ByFile(config, log) if config.getoption("dist") == "loadfile" else None


def _skipped(reporter: TerminalReporter) -> Counter[str]:
    """Count the skipped tests by reason."""
    reports = (report.longrepr for report in reporter.stats.get("skipped", []))
    return Counter(str(place[2]).removeprefix("Skipped: ") for place in reports if isinstance(place, tuple))


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """Say in one line each what this machine does not offer and how to get it."""
    for reason, count in sorted(_skipped(terminalreporter).items()):
        terminalreporter.write_line(f"not run here: {count} tests, {reason}", yellow=True)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """With CI set a skip is a failure, but for the services of the other of the two runs."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if not os.environ.get("CI") or reporter is None:
        return
    if any(not reason.startswith(tuple(f"needs {name}" for name in MAY_LACK)) for reason in _skipped(reporter)):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, pytestconfig: pytest.Config
) -> None:
    """Begin the test database as a copy of one that was migrated once; `--create-db` migrates from nothing."""
    if not pytestconfig.getoption("create_db") and not pytestconfig.getoption("nomigrations"):
        migrated.use()


@pytest.fixture(autouse=True)
def everything_in_its_own_folder(settings: Settings, tmp_path: Path) -> None:
    """Keep mail, uploads, caches and messages of a test to itself."""
    settings.MEDIA_ROOT = tmp_path / "uploads"
    settings.MAIL_DIR = tmp_path / "mail"
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": str(tmp_path)}
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }


@pytest.fixture(autouse=True)
def nothing_kept_of_packs() -> None:
    """Forget the versions of packs and forms of the test before: they were rolled back, and their keys come again."""
    rulebook.forget()
    opening.forget()
    syllabus.forget()
    module_page.forget()
    weeks.forget()
    drawing.forget()
    offline.forget()
    checklist.of_version.cache_clear()
    review_items.objectives_with_items.cache_clear()
    navigation.links_of.cache_clear()


@pytest.fixture(autouse=True)
def tasks_run_at_once() -> Iterator[None]:
    """Run a task where it is handed out, so that a test sees what it does after the commit."""
    app.conf.task_always_eager, app.conf.task_eager_propagates = True, True
    yield
    app.conf.task_always_eager, app.conf.task_eager_propagates = False, False
