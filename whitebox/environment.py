"""Strict readers of the environment: a missing or malformed variable stops the start and is named.

Values never appear in a message, because most of them are secrets.
"""

from collections.abc import Callable
from typing import TypeVar

import environ
from django.core.exceptions import ImproperlyConfigured

Value = TypeVar("Value")

env = environ.Env()


def required_in_production(name: str, *, debug: bool, fallback: str) -> str:
    """Return variable `name`; in development `fallback` will do. Raises ImproperlyConfigured in production."""
    value: str = env.str(name, default="")
    if value:
        return value
    if debug:
        return fallback
    raise ImproperlyConfigured(
        f"Set the environment variable {name}: it is required when DEBUG is off. See .env.example."
    )


def strict(name: str, read: Callable[[str], Value], default: Value) -> Value:
    """Return variable `name` read by `read`, or `default`. Raises ImproperlyConfigured, naming the variable."""
    text: str = env.str(name, default="")
    if not text:
        return default
    try:
        return read(text)
    except ValueError as wrong:
        raise ImproperlyConfigured(
            f"The environment variable {name} has a value that cannot be used: {wrong}"
        ) from None


def boolean(text: str) -> bool:
    """Read yes or no. Raises ValueError for anything else: "of" must not mean off."""
    lowered = text.strip().lower()
    if lowered in {"1", "true", "yes", "on"}:
        return True
    if lowered in {"0", "false", "no", "off"}:
        return False
    raise ValueError("use true or false")


def comma_separated(text: str) -> list[str]:
    """Read a list; blanks around the commas do not count."""
    return [part.strip() for part in text.split(",") if part.strip()]
