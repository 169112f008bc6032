"""Checks of our own for `manage.py check --deploy`: what production must not be started with.

Each message says what to set. Django's own checks cover cookies, redirects and the length of the secret.
"""

import stat
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.core.checks import CheckMessage, Error, Tags, register

OPEN_MAIL = ("filebased", "console", "locmem", "dummy")


@register(Tags.security, deploy=True)
def sandbox_is_safe(app_configs: Sequence[Any] | None, **_more: Any) -> list[CheckMessage]:
    """No learner may be able to write where the interpreter of the grading box lies."""
    box = Path(settings.SANDBOX_DIR).resolve()
    written = [Path(settings.MEDIA_ROOT).resolve(), Path(settings.VAR_DIR).resolve()]
    found: list[CheckMessage] = []
    if any(box == place or place in box.parents for place in written):
        found.append(
            Error("The grading box lies where uploads are written.", hint="Set SANDBOX_DIR.", id="operation.E001")
        )
    if box.exists() and box.stat().st_mode & stat.S_IWOTH:
        found.append(
            Error("Everybody may write to the grading box.", hint=f"Run: chmod -R o-w {box}", id="operation.E002")
        )
    return found


@register(Tags.security, deploy=True)
def second_factor_is_asked_for(app_configs: Sequence[Any] | None, **_more: Any) -> list[CheckMessage]:
    if settings.SECOND_FACTOR_REQUIRED:
        return []
    return [
        Error(
            "Organizers get in with a password alone.",
            hint="Take SECOND_FACTOR_REQUIRED=false out of the settings.",
            id="operation.E003",
        )
    ]


@register(Tags.security, deploy=True)
def secrets_are_set(app_configs: Sequence[Any] | None, **_more: Any) -> list[CheckMessage]:
    found: list[CheckMessage] = []
    if settings.SECRET_KEY == "for-development-and-demonstrations-only":  # noqa: S105  # the one that is no secret
        found.append(Error("SECRET_KEY is the one everybody knows.", hint="Make one.", id="operation.E004"))
    return found


@register(Tags.security, deploy=True)
def hosts_are_ours(app_configs: Sequence[Any] | None, **_more: Any) -> list[CheckMessage]:
    """The site answers to its own names, over TLS, and to no other."""
    found: list[CheckMessage] = []
    address = urlsplit(settings.SITE_URL)
    if any(host in {"*", "."} for host in settings.ALLOWED_HOSTS):
        found.append(Error("ALLOWED_HOSTS lets in every name.", hint="Name the hosts.", id="operation.E005"))
    if address.hostname not in {host.removeprefix(".") for host in settings.ALLOWED_HOSTS} and not any(
        host.startswith(".") and (address.hostname or "").endswith(host) for host in settings.ALLOWED_HOSTS
    ):
        found.append(
            Error("ALLOWED_HOSTS lacks the host of SITE_URL.", hint=f"Add {address.hostname}.", id="operation.E006")
        )
    if address.scheme != "https":
        found.append(Error("SITE_URL is not https.", hint="Put a proxy with TLS in front.", id="operation.E007"))
    return found


@register(Tags.security, deploy=True)
def backups_are_sealed(app_configs: Sequence[Any] | None, **_more: Any) -> list[CheckMessage]:
    if settings.BACKUP_DIR is None or settings.BACKUP_KEY is not None:
        return []
    return [
        checks.Warning(
            "Backups hold everybody's data and are not sealed.",
            hint="Set BACKUP_KEY, and keep a copy of it elsewhere.",
            id="operation.W002",
        )
    ]


@register(deploy=True)
def mail_leaves(app_configs: Sequence[Any] | None, **_more: Any) -> list[CheckMessage]:
    if not any(kind in settings.EMAIL_BACKEND for kind in OPEN_MAIL):
        return []
    return [
        checks.Warning(
            "Letters are written to files and reach nobody.",
            hint="Set EMAIL_URL to the address of a mail server.",
            id="operation.W001",
        )
    ]
