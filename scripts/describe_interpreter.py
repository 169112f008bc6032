"""Print, as JSON, the files that the interpreter running this needs, so that the grading box shows these and no others.

make_sandbox.sh calls this with BUILT FINAL: the environment is built in BUILT and then moved to FINAL.
"""

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Iterable
from pathlib import Path

# Modules of the standard library that lean on more than the C library and that learners' numpy code may import.
LINKED_MODULES = ("_bz2", "_ctypes", "_hashlib", "_lzma", "_uuid", "zlib")


def libraries(files: Iterable[Path]) -> set[str]:
    """Return the shared libraries that `files` load, as the dynamic linker of this machine finds them."""
    found: set[str] = set()
    for file in files:
        listing = subprocess.run(["ldd", str(file)], capture_output=True, text=True, check=False).stdout  # noqa: S603, S607 - our own file names; ldd is where the system has it
        words = (word for line in listing.splitlines() for word in line.split())
        found.update(word for word in words if word.startswith("/"))
    return found


def main(built: Path, final: Path) -> None:
    python = Path(os.path.realpath(sys.executable))
    packages = Path(sysconfig.get_path("purelib"))
    stdlib = Path(sysconfig.get_path("stdlib"))
    dynload = next(Path(entry) for entry in sys.path if entry.endswith("lib-dynload"))
    linked = [file for name in LINKED_MODULES for file in dynload.glob(f"{name}.*so")]
    needed = libraries([python, *linked, *packages.rglob("*.so*")])
    inside = (str(built), str(stdlib))
    description = {
        "python": str(python),
        "folders": sorted({str(stdlib), str(dynload)} if stdlib not in dynload.parents else {str(stdlib)}),
        "packages": str(final / packages.relative_to(built.resolve())),
        "libraries": sorted(path for path in needed if not path.startswith(inside)),
    }
    json.dump(description, sys.stdout, indent=1)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
