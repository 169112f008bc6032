"""Files as blind readers get them: the pages, without what would tell who made them and without what could run."""

import subprocess
import sys
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from whitebox.errors import RuleViolation

PROGRAM = Path(__file__).with_name("pdf_cleaning.py")
PATIENCE = 30  # seconds


def cleaned(file: "IO[Any]") -> bytes:
    """Return a PDF as readers get it. Takes a third of a second and more; the file stays as it is.

    Raises RuleViolation for one that cannot be read: it would tell what nobody has looked at.
    """
    found = _run(file)
    if found is None:
        raise RuleViolation(
            _("This file is locked or damaged, so what would tell who sent it could not be taken out, and it is not "
              "given out. Say so in your note; the organizers have the original.")
        )  # fmt: skip
    return found


def is_readable(file: "IO[Any]") -> bool:
    """Tell whether readers will get a file."""
    return _run(file) is not None


def _run(file: "IO[Any]") -> bytes | None:
    """Clean a file in a process with limits: a hostile one takes that process and not the site's."""
    file.seek(0)
    content = file.read()
    file.seek(0)
    try:
        done = subprocess.run(  # noqa: S603  # our own program, and the file goes to its standard input
            [sys.executable, "-I", str(PROGRAM)],
            input=content,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
            env={},
        )
    except subprocess.TimeoutExpired:
        return None
    return done.stdout if done.returncode == 0 and done.stdout else None
