"""Strict readers of the environment: a missing or malformed variable stops the start and is named.

Values never appear in a message, because most of them are secrets.
"""

import logging
from base64 import urlsafe_b64decode
from binascii import Error as NoBase64
from collections.abc import Callable, Collection
from typing import TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import environ
from django.core.exceptions import ImproperlyConfigured

Value = TypeVar("Value")
Default = TypeVar("Default")

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


def strict(name: str, read: Callable[[str], Value], default: Default) -> Value | Default:
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


def address(name: str, schemes: Collection[str], default: str) -> str:
    """Return the address in variable `name`, or `default`. Raises ImproperlyConfigured, naming the variable.

    No part of the address is shown: a password with an unescaped / or # looks like a port to a parser.
    """
    text: str = env.str(name, default="")
    if not text:
        return default
    try:
        is_good = urlsplit(text).scheme in schemes and urlsplit(text).port != 0
    except ValueError:
        is_good = False
    if not is_good:
        known = ", ".join(f"{scheme}://" for scheme in sorted(schemes))
        raise ImproperlyConfigured(
            f"The environment variable {name} is no address that can be used. Begin it with one of {known} and write "
            "special characters of a password as %XX."
        )
    return text


def zone(text: str) -> str:
    """Read the name of a time zone. Raises ValueError for one that does not exist."""
    try:
        return ZoneInfo(text.strip()).key
    except (ZoneInfoNotFoundError, OSError):
        raise ValueError("use a name such as Asia/Manila") from None


def log_level(text: str) -> str:
    """Read the least level that is logged. Raises ValueError."""
    level = text.strip().upper()
    if level not in logging.getLevelNamesMapping():
        raise ValueError("use DEBUG, INFO, WARNING, ERROR or CRITICAL")
    return level


def log_format(text: str) -> str:
    """Read how a line of the log looks. Raises ValueError."""
    if text.strip().lower() not in {"line", "json"}:
        raise ValueError("use line or json")
    return text.strip().lower()


def token(text: str) -> str:
    """Read a secret that stands in a header. Raises ValueError for one that could be guessed."""
    if len(text.strip()) < 24 or not text.strip().isascii():
        raise ValueError("use at least 24 letters and digits")
    return text.strip()


def contact(text: str) -> str:
    """Read where to write to, as mailto: or https:. Raises ValueError."""
    if not text.strip().startswith(("mailto:", "https://")) or len(text.split()) != 1:
        raise ValueError("begin with mailto: or https://")
    return text.strip()


def positive(text: str) -> int:
    """Read a whole number above nought. Raises ValueError."""
    if not text.strip().isascii() or not text.strip().isdigit() or int(text) == 0:
        raise ValueError("use a whole number above 0")
    return int(text)


def sealing_key(text: str) -> bytes:
    """Read a key of 32 bytes in URL-safe base64. Raises ValueError."""
    try:
        key = urlsafe_b64decode(text.strip().encode("ascii"))
    except (NoBase64, UnicodeEncodeError):
        key = b""
    if len(key) != 32:
        raise ValueError("use 32 bytes in URL-safe base64, as .env.example shows")
    return key


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
