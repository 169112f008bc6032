"""Which letters a person gets: duties always, the others until they are switched off.

An app says in `reminders.OPTIONAL` which of its kinds can be switched off, each with the words of the choice. What it
leaves out is a duty: an answer to what somebody did, a signature that is owed, a decision.
"""

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils.functional import Promise

from whitebox import contributions
from whitebox.outbox.models import Muted
from whitebox.people.models import User


def optional() -> dict[str, str | Promise]:
    """Return the kinds that can be switched off, with the words of the choice, in the order of apps."""
    return {kind: words for found in contributions.attributes("reminders", "OPTIONAL") for kind, words in found.items()}


def muted(user: User) -> frozenset[str]:
    """Return the kinds that a person has switched off."""
    return frozenset(Muted.objects.filter(user=user).values_list("kind", flat=True))


@transaction.atomic
def choose(user: User, wanted: Collection[str]) -> None:
    """Get the optional kinds in `wanted` and no other. The same choice again changes nothing; duties stay on."""
    off = optional().keys() - set(wanted)
    Muted.objects.filter(user=user).exclude(kind__in=off).delete()
    Muted.objects.bulk_create([Muted(user=user, kind=kind) for kind in sorted(off)], ignore_conflicts=True)


def unwanted(addressed: Iterable[tuple[int, str]]) -> set[tuple[int, str]]:
    """Return those pairs of a person and a kind that are switched off: one query, none where no kind is optional."""
    kinds = optional()
    asked = {(user, kind) for user, kind in addressed if kind in kinds}
    if not asked:
        return set()
    rows = Muted.objects.filter(user__in={user for user, _kind in asked}, kind__in={kind for _user, kind in asked})
    return asked & set(rows.values_list("user", "kind"))
