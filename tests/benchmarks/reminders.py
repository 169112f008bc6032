"""How long one tick takes that finds many reminders due, and how much memory: collected, rendered and queued.

python -m tests.benchmarks.reminders [--count N] [--beats 2]

Runs on a database of its own, made from SQLite, or on the server that DATABASE_URL names. With two beats both run at
once, and each reminder must still be there once. The goal is 100,000 below 60 s and 500 MB.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "whitebox.settings")
django.setup()

from tests import migrated  # noqa: E402  # Django comes first
from tests.running import PYTHON, ROOT, environment_for  # noqa: E402

GOAL = {"count": 100_000, "seconds": 60, "megabytes": 500}


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure a tick that finds many reminders due.")
    parser.add_argument("--count", type=int, default=1000, help=f"how many are due (1000; the goal is {GOAL['count']})")
    parser.add_argument("--beats", type=int, default=1, help="how many ticks run at once (1)")
    options = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="reminders-")))
        address = stack.enter_context(migrated.database(f"reminders_{os.getpid()}", folder))
        environment = environment_for(folder, 0, address, redis="") | {"LOG_LEVEL": "WARNING"}
        _inside(f"fill({options.count})", environment).communicate()
        beats = [_inside("tick_once()", environment) for _beat in range(options.beats)]
        said = [json.loads(beat.communicate()[0]) for beat in beats]
        counted = json.loads(_inside("counted()", environment).communicate()[0])
    worst = {key: max(one[key] for one in said) for key in ("seconds", "megabytes")}
    figures = {"due": options.count, "beats": options.beats, **worst, **counted}
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    sys.exit(0 if counted == {"queued": options.count, "distinct": options.count} else 1)


def _inside(call: str, environment: dict[str, str]) -> "subprocess.Popen[str]":
    """Do a part of the work in a process of its own, so that its memory is its own."""
    code = f"import django; django.setup(); from tests.benchmarks.loads import drafts; drafts.{call}"
    environment = environment | {"DJANGO_SETTINGS_MODULE": "whitebox.settings"}
    return subprocess.Popen([*PYTHON, "-c", code], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


if __name__ == "__main__":
    main()
