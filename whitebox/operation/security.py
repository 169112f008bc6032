"""Whom to tell of a weakness: RFC 9116."""

from datetime import datetime, timedelta

from django.conf import settings

VALID = timedelta(days=180)  # the RFC recommends less than a year


def text(now: datetime) -> str:
    """Return security.txt, valid from `now`."""
    until = (now + VALID).replace(hour=0, minute=0, second=0, microsecond=0)
    return (
        f"Contact: {settings.SECURITY_CONTACT}\n"
        f"Expires: {until:%Y-%m-%dT%H:%M:%SZ}\n"
        "Preferred-Languages: en\n"
        f"Canonical: {settings.SITE_URL}/.well-known/security.txt\n"
    )
