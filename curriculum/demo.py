"""The demonstration's sessions, ticks and one extension."""

from datetime import timedelta

from django.utils.translation import gettext as _

from curriculum import deadlines, preparation, schedule
from curriculum.choices import ItemKind
from curriculum.models import ModuleVersion, Resource
from whitebox.people.models import Cohort, Membership
from whitebox.programme.demonstration import World


def fill(world: World) -> None:
    """Plan the sessions of both cohorts; most people have done week 1 and part of week 2."""
    for cohort in Cohort.objects.filter(memberships__user=world.organizer):
        schedule.plan_sessions(cohort, by=world.organizer)
    first, second = ModuleVersion.objects.followed_by(world.cohort).without_text()[:2]
    for index, membership in enumerate(world.participants):
        _tick_some(world, membership, first, share=0.3 if index % 6 == 5 else 1.0)
        _tick_some(world, membership, second, share=world.rng.choice([0.0, 0.3, 0.5, 0.8]) if index else 0.5)
    _extend(world, world.participants[3], second)


def _tick_some(world: World, membership: Membership, module: ModuleVersion, *, share: float) -> None:
    resources = list(
        Resource.objects.filter(module_version=module, is_required=True).select_related(
            "module_version__module", "module_version__version"
        )
    )
    for resource in resources[: round(len(resources) * share)]:
        took = round(resource.minutes * world.rng.uniform(0.8, 1.6))
        known = took if world.rng.random() < 0.5 else None
        preparation.tick(membership, resource, by=membership.user, minutes_taken=known)


def _extend(world: World, membership: Membership, module: ModuleVersion) -> None:
    base = deadlines.effective_deadline(membership, module, ItemKind.CHECK)
    if base is not None:
        deadlines.extend(
            membership,
            module,
            ItemKind.CHECK,
            base + timedelta(days=2),
            reason=_("Ill for three days this week."),
            by=world.organizer,
        )
