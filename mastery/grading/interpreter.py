"""Where the box's interpreter is, and which files of the machine it needs to see."""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]


class SandboxUnavailable(Exception):  # noqa: N818 - a state of the machine, not an error of the program
    """Code cannot be run safely on this machine now. Safe to try again later."""


@dataclass(frozen=True, slots=True)
class Interpreter:
    python: str
    folders: tuple[str, ...]
    packages: str
    libraries: tuple[str, ...]

    @property
    def shown(self) -> tuple[str, ...]:
        """The files and folders that the box shows, read-only."""
        return (self.python, *self.folders, self.packages, *self.libraries)


def sandbox_folder() -> Path:
    """Return the folder that `make sandbox` fills."""
    return Path(os.environ.get("SANDBOX_DIR") or PROJECT / ".sandbox")


def find_interpreter(folder: Path | None = None) -> Interpreter:
    """Read what `make sandbox` wrote. Raises SandboxUnavailable where it is missing or not readable by this user."""
    folder = folder or sandbox_folder()
    try:
        described: dict[str, Any] = json.loads((folder / "box.json").read_text())
        interpreter = Interpreter(
            described["python"], tuple(described["folders"]), described["packages"], tuple(described["libraries"])
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise SandboxUnavailable(f"No interpreter for the box in {folder}: run `make sandbox`. ({error})") from error
    for path in interpreter.shown:
        if not os.access(path, os.R_OK):
            raise SandboxUnavailable(f"The box's interpreter needs {path}, which this user cannot read.")
    return interpreter
