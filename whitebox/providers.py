"""What a server may use instead of its own mail server and disk: a mail provider, and S3-compatible storage."""

import re
from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from whitebox.environment import env

PREFIX = "ANYMAIL_"


def name(text: str) -> str:
    """Read the name of a provider as anymail spells it. Raises ValueError."""
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text.strip()):
        raise ValueError("use a name of anymail's, such as mailgun, postmark or amazon_ses")
    return text.strip()


def mail_backend(provider: str) -> str:
    """Return Django's backend for a provider. Raises ImproperlyConfigured where the package is missing."""
    _need("anymail", "MAIL_PROVIDER")
    return f"anymail.backends.{provider}.EmailBackend"


def mail_options(variables: Mapping[str, str]) -> dict[str, str]:
    """Return anymail's settings: each variable that begins with ANYMAIL_, without that."""
    return {key.removeprefix(PREFIX): value for key, value in variables.items() if key.startswith(PREFIX)}


def storage(bucket: str) -> dict[str, Any]:
    """Return Django's storage for uploads: private, and read through our own access checks only.

    Raises ImproperlyConfigured where the package is missing.
    """
    _need("storages", "S3_BUCKET")
    options = {
        "bucket_name": bucket,
        "endpoint_url": env.str("S3_ENDPOINT", default="") or None,
        "region_name": env.str("S3_REGION", default="") or None,
        "access_key": env.str("S3_ACCESS_KEY", default="") or None,
        "secret_key": env.str("S3_SECRET_KEY", default="") or None,
        "default_acl": None,  # as the bucket: private
        "file_overwrite": False,
        "querystring_auth": True,
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}


def _need(package: str, variable: str) -> None:
    if find_spec(package) is None:
        raise ImproperlyConfigured(
            f"{variable} is set and {package} is not installed. Install requirements/deploy.txt, or unset it."
        )
