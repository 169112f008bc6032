"""A participant's own marks on the resources of a module."""

from django.db import transaction
from django.utils.translation import gettext as _

from curriculum.models import Module, Resource, Tick
from whitebox.errors import RuleViolation
from whitebox.people.choices import MembershipState, Role
from whitebox.people.models import Membership, User

LONGEST = 6_000  # minutes; a hundred hours on one resource is a typing mistake


@transaction.atomic
def tick(membership: Membership, resource: Resource, *, by: User, minutes_taken: int | None = None) -> Tick:
    """Mark a resource as done, with the minutes it took where they are known.

    A second tick changes the minutes only where it names some. Raises RuleViolation for somebody else's record and for
    a resource of another programme.
    """
    module = _own_module(membership, resource, by)
    if minutes_taken is not None and not 1 <= minutes_taken <= LONGEST:
        raise RuleViolation(_("Say how long it took in minutes, or leave it empty."))
    mark, created = Tick.objects.get_or_create(
        membership=membership,
        module=module,
        resource_slug=resource.slug,
        defaults={"minutes_taken": minutes_taken},
    )
    if not created and minutes_taken is not None:
        mark.minutes_taken = minutes_taken
        mark.save(update_fields=["minutes_taken"])
    return mark


@transaction.atomic
def untick(membership: Membership, resource: Resource, *, by: User) -> None:
    """Take a tick back. Twice changes nothing. Raises RuleViolation as `tick` does."""
    module = _own_module(membership, resource, by)
    record = Membership.objects.of_record(membership.first_key)
    Tick.objects.filter(membership__in=record.values("pk"), module=module, resource_slug=resource.slug).delete()


def _own_module(membership: Membership, resource: Resource, by: User) -> Module:
    if membership.user_id != by.pk or membership.role != Role.PARTICIPANT:
        raise RuleViolation(_("Only the participant marks what they have read."))
    if membership.state != MembershipState.ACTIVE:
        raise RuleViolation(_("You no longer study in this cohort. What you marked is kept."))
    if not resource.module_version.version.adoptions.filter(cohort_id=membership.cohort_id).exists():
        raise RuleViolation(_("This resource belongs to another programme."))
    return resource.module_version.module
