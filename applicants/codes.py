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


def new_codes(count: int) -> list[str]:
    """Return many codes that no application has. One query."""
    taken = set(Application.objects.values_list("code", flat=True))
    length = 4 if 10 * (len(taken) + count) < len(ALPHABET) ** 4 else 6
    found: dict[str, None] = {}
    while len(found) < count:
        if (code := _random(length)) not in taken:
            found[code] = None
    return list(found)


def _random(length: int) -> str:
    return "WB-" + "".join(secrets.choice(ALPHABET) for _ in range(length))
