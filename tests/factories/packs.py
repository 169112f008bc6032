"""A small programme pack on disk that passes its check, for tests to break."""

from pathlib import Path

PROGRAMME = """\
format: 1
slug: tiny
title: A tiny programme
summary: One week.
licence: Apache-2.0
weeks: 1
threshold_percent: 80
zone: Asia/Manila
seats: 3
session: {weekday: saturday, start: "09:00", minutes: 120}
prework_due: {days_before: 1, at: "18:00"}
check_due: {days_after: 5, at: "18:00"}
"""
HEAD = """\
slug: first-week
title: The first week
week: 1
summary: Where everything begins.
status: outline
"""
BODY = "## Before the session\n\nRead.\n\n## In the session\n\nTalk.\n\n## After the session\n\nThink.\n"
OBJECTIVES = """\
- slug: count
  number: "1.1"
  text: Count to three
  topic: numbers
"""
MODULE = "modules/01-first-week/module.md"
OBJECTIVES_FILE = "modules/01-first-week/objectives.yml"


def write(root: Path) -> Path:
    """Write the small pack into `root` and return it."""
    put(root, "programme.yml", PROGRAMME)
    put(root, MODULE, module())
    put(root, OBJECTIVES_FILE, OBJECTIVES)
    return root


def module(head: str = HEAD, body: str = BODY) -> str:
    return f"---\n{head}---\n{body}"


def put(root: Path, file: str, content: str | bytes) -> None:
    """Write one file of a pack, with its folders."""
    path = root / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
