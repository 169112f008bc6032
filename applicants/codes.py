"""Public codes: short, read aloud without doubt, and silent about who is meant."""

import secrets

from applicants.models import Application

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # without 0 O 1 I L U


def new_code() -> str:
    """Return a code that no application has, such as WB-7F3K. Longer ones come when short ones run out."""
    length = 4
    while Application.objects.filter(code=(code := _random(length))).exists():
        length = min(length + 1, 9)
    return code


def _random(length: int) -> str:
    return "WB-" + "".join(secrets.choice(ALPHABET) for _ in range(length))
