"""What the figures were measured on, without a name or a path of it."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path


def facts(database: str, broker: str) -> dict[str, str]:
    return {
        "Date": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "Cores": str(len(os.sched_getaffinity(0))),
        "Memory": f"{_memory_gb():.0f} GB",
        "Python": platform.python_version(),
        "Django": version("Django"),
        "Database": database,
        "Broker": broker,
        "Load average at the start": load_average(),
    }


def load_average() -> str:
    """Return the load of the last minute: above the number of cores, others were at work beside us."""
    return f"{os.getloadavg()[0]:.1f}"


def peak_mb() -> int:
    """Return the most memory this program had. `getrusage` would also count what its parent had when it began it."""
    return round(_kilobytes("/proc/self/status", "VmHWM") / 1024)


def _memory_gb() -> float:
    return _kilobytes("/proc/meminfo", "MemTotal") / 1024**2


def _kilobytes(file: str, name: str) -> int:
    line = next(one for one in Path(file).read_text().splitlines() if one.startswith(name))
    return int(line.split()[1])
