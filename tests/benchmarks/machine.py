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


def _memory_gb() -> float:
    lines = Path("/proc/meminfo").read_text().splitlines()
    total = next(line for line in lines if line.startswith("MemTotal"))
    return int(total.split()[1]) / 1024**2
