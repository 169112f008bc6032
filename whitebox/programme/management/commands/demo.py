"""`manage.py demo`: fill the demonstration and serve it until Ctrl-C."""

import os
import signal
import socket
import subprocess
import sys
import time
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.core.management.utils import get_random_secret_key
from django.utils import timezone

from whitebox.programme import demonstration

ROLES = ("organizer", "reviewer", "mentor", "participant", "adviser")
PYTHON = (sys.executable, "-W", "ignore")
MANAGE = Path(settings.BASE_DIR) / "manage.py"


class Command(BaseCommand):
    help = "Fill a demonstration cohort and serve it, with one worker, until Ctrl-C. Reuses what is there."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--no-serve", action="store_true", help="only fill the database")
        parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8000")))

    def handle(self, *args: Any, no_serve: bool, port: int, **options: Any) -> None:
        if not settings.DEBUG:
            raise CommandError("The demonstration has known passwords. It does not run with DEBUG off.")
        if no_serve:
            self._fill()
        else:
            self._serve(port)

    def _fill(self) -> None:
        call_command("migrate", verbosity=0)
        cohort = demonstration.fill()
        self.stdout.write(f"{cohort} is ready, in week {cohort.week_at(timezone.now())} of {cohort.weeks}.")

    def _serve(self, port: int) -> None:
        _require_free(port)
        # Warnings only, unless somebody wants more: the lines of every request would bury the welcome.
        environment = {"LOG_LEVEL": "WARNING"} | os.environ | _like_production(port)
        # In a process of its own, so that the links in its letters lead to this port and hold under this key.
        _run("manage.py demo --no-serve", environment | {"DEBUG": "true"})
        _run("manage.py collectstatic --noinput --verbosity 0", environment)
        web = f"-m gunicorn whitebox.wsgi --bind 127.0.0.1:{port} --workers 1 --threads 4 --log-level warning"
        worker = "-m celery -q -A whitebox worker -B --concurrency 1 -Q interactive,batch --loglevel warning"
        running = [_started(command, environment) for command in (web, worker)]
        signal.signal(signal.SIGTERM, _interrupt)
        try:
            self._welcome(port)
            while all(process.poll() is None for process in running):
                time.sleep(0.2)
            raise CommandError("The web server or the worker has stopped by itself; why stands above.")
        except KeyboardInterrupt:
            self.stdout.write("Stopping.")
        finally:
            _stop(running)

    def _welcome(self, port: int) -> None:
        self.stdout.write(
            f"\n  WhiteBox is at http://127.0.0.1:{port}/   (Ctrl-C stops everything)\n\n"
            f"  Sign in with password {demonstration.PASSWORD}:"
        )
        for role in ROLES:
            self.stdout.write(f"    {role}@demo.test")
        self.stdout.write("")


def _require_free(port: int) -> None:
    """Raise CommandError where the web server could not listen, before a minute is spent on filling."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the web server does
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise CommandError(
                f"Port {port} cannot be used: {error}. Nothing was changed. Take another: PORT=9000 make demo"
            ) from error


def _like_production(port: int) -> dict[str, str]:
    """Serve the demonstration as a server would, but with a key of its own and no second factor."""
    secret = Path(settings.VAR_DIR) / "demo-key"
    if not secret.exists():
        secret.touch(mode=0o600)
        secret.write_text(get_random_secret_key())
    return {
        "DEBUG": "false",
        "SECRET_KEY": secret.read_text(),
        "SITE_URL": f"http://127.0.0.1:{port}",
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
        "SECOND_FACTOR_REQUIRED": "false",
    }


def _run(command: str, environment: dict[str, str]) -> None:
    subprocess.run([*PYTHON, *command.split()], env=environment, cwd=MANAGE.parent, check=True)  # noqa: S603  # our own


def _started(command: str, environment: dict[str, str]) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([*PYTHON, *command.split()], env=environment, cwd=MANAGE.parent, start_new_session=True)  # noqa: S603  # our own commands


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def _stop(running: list["subprocess.Popen[bytes]"]) -> None:
    """End both process groups, gently first; nothing is left behind."""
    for late in (signal.SIGINT, signal.SIGTERM):
        signal.signal(late, signal.SIG_IGN)  # A second Ctrl-C must not leave them running.
    for process in running:
        process.terminate()  # its children are ended by it, in order
    deadline = time.monotonic() + 10  # seconds; a worker finishes the job it holds
    for process in running:
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
